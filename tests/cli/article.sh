# SPDX-License-Identifier: GPL-3.0-or-later
# Every block of the article on g-expressions runs as it is written, and shows the article's output.
. "$(dirname "$0")/lib.sh"

# The name that a user types in the directory of the sources.
cd "$NACRE_SOURCE"
nacre repl -q tests/article.scm
