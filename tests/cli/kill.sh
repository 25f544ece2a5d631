# SPDX-License-Identifier: GPL-3.0-or-later
# A build killed at 50 random moments, starting with an empty store, leaves a store that verifies, and
# succeeds in the end.
. "$(dirname "$0")/lib.sh"
expected=$(nacre build hello)
own_nacre() { "$NACRE" --root "$work/root" "$@"; }
RANDOM=42
for i in $(seq 50); do
  # Not the function: the shell would run it in a process of its own, and that one would be killed.
  "$NACRE" --root "$work/root" build hello > /dev/null 2>&1 &
  sleep "$((RANDOM % 2)).$((RANDOM % 10))$((RANDOM % 10))"
  kill -9 $! 2>/dev/null || true
  wait $! 2>/dev/null || true
  if [ $((i % 10)) = 0 ]; then
    own_nacre gc --verify=contents > out || { cat out; fail "damage after kill number $i"; }
  fi
done
found=$(own_nacre build hello)
[ "$found" = "$expected" ] || fail "$found is not $expected"
own_nacre gc --verify=contents > out
expect_in out "nothing wrong"
