# SPDX-License-Identifier: GPL-3.0-or-later
# 'locate' finds the packages in the store that have a file, by an index that follows the store.
. "$(dirname "$0")/lib.sh"

item=$(nacre build hello)
nacre locate hello > out
expect_in out "hello@2.10"
expect_in out "$item/bin/hello"
nacre locate bin/hello > out
[ "$(grep -c "$item/" out)" = 1 ] || fail "not one file ends in bin/hello: $(cat out)"
nacre locate -g 'hell?' | grep -qF "$item/bin/hello" || fail "no pattern"
expect_status 1 nacre locate no-such-file-anywhere
expect_in err "no package in the store has a file 'no-such-file-anywhere'"
expect_status 1 nacre locate
nacre locate --stats > out
grep -q ': [1-9][0-9]* files of [1-9][0-9]* store items$' out || fail "no counts: $(cat out)"

# A store of its own: what is deleted is forgotten.
ROOT=$work/root
cat > thing.scm <<'SCM'
(use-modules (guix gexp))
(computed-file "thing-1.0"
               #~(begin
                   (mkdir #$output)
                   (call-with-output-file (string-append #$output "/wonder") (const #t))))
SCM
nacre build -f thing.scm > built 2> /dev/null || { cat built; exit 77; }  # it needs the bootstrap
nacre locate --database=mine.sqlite wonder > out
expect_in out "thing@1.0"
nacre gc -D "$(cat built)" > /dev/null
expect_status 1 nacre locate --database=mine.sqlite wonder
nacre locate --database=mine.sqlite --clear --stats > out
expect_in out "0 files of 0 store items"
