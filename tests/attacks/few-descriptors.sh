# SPDX-License-Identifier: GPL-3.0-or-later
# Too few descriptors are an error with a hint, before the language aborts without them.
. "$(dirname "$0")/../cli/lib.sh"
ROOT=$work/store

printf '(display "ran")\n' > program.scm
few() { (ulimit -n "$1" && nacre repl -q program.scm); }
expect_status 0 few 64
expect_in out ran
for files in 16 32 63; do
  expect_status 1 few $files
  expect_in err "only $files files may be open at a time"
  expect_in err "hint: 'ulimit -n 1024'"
done
