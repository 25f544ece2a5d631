# SPDX-License-Identifier: GPL-3.0-or-later
# A process that holds descriptors of files that builders with a network make (as if the builder had passed
# them) replaces files by links and writes to them at every moment. Registered outputs match their
# hashes; nothing outside of the store changes; builds may fail. Takes NACRE_RACE_SECONDS, a half of it as an
# ordinary user.
. "$(dirname "$0")/hostile-lib.sh"
seconds=${NACRE_RACE_SECONDS:-12}

# Of thousands, many at a time.
check_outputs() {
  find "$home/root/gnu/store" -maxdepth 1 -name '*-race*' ! -name '*.drv' ! -name '*.lock' -print0 > outputs
  xargs -0 -n 500 "$NACRE" hash -S nar < outputs | sort -u > hashes
  [ "$(cat hashes)" = "$hash" ] || fail "there are outputs that are not what was promised"
}

attack() {
  mkdir -p promised
  echo right > promised/x
  hash=$("$NACRE" hash -S nar promised)
  victim=$home/victim
  as_user sh -c "echo secret > victim && chmod 600 victim"
  local end=$((SECONDS + (seconds + 1) / 2)) batch=0
  # A build without interference.
  user_nacre build $(derivations hostile.scm calm-race 1 "r:$hash" tree) > out 2> log || fail "$(cat log)"
  start_as_user attacker.log "$hostile" swap "$home/root/gnu/store/.builds" "$victim"
  attacker=$!
  while [ $SECONDS -lt $end ]; do
    batch=$((batch + 1))
    user_nacre build --keep-going --keep-failed -M2 \
      $(derivations hostile.scm "batch$batch-race" 40 "r:$hash" tree) > out 2> log || true
  done
  check_outputs
  kill "$attacker"
  wait "$attacker" 2> /dev/null || true
  check_outputs
  [ "$(stat -c %a "$victim")" = 600 ] || fail "the mode of a file outside of the store was changed"
  [ "$(cat "$victim")" = secret ] || fail "a file outside of the store was changed"
  user_nacre gc --verify=contents > verified || fail "$(cat verified)"
}

attacker=
trap 'kill $attacker 2> /dev/null || true; cleanup' EXIT
as_each_user attack
