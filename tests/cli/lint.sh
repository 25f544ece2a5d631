# SPDX-License-Identifier: GPL-3.0-or-later
# 'lint' prints warnings with their places; checkers are chosen by name.
. "$(dirname "$0")/lib.sh"

mkdir mine
cat > mine/dummy.scm <<'SCM'
(define-module (dummy)
  #:use-module (guix packages)
  #:use-module (gnu packages base))

(define-public dummy
  (package
    (inherit hello)
    (name "dummy")
    (version "42")
    (synopsis "dummy package")
    (description "dummy package. Only used for testing purposes.")))
SCM
nacre lint -c synopsis,description -L mine dummy > out
[ "$(grep -cE '(synopsis|description) should' out)" = 3 ] || fail "not all warnings: $(cat out)"
expect_in out "dummy.scm:10:14: dummy@42: synopsis should not start with the package name [synopsis]"
expect_in out "dummy.scm:11:17: dummy@42: sentences in description should be followed by two spaces; possible infraction at 13"
nacre lint -c synopsis -L mine dummy > out
! grep -q description out || fail "a checker that was not asked for"
nacre lint -x synopsis,description -L mine dummy > out
! grep -q synopsis out || fail "an excluded checker"
(cd mine && nacre lint -c formatting -L . dummy@42) > out
[ ! -s out ] || fail "warnings about a definition that is well-formed: $(cat out)"
nacre lint -n hello > out
[ ! -s out ] || fail "warnings about hello: $(cat out)"
nacre lint -c inputs-should-be-native -e '(@ (gnu packages base) hello)'

expect_status 1 nacre lint -c synopsis,invalid-checker hello
expect_in err "invalid-checker: invalid checker"
expect_status 1 nacre lint -c synopsys hello
expect_in err "did you mean 'synopsis'?"
expect_status 1 nacre lint -c cve hello
expect_in err "checker 'cve' is not available"
expect_status 1 nacre lint helo
expect_in err "did you mean 'hello'?"
nacre lint --list-checkers > out
expect_in out "- synopsis: "
expect_in out "- cve: known vulnerabilities (not available)"
