# SPDX-License-Identifier: GPL-3.0-or-later
# Every block of the article on g-expressions runs as it is written, and shows what it shows there.
. "$(dirname "$0")/lib.sh"

# Named as one does who types it in the sources' directory.
cd "$NACRE_SOURCE"
nacre repl -q tests/article.scm
