# SPDX-License-Identifier: GPL-3.0-or-later
# Options change packages, in the order in which they are given, with 'build' and 'pack' alike; a mistake is
# an error with the nearest name.
. "$(dirname "$0")/lib.sh"

# What the language makes of OPTIONS, an alist.
in_scheme() {
  nacre build -d -e "(((@ (guix transformations) options->transformation) '($1)) (@ (gnu packages base) hello))"
}
same() {
  local options=$1
  shift
  [ "$(nacre build -d "$@" hello)" = "$(in_scheme "$options")" ] || fail "not what the language makes: $*"
}
plain=$(nacre build -d hello)
changes() {
  [ "$(nacre build -d "$@" hello)" != "$plain" ] || fail "no change: $*"
}

# Each option is the transformation of its name; the last one of an alist applies first.
printf 'diff\n' > hello.patch
cp hello.patch hello-3.0.tar.gz
patch=$work/hello.patch
changes --without-tests=hello
same '(without-tests . "hello")' --without-tests=hello
same '(with-input . "bootstrap-sed=sed")' --with-input=bootstrap-sed=sed
same '(with-graft . "bootstrap-sed=sed")' --with-graft=bootstrap-sed=sed
same '(with-source . "'"$work"'/hello-3.0.tar.gz")' --with-source=hello-3.0.tar.gz
same "(with-patch . \"hello=$patch\")" --with-patch=hello=hello.patch
same '(with-c-toolchain . "hello=gcc-toolchain@11")' --with-c-toolchain=hello=gcc-toolchain@11
same '(with-debug-info . "hello")' --with-debug-info hello
same '(with-configure-flag . "hello=--a=b")' --with-configure-flag=hello=--a=b
same '(with-configure-flag . "hello=--b") (with-configure-flag . "hello=--a")' \
  --with-configure-flag=hello=--a --with-configure-flag=hello=--b
[ "$(in_scheme '(with-configure-flag . "hello=--b") (with-configure-flag . "hello=--a")')" != \
  "$(in_scheme '(with-configure-flag . "hello=--a") (with-configure-flag . "hello=--b")')" ] ||
  fail "the order makes no difference"
same '(with-c-toolchain . "hello=gcc-toolchain@11") (without-tests . "hello") (with-input . "bootstrap-sed=sed")' \
  --with-input=bootstrap-sed=sed --without-tests=hello --with-c-toolchain=hello=gcc-toolchain@11

# Commits, from a repository of this machine.
if command -v git > /dev/null; then
  git init -q -b main repository
  (cd repository
   git config user.name Test && git config user.email test@example.org
   printf 'one\n' > README && git add README && git commit -q -m one && git tag v1.0
   git checkout -q -b devel && printf 'two\n' > README && git commit -q -a -m two && git checkout -q main)
  url=file://$work/repository
  same "(with-git-url . \"hello=$url\")" --with-git-url=hello="$url"
  for option in --with-branch=hello=devel --with-commit=hello=v1.0; do
    key=${option#--}
    same "(${key%%=*} . \"${key#*=}\") (with-git-url . \"hello=$url\")" --with-git-url=hello="$url" "$option"
  done
  source=$(nacre build -S --with-git-url=hello="$url" --with-branch=hello=devel hello)
  nacre repl -q - <<< "(display (call-with-input-file \"$source/README\" (@ (ice-9 rdelim) read-line)))" > out ||
    cp "$ROOT$source/README" out
  expect_in out two
  expect_status 1 nacre build -d --with-git-url=hello="$url" --with-branch=hello=none hello
  expect_in err "has no branch 'none'"
fi

# Manifests and packs: the profile says what was changed.
printf '(specifications->manifest (list "hello"))\n' > manifest.scm
[ "$(nacre build -d -m manifest.scm --without-tests=hello)" = "$(in_scheme '(without-tests . "hello")')" ] ||
  fail "a manifest is not changed"
[ "$(nacre pack -d hello)" != "$(nacre pack -d --without-tests=hello hello)" ] || fail "a pack is not changed"
[ "$(nacre pack -d -m manifest.scm --without-tests=hello)" = "$(nacre pack -d --without-tests=hello hello)" ] ||
  fail "a pack of a manifest is another"

# A manifest that transforms: Python, and all that is built with it, by another compiler.
nacre build -d -m "$NACRE_SOURCE/examples/toolchain.scm" > transformed
nacre build -d --with-c-toolchain=python=gcc-toolchain@11 -m "$NACRE_SOURCE/examples/manifest.scm" > options
cmp transformed options || fail "the manifest and the option are not the same"
nacre build -d -m "$NACRE_SOURCE/examples/manifest.scm" > untransformed
! grep -qFf transformed untransformed || fail "a package is not transformed"

# --tune takes no value but one after '='.
expect_status 0 nacre build -d --tune hello
expect_in out "$plain"
expect_in err "is made to be tuned"
expect_status 0 nacre build -d --tune=skylake --tune=generic hello
! grep -q tuned err || fail "'generic' does not undo --tune"

# Help and mistakes.
expect_status 0 nacre build --help-transform
for option in with-source with-input with-graft with-branch with-commit with-git-url with-patch tune amd-gpu \
  with-configure-flag with-latest with-version with-c-toolchain with-debug-info without-tests; do
  expect_in out "--$option"
done
sed -n 's/^  --\([a-z-]*\).*/\1/p' out | sort > options
nacre repl -q - > keys <<'SCM'
(use-modules (guix transformations) (srfi srfi-37))
(for-each (lambda (option) (format #t "~a~%" (car (option-names option)))) %transformation-options)
SCM
sort keys | grep -v help-transform | cmp - options || fail "the language has other transformations"
nacre build --help > out
expect_in out "--help-transform"
! grep -q -e --with-branch out || fail "the plain help lists the options that change packages"
nacre --help-man > out
expect_in out '\-\-with\-input PACKAGE=REPLACEMENT'
mistake() {
  local text=$1 hint=$2
  shift 2
  expect_status 1 nacre build -d "$@" hello
  expect_in err "$text"
  expect_in err "$hint"
}
mistake "helo: unknown package" "did you mean 'hello'?" --with-input=bootstrap-sed=helo
mistake "with-input: invalid value 'hello'" "--with-input=PACKAGE=REPLACEMENT" --with-input=hello
mistake "'none.patch' does not exist" "--with-patch=PACKAGE=FILE" --with-patch=hello=none.patch
mistake "the source of hello@2.10 is not a Git repository" "--with-git-url=hello=URL" --with-branch=hello=main
mistake "'--amd-gpu' is not available" "leave the option out" --amd-gpu=gfx90a
mistake "what the latest release of 'hello' is" "--with-version=hello=VERSION" --with-latest=hello
mistake "--with-imput" "did you mean '--with-input'?" --with-imput=a=b
mistake "--with-input" "try 'nacre build --help'" --with-input=
expect_status 0 nacre build -d --without-tests=helo hello
expect_in err "had no effect on hello@2.10"
expect_in err "did you mean 'hello'?"

# The compiler is the one that was asked for, and the program does not refer to it.
hello=$(nacre build --with-c-toolchain=hello=gcc-toolchain@11 hello)
run_in_store "$hello/bin/hello" > out
expect_in out "Hello, world!"
nacre gc --requisites "$hello" > closure
! grep -E 'gcc|binutils' closure || fail "the toolchain leaks into hello's closure"

# A package that says so is compiled for one processor, by wrappers that it does not refer to.
printf '%s\n' '(use-modules (guix packages) (gnu packages base))' \
  "(package (inherit hello) (properties '((tunable? . #t))))" > tunable.scm
tuned=$(nacre build --tune=x86-64-v3 -f tunable.scm)
nacre gc --requisites "$tuned" > closure
! grep tuning closure || fail "the wrappers are in hello's closure"
if command -v objdump > /dev/null; then
  objdump -d "$ROOT$tuned/bin/hello" > out
  grep -q '%ymm' out || fail "hello is not compiled for x86-64-v3"
fi
