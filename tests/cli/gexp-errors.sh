# SPDX-License-Identifier: GPL-3.0-or-later
# A wrong reference of a g-expression is reported at its place, with a hint.
. "$(dirname "$0")/lib.sh"

# expect_error FILE REFERENCE PLACE MESSAGE HINT: a file whose sixth line holds REFERENCE.
expect_error() {
  cat > "$1" <<SCM
(use-modules (guix gexp) (gnu packages base))

(computed-file "greeting"
  #~(begin
      (mkdir #\$output)
      (symlink $2
               (string-append #\$output "/hello"))))
SCM
  expect_status 1 nacre build -f "$1"
  expect_in err "$3: error: "
  expect_in err "$4"
  [ -z "$5" ] || expect_in err "hint: $5"
  expect_status 1 nacre repl -q <(echo "(use-modules (guix store) (guix gexp))
    (with-store s (run-with-store s (lower-object (load \"$work/$1\"))))")
  expect_in err "$4"
}

expect_error unbound.scm '#$helo' unbound.scm:6:16 'helo: unbound variable' "did you mean 'hello'?"
expect_error output.scm '#$hello:lib' output.scm:6:16 "hello-2.10: no output 'lib'" 'Its outputs are: out.'
expect_error procedure.scm '#$car' procedure.scm:6:16 'cannot be used in a g-expression' \
  'A g-expression may refer to packages'
expect_error splice.scm '#$@hello' splice.scm:6:16 'cannot be spliced' "'#\$@' and '#+@'"
expect_error native.scm '#+heloo' native.scm:6:16 'heloo: unbound variable' "did you mean 'hello'?"
expect_error file.scm '#$(local-file "absent.txt")' file.scm:6:16 'absent.txt: no such file' ''
