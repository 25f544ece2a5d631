# SPDX-License-Identifier: GPL-3.0-or-later
# No package that is built from source refers to the compiler, the shell or any other binary that it was built
# with: checked for all packages that the store of the tests has (tests/slow/closures.sh builds them all).
. "$(dirname "$0")/lib.sh"

nacre build hello bash > out
grep -q . out || fail "nothing was built"
expect_status 0 nacre repl -q "$NACRE_SOURCE/tests/closures.scm"

# The check can fail: this item holds the name of the linker.
cat > refers.scm <<'SCM'
(use-modules (guix gexp) (gnu packages bootstrap))
(computed-file "refers"
               #~(call-with-output-file #$output
                   (lambda (port) (display #$%bootstrap-binutils port))))
SCM
item=$(nacre build -f refers.scm)
expect_status 1 nacre repl -q "$NACRE_SOURCE/tests/closures.scm" item "$item"
expect_in out "-bootstrap-binutils-"

# Bash is the shell, too.
bash=$(nacre build bash)
run_in_store "$bash/bin/sh" -c 'echo hi' > out
expect_in out "hi"
