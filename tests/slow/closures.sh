# SPDX-License-Identifier: GPL-3.0-or-later
# Every package of the collection builds, and refers to no binary that it was built with.
. "$(dirname "$0")/../cli/lib.sh"

expect_status 0 nacre repl -q "$NACRE_SOURCE/tests/closures.scm" build
cat out
