# SPDX-License-Identifier: GPL-3.0-or-later
# No other user can enter the directories that a build writes to, whatever modes the builder gives its files: neither
# while it runs nor when it has failed (CVE-2024-38531, CVE-2024-52867, CVE-2025-52991, CVE-2025-52992).
. "$(dirname "$0")/../cli/lib.sh"

cat > open.scm <<'SCM'
(use-modules (guix gexp))
(computed-file (getenv "NAME")
               #~(begin
                   (mkdir #$output)
                   (chmod #$output #o777)
                   (call-with-output-file (string-append #$output "/file") (const #t))
                   (chmod (string-append #$output "/file") #o666)
                   (chmod (getcwd) #o777)
                   (display "ready\n")
                   (force-output)
                   (sleep #$(string->number (getenv "SECONDS_OPEN")))
                   (exit 1)))
SCM
mkdir scratch
chmod 1777 scratch
chmod 755 "$work"
export TMPDIR=$work/scratch NAME=open-$(basename "$work" | tr -cd '[:alnum:]') SECONDS_OPEN=600

# open_to_others DIRECTORY…: prints the directories below that others could enter or list, up to those that they cannot.
open_to_others() {
  find "$@" -mindepth 1 -maxdepth 1 -type d -perm /077 -print
}

"$NACRE" --root "$ROOT" build -v2 -f open.scm > out 2> log &
process=$!
until grep -q ready log; do
  kill -0 $process || { cat log >&2; fail "the build ended too early"; }
  sleep 0.05
done
[ -n "$(find scratch -mindepth 1)" ] || fail "the build writes somewhere else"
[ -z "$(open_to_others scratch)" ] || fail "others can enter: $(ls -ld scratch/*)"
[ "$(stat -c %a "$ROOT/gnu/store/.builds")" = 700 ] || fail "others can enter $ROOT/gnu/store/.builds"
if [ "$(id -u)" = 0 ]; then
  seen=$(setpriv --reuid 65534 --regid 65534 --clear-groups find scratch -name file 2> /dev/null || true)
  [ -z "$seen" ] || fail "another user finds $seen"
fi
kill -TERM $process
wait $process || true

# A failed one leaves nothing, neither there nor in the store.
export SECONDS_OPEN=0
expect_status 1 nacre build -f open.scm
[ -z "$(find scratch -mindepth 1)" ] || fail "left behind: $(find scratch -mindepth 1)"
[ -z "$(find "$ROOT/gnu/store" -maxdepth 1 -name "*-$NAME")" ] || fail "a failed output is in the store"
