# SPDX-License-Identifier: GPL-3.0-or-later
# Standard input, output and error that are closed, full, or pipes without a reader: lost output is an error,
# and no output gets into the store's files.
. "$(dirname "$0")/../cli/lib.sh"
ROOT=$work/store

# A download is built by nacre itself: it needs no other item. Its log begins with "fetching http:".
mkdir www
printf 'the contents\n' > www/source.txt
serve_www
cat > download.scm <<SCM
(use-modules (guix packages) (guix download))
(origin
  (method url-fetch)
  (uri "$web/source.txt")
  (sha256 (base32 "$("$NACRE" hash www/source.txt)")))
SCM
cat > print.scm <<'SCM'
(use-modules (nacre store))
(add-text-to-store (open-store) "text" "the text of an item")
(display "printed-mark\n")
SCM
nacre gc --list-roots > /dev/null

# expect_lost COMMAND…: it ends with 1, and none of the store's own files has its output.
expect_lost() {
  local status=0
  "$@" || status=$?
  [ $status = 1 ] || fail "'$*' ended with status $status, not 1"
  ! grep -rlF -e printed-mark -e "fetching http:" store/var/guix || fail "'$*' printed into the store's files"
}
build() { nacre build -v2 -f download.scm; }
closed_output() { build >&- 2> err; }
closed_output_and_error() { build >&- 2>&-; }
closed_all() { build <&- >&- 2>&-; }
script_closed_output() { nacre repl -q print.scm >&- 2> err; }
expect_lost closed_output
expect_in err "standard output"
expect_lost closed_output_and_error
expect_lost closed_all
expect_lost script_closed_output
# Closing standard error is not a failure.
item=$(build <&- 2>&-) || fail "the build needs standard error"
[ -n "$item" ] || fail "nothing was printed"

nacre archive --generate-key > /dev/null
full_output() { "$@" > /dev/full 2> err; }
for command in "gc --list-dead" "hash www/source.txt" "--help" "--version" "build --help" "--help-man" \
  "archive --export $item" "build -d -e '(@ (gnu packages base) hello)'"; do
  expect_lost full_output eval "nacre $command"
  expect_in err "No space left on device"
done
expect_lost full_output nacre repl -q print.scm

empty_input() { nacre "$@" <&- > out 2> err; }
expect_lost empty_input archive --import
expect_lost empty_input hash -

# A reader that stops reading gets no message; the status is still 1.
first_line() {
  local status=0
  { "$@" 2> err || status=$?; echo $status > status; } | true
  status=$(cat status)
  [ "$status" = 1 ] || fail "'$*' ended with status $status, not 1"
  [ ! -s err ] || { cat err >&2; fail "'$*' complains of its reader"; }
}
cat > endless.scm <<'SCM'
(let loop () (display "line\n") (loop))
SCM
first_line nacre repl -q endless.scm
printf '(let loop ((i 0)) (when (< i 100000) (loop (+ i 1))))\n(display "late\\n")\n' > late.scm
first_line nacre repl -q late.scm
first_line bash -c 'sleep 0.2; exec "$NACRE" --help'

# Programs that nacre runs still end when their output has no reader.
cat > child.scm <<'SCM'
(exit (status:exit-val
       (system* "bash" "-c" "{ yes; echo $? > child-status; } | head -n 1 > /dev/null")))
SCM
nacre repl -q child.scm
[ "$(cat child-status)" = 141 ] || fail "yes ended with status $(cat child-status)"
