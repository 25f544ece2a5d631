# SPDX-License-Identifier: GPL-3.0-or-later
# A file that is evaluated again is not compiled again, and nothing else is different.
. "$(dirname "$0")/lib.sh"
export XDG_CACHE_HOME=$work/cache
kept() { find "$work/cache" -type f | wc -l; }

cat > program.scm <<'SCM'
(use-modules (guix gexp) (srfi srfi-1))
(define code #~(list #$output #$@(iota 3)))
(define (line)
  (call-with-input-file "data" read))
(write (list (line) (gexp? code) (gexp->approximate-sexp code)))
(when (file-exists? "flag")
  (write
   (iotta 3)))
SCM
echo first > data
expect_status 0 nacre repl program.scm
mv out first
[ "$(kept)" = 1 ] || fail "$(kept) files are kept"
expect_status 0 nacre repl program.scm
cmp out first || fail "another result when run again"
[ "$(kept)" = 1 ] || fail "$(kept) files are kept"
echo second > data
expect_status 0 nacre repl program.scm
expect_in out "second"

# Errors have their places all the same.
touch flag
expect_status 1 nacre repl program.scm
expect_in err "program.scm:8:5"
expect_in err "iota"
rm flag data
expect_status 1 nacre repl program.scm
expect_in err "program.scm:5:14"
echo third > data

# What is kept may be damaged, or somebody may have cut it.
for kept in cache/nacre/compiled/*; do
  printf 'x' | dd of="$kept" bs=1 seek=1000 conv=notrunc 2> /dev/null
  expect_status 0 nacre repl program.scm
  expect_in out "third"
  truncate -s 40 "$kept"
  expect_status 0 nacre repl program.scm
  expect_in out "third"
  expect_status 0 nacre repl program.scm
done

# A change of the file counts.
sed -i 's/(iota 3)/(iota 4)/' program.scm
expect_status 0 nacre repl program.scm
expect_in out "0 1 2 3"

# Files whose meaning depends on others are not kept: those with user's modules, and with macros.
before=$(kept)
mkdir modules
printf '(define-module (mine) #:export (m))\n(define-syntax-rule (m) "old")\n' > modules/mine.scm
printf '(use-modules (mine))\n(display (m))\n' > user.scm
printf '(include "part.scm")\n' > includes.scm
printf '(display "old")\n' > part.scm
for meaning in old new; do
  expect_status 0 nacre repl -L modules user.scm
  expect_in out "$meaning"
  expect_status 0 nacre repl includes.scm
  expect_in out "$meaning"
  sed -i 's/old/new/' modules/mine.scm part.scm
done
[ "$(kept)" = "$before" ] || fail "a file that depends on others was kept"

# No place to keep anything is no error.
XDG_CACHE_HOME=/dev/null/none expect_status 0 nacre repl program.scm

# The same for manifests.
printf '(specifications->manifest (list "hello"))\n' > manifest.scm
nacre build -d -m manifest.scm > first 2> /dev/null || nacre build -n -m manifest.scm > first 2>&1
nacre build -d -m manifest.scm > second 2> /dev/null || nacre build -n -m manifest.scm > second 2>&1
cmp first second || fail "another result for a manifest"
