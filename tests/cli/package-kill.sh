# SPDX-License-Identifier: GPL-3.0-or-later
# 'package -i' killed at 12 random moments leaves the old or the new generation, and the next one succeeds.
. "$(dirname "$0")/lib.sh"
nacre build hello zlib > /dev/null
# Not the function: the shell would run it in a process of its own, and that one would be killed.
"$NACRE" --root "$ROOT" package -p profile -i hello 2> /dev/null
old=$(readlink profile-1-link)
RANDOM=7
for i in $(seq 12); do
  # Each time another profile, whose derivation is not there yet.
  entry="(manifest-entry (name \"entry$i\") (version \"1\") (item (file-union \"entry$i\" '())))"
  "$NACRE" --root "$ROOT" package -p profile -i zlib -e "$entry" > /dev/null 2>&1 &
  sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
  kill -9 $! 2> /dev/null || true
  wait $! 2> /dev/null || true
  now=$(readlink profile)
  nacre package -p profile -I > installed
  case $now in
    profile-1-link) [ "$(readlink profile-1-link)" = "$old" ] || fail "generation 1 has changed" ;;
    profile-2-link) expect_in installed "entry$i" ;;
    *) fail "the profile is '$now'" ;;
  esac
  expect_in installed hello
  expect_status 0 nacre package -p profile -i zlib -e "$entry"
  [ "$(readlink profile)" = profile-2-link ] || fail "$(readlink profile) after kill number $i"
  nacre package -p profile --roll-back > /dev/null
done
[ -z "$(find . -name '*.new')" ] || fail "leftovers: $(find . -name '*.new')"
