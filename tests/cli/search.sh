# SPDX-License-Identifier: GPL-3.0-or-later
# 'search' and 'show' answer from the index that was made with the program, or from one that is kept by the contents
# of the user's modules; they print records as recutils has them.
. "$(dirname "$0")/lib.sh"

# No store, and no language: an empty root stays empty.
own() { "$NACRE" --root "$work/fresh" "$@"; }
own show hello > out
cat > expected <<'TXT'
name: hello
version: 2.10
outputs:
+ out: everything
systems: x86_64-linux
TXT
head -n 5 out | cmp - expected
expect_in out "location: gnu/packages/base.scm:"
expect_in out "license: GPL 3+"
expect_in out "synopsis: Example GNU package"
[ ! -e fresh ] || fail "'show' made a store"

# The best match comes first; each record ends with its points.
own search numpy > out
[ "$(sed -n 's/^name: //p' out | head -n 1)" = python-numpy ] || fail "not python-numpy first"
grep -q '^relevance: [0-9]*$' out || fail "no relevance"
own search '^python-' array > both
expect_in both "name: python-numpy"
[ "$(grep -c '^name: ' both)" = 1 ] || fail "not all expressions have to match"
own search HELLO | grep -qx 'name: hello' || fail "case matters"
own search no-such-word-anywhere > out
[ ! -s out ] || fail "something was found"

# Lines are as wide as the terminal is, and what continues a field begins with '+ '.
COLUMNS=40 own show python > out
[ "$(wc -L < <(grep -v '^location\|^homepage\|^license\|^synopsis' out))" -le 42 ] || fail "long lines"
if command -v recsel > /dev/null; then
  own search python | recsel -e "name = 'python'" -p version | grep -q . || fail "recsel finds nothing"
fi

# Mistakes.
expect_status 1 own show helo
expect_in err "helo: package not found"
expect_in err "did you mean 'hello'?"
expect_status 1 own show hello@99
expect_in err "there is hello@2.10"
expect_status 1 own search '('
expect_in err "not a regular expression"
expect_status 1 own search

# The user's modules: found, kept, and looked at again when they change.
mkdir mine
cat > mine/things.scm <<'SCM'
(define-module (things)
  #:use-module (guix packages)
  #:use-module (gnu packages base))

(define-public thing
  (package
    (inherit hello)
    (name "thing")
    (version "1")
    (outputs '("out" "fancy"))
    (synopsis "Marvellous thing")
    (description "Text with @command{markup}.

@itemize
@item first
@item second
@end itemize")
    (properties '((output-synopsis "fancy" "the fancy part")))))

(define-public secret
  (hidden-package (package (inherit thing) (name "secret"))))

(define-public old-thing
  (deprecated-package "old-thing" thing))
SCM
own show -L mine thing > out
expect_in out "+ fancy: the fancy part"
expect_in out "description: Text with \`markup'."
expect_in out "+    * first"
expect_in out "location: things.scm:6:2"
ls "$HOME/.cache/nacre/packages" > kept
[ "$(wc -l < kept)" = 1 ] || fail "not one index is kept"
GUIX_PACKAGE_PATH=$work/mine own search marvellous | grep -qx "name: thing" || fail "GUIX_PACKAGE_PATH is not searched"
expect_status 1 own show -L mine secret
expect_status 1 own show -L mine old-thing
expect_in err "its name is now 'thing'"
own search -L mine secret > out
[ ! -s out ] || fail "a hidden package is found"
sed -i 's/Marvellous/Wonderful/' mine/things.scm
own search -L mine wonderful | grep -qx "name: thing" || fail "a change is not seen"
# A damaged index is made again.
for file in "$HOME"/.cache/nacre/packages/*; do echo "nacre packages 1" > "$file"; done
own search -L mine wonderful | grep -qx "name: thing" || fail "a damaged index is not made again"

# A pager shows long texts on a terminal only.
if command -v script > /dev/null; then
  PAGER=cat script -qec "'$NACRE' --root '$work/fresh' show hello" /dev/null < /dev/null > out
  expect_in out "hello"
fi
PAGER=false own show hello | grep -qx "name: hello" || fail "a pager is started for a pipe"
