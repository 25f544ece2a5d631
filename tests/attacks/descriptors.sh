# SPDX-License-Identifier: GPL-3.0-or-later
# A builder with a network cannot pass its files to another builder or to a process of the
# host through an abstract socket. The registered output matches its hash, and stays so.
. "$(dirname "$0")/hostile-lib.sh"

attack() {
  printf 'hello\n' > text
  local hash name=nacre-attack-$$-$RANDOM derivation output
  hash=$("$NACRE" hash text)
  start_as_user taken "$hostile" take "$name"
  taker=$!
  until grep -q listening taken; do sleep 0.05; done
  derivation=$(derivations hostile.scm give 1 "$hash" give "$name" $'hello\n')
  output=$(user_nacre build -v2 "$derivation" 2> log) || fail "$(cat log)"
  kill "$taker"
  wait "$taker" 2> /dev/null || true
  expect_in log "socket: Address family not supported by protocol"
  ! grep -q received taken || fail "the host's process got a descriptor"
  [ "$(cat "$home/root$output")" = hello ] || fail "the output was changed"
  user_nacre gc --verify=contents > verified
  expect_in verified "nothing wrong"
}

taker=
trap 'kill $taker 2> /dev/null || true; cleanup' EXIT
as_each_user attack
