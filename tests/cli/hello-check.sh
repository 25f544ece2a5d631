# SPDX-License-Identifier: GPL-3.0-or-later
# Building hello again, twice in a row, gives the same bits.
. "$(dirname "$0")/lib.sh"
hello=$(nacre build hello)
expect_status 0 nacre build --check --rounds=2 hello
expect_in out "$hello"
