# SPDX-License-Identifier: GPL-3.0-or-later
# An unset variable expands to an empty value, which is an error: nothing is made.
. "$(dirname "$0")/lib.sh"
nothing=

expect_refused() {
  expect_status 1 "$NACRE" "$@"
  expect_in err "is a variable not set?"
  [ ! -e gnu ] && [ ! -e var ] && [ -z "$(ls -A "$HOME")" ] || fail "'$*' made something"
}
expect_refused --root "$nothing" gc --list-dead
expect_refused --root= gc --list-dead
expect_refused build "$nothing"
expect_refused build --target= hello
expect_refused build --target "$nothing" hello
expect_refused build -s "$nothing" hello
expect_refused build -r "$nothing" hello
expect_refused build -m "$nothing"
expect_refused build -f "$nothing"
expect_refused pack --push= hello
expect_refused pack -r "$nothing" hello
expect_refused pack -f deb --control-file= hello
expect_refused pack -f "$nothing" hello
expect_refused inspect "$nothing"
expect_refused inspect --verify= file
expect_refused hash "$nothing"
expect_refused repl "$nothing"
expect_refused size "$nothing"
expect_refused gc --references "$nothing"
expect_refused archive --export "$nothing"

# An empty $NACRE_ROOT counts as unset.
NACRE_ROOT= "$NACRE" --root "$work/store" gc --list-dead
[ -e store/gnu/store ] || fail "--root is not heard"
# An empty list of servers is allowed; so are empty arguments of a program.
"$NACRE" --root "$work/store" build -n --substitute-urls= -e '(@ (gnu packages base) hello)' 2> err
printf '(write (cdr (command-line)))' > arguments.scm
[ "$("$NACRE" --root "$work/store" repl arguments.scm --root= "")" = '("--root=" "")' ] || fail "arguments were changed"
