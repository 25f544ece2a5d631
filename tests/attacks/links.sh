# SPDX-License-Identifier: GPL-3.0-or-later
# A builder replaces a link among its inputs, and makes the store's directory and /tmp inaccessible: the next one, in
# the same process, sees no change.
. "$(dirname "$0")/hostile-lib.sh"

attack() {
  user_nacre build -v2 -M1 "$(derivations hostile-links.scm)" > out 2> log || fail "$(cat log)"
  expect_in log "sees /the/real/target 41775 41777"
}

as_each_user attack
