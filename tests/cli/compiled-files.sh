# SPDX-License-Identifier: GPL-3.0-or-later
# A file that is evaluated again is not compiled again; its results are the same.
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

# Errors still have their places.
touch flag
expect_status 1 nacre repl program.scm
expect_in err "program.scm:8:5"
expect_in err "iota"
rm flag data
expect_status 1 nacre repl program.scm
expect_in err "program.scm:5:14"
echo third > data

# A file in the cache may be damaged or truncated.
for kept in cache/nacre/compiled/*; do
  printf 'x' | dd of="$kept" bs=1 seek=1000 conv=notrunc 2> /dev/null
  expect_status 0 nacre repl program.scm
  expect_in out "third"
  truncate -s 40 "$kept"
  expect_status 0 nacre repl program.scm
  expect_in out "third"
  expect_status 0 nacre repl program.scm
done

# A changed file is compiled again.
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

# Nor are those that do this by other names, or with unknown modules.
printf '(use-modules ((guile) #:select ((include . insert))))\n(insert "part.scm")\n' > renamed.scm
printf '(display "old")\n' > part.scm
printf '(display ((@ (mine) f)))\n' > qualified.scm
printf '(define-module (mine) #:export (f))\n(define-syntax-rule (f) "old")\n' > modules/mine.scm
for meaning in old new; do
  expect_status 0 nacre repl renamed.scm
  expect_in out "$meaning"
  GUILE_LOAD_PATH=$work/modules expect_status 0 nacre repl qualified.scm
  expect_in out "$meaning"
  sed -i 's/old/new/' modules/mine.scm part.scm
done
[ "$(kept)" = "$before" ] || fail "a file that depends on others was kept"

# The cache keeps what was read, even if the file changes while it is evaluated.
{
  echo '(when (file-exists? "two.scm") (copy-file "two.scm" "changing.scm"))'
  for ((i = 0; i < 5000; i++)); do echo ';; More than what is read at once.'; done
  echo '(display "value 1")'
} > one.scm
sed 's/value 1/value 2/' one.scm > two.scm
cp one.scm changing.scm
expect_status 0 nacre repl changing.scm
expect_in out "value 1"
expect_status 0 nacre repl changing.scm
expect_in out "value 2"
rm two.scm
cp one.scm changing.scm
expect_status 0 nacre repl changing.scm
expect_in out "value 1"

# Neither the cache nor a file's references depend on the current directory.
mkdir -p a/b elsewhere/b gnu/packages
echo right > a/b/f
echo wrong > elsewhere/b/f
touch elsewhere/b/local.scm
ln -s a/b/local.scm link.scm
printf '(use-modules (guix gexp) (guix utils))
(define here (current-source-directory))
(unless (equal? here "%s") (error "not here:" here))
(local-file "f" "the-file")\n' "$(realpath a/b)" > a/b/local.scm
for try in 1 2; do
  for place in "a b/local.scm" "elsewhere ../a/b/local.scm" "a/b local.scm" ". link.scm" ". $work/link.scm" \
    "a ../elsewhere/../a/b/local.scm"; do
    (cd "${place% *}" && expect_status 0 nacre build -f "${place#* }")
    grep -q right "$ROOT$(cat out)" || fail "$place: another file's contents"
  done
done
# A package of the user's is not the channel's because its file is called like one of the channel's.
printf '(use-modules (guix packages) (nacre provenance))
(define mine (package (name "mine") (version "1") (source #f) (build-system #f) (synopsis "") (description "")
  (license #f) (home-page #f)))
(write (package-from-channel? mine))\n' > gnu/packages/base.scm
expect_status 0 nacre repl gnu/packages/base.scm
expect_in out "#f"

# Another Guile's files in the user's cache are not read.
mkdir -p "cache/guile/ccache/3.0-LE-8-4.6$work"
printf '(display "source")\n' > loaded.scm
printf '(load "loaded.scm")\n' > loads.scm
if command -v guild > /dev/null; then
  printf '(display "stale")\n' > stale.scm
  guild compile -o "cache/guile/ccache/3.0-LE-8-4.6$work/loaded.scm.go" stale.scm > /dev/null
  expect_status 0 nacre repl loads.scm
  expect_in out "source"
fi

# A missing cache directory is not an error, and no home directory is made.
XDG_CACHE_HOME=/dev/null/none expect_status 0 nacre repl program.scm
XDG_CACHE_HOME=$work/none/cache expect_status 0 nacre repl program.scm
(unset XDG_CACHE_HOME && HOME=$work/none expect_status 0 nacre repl program.scm)
[ ! -e none ] || fail "a home directory was made"
mkdir read-only
chmod a-w read-only
XDG_CACHE_HOME=$work/read-only expect_status 0 nacre repl program.scm

# The same for manifests.
printf '(specifications->manifest (list "hello"))\n' > manifest.scm
nacre build -d -m manifest.scm > first 2> /dev/null || nacre build -n -m manifest.scm > first 2>&1
nacre build -d -m manifest.scm > second 2> /dev/null || nacre build -n -m manifest.scm > second 2>&1
cmp first second || fail "another result for a manifest"
