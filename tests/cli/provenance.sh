# SPDX-License-Identifier: GPL-3.0-or-later
# 'pack --save-provenance' records in the profile where packages come from, if that is known, and 'inspect'
# finds it there.
. "$(dirname "$0")/lib.sh"
command -v python3 > /dev/null || exit 77
command -v git > /dev/null || exit 77

# An installed nacre, with a record of its sources that we write ourselves.
mkdir -p inst/bin inst/share/nacre inst/lib/nacre
cp "$NACRE" inst/bin/nacre
ln -s "$NACRE_SOURCE/scheme" inst/share/nacre/scheme
ln -s "$(dirname "$NACRE")/scheme-ccache" inst/lib/nacre/ccache
installed() { inst/bin/nacre --root "$ROOT" "$@"; }
commit=0123456789abcdef0123456789abcdef01234567
cat > inst/share/nacre/channel.scm <<SCM
((url "https://example.org/nacre.git") (branch "main") (commit "$commit"))
SCM

pack=$(installed pack --save-provenance hello 2> err)
grep -q warning err && fail "warnings: $(cat err)"
tar -xOf "$pack" --wildcards 'gnu/store/*-profile/manifest' > manifest
cat > read.scm <<'SCM'
(use-modules (ice-9 match) (srfi srfi-1))
(match (call-with-input-file "manifest" read)
  (('manifest ('version 4) ('packages (entry)))
   (match (assq 'properties (drop entry 4))
     (('properties (('provenance repository)))
      (write repository)))))
SCM
nacre repl -q read.scm > repository
[ "$(cat repository)" = "(repository (version 0) (url \"https://example.org/nacre.git\")\
 (branch \"main\") (commit \"$commit\") (name guix))" ] || fail "provenance: $(cat repository)"

"$NACRE" inspect "$pack" > text
expect_in text "  guix https://example.org/nacre.git (branch main), commit $commit"
expect_in text "all packages can be made again from these"
"$NACRE" inspect --format=json "$pack" | python3 -c '
import json, sys
[profile] = json.load(sys.stdin)["images"][0]["profiles"]
[channel] = profile["channels"]
assert channel["name"] == "guix" and channel["commit"].startswith("0123"), channel
assert profile["packages"][0]["channels"] == [0], profile'

# Without the option nothing depends on the commit.
plain=$(installed pack hello)
[ "$plain" != "$pack" ] || fail "provenance is not in the pack"
[ "$plain" = "$(nacre pack hello)" ] || fail "the commit is in every pack"
"$NACRE" inspect "$plain" > text
expect_in text "channels: unknown"

# The origin of the user's own package is unknown.
cat > mine.scm <<'SCM'
(use-modules (guix packages) (gnu packages base))
(package (inherit hello) (name "my-hello"))
SCM
expect_status 0 installed pack -d --save-provenance --file=mine.scm
expect_in err "could not determine provenance of package my-hello"

# Unknown parts are not recorded.
refused() {
  expect_status 0 installed pack -d --save-provenance hello
  expect_in err "the pack does not record where its packages come from: $1"
  [ "$(cat out)" = "$(nacre pack -d hello)" ] || fail "$1: something is recorded"
}
echo '((url "https://example.org/nacre.git") (unknown "the sources have changes"))' > inst/share/nacre/channel.scm
refused "the sources have changes"
echo "((branch \"main\") (commit \"$commit\"))" > inst/share/nacre/channel.scm
refused "the repository of nacre's sources has no address"
echo "((url \"u\") (branch \"main\") (commit \"$commit\"))" > inst/share/nacre/channel.scm
touch -d 2001-01-01 inst/share/nacre/channel.scm
refused "the sources have changed since nacre was built"
echo 'nonsense' > inst/share/nacre/channel.scm
refused "nacre was built without a record of its sources"

# The record, as the build writes it.
record() {
  rm -f record
  cmake -DSOURCE="$work/tree" -DRECORD="$work/record" -P "$NACRE_SOURCE/cmake/record-channel.cmake"
}
expect_record() { expect_in record "$1"; }
git() { command git -c user.name=n -c user.email=e -c init.defaultBranch=trunk "$@"; }
mkdir -p tree/scheme
GIT_CEILING_DIRECTORIES=$work record
expect_record 'the sources are not in a Git repository'
git -C tree init -q
echo 1 > tree/scheme/x.scm
git -C tree add .
git -C tree commit -q -m 1
record
expect_record "(commit \"$(git -C tree rev-parse HEAD)\")"
expect_record '(branch "trunk")'
grep -q url record && fail "an address out of nowhere"
git -C tree remote add origin https://user:secret@example.org/x.git
record
expect_record '(url "https://example.org/x.git")'
echo 2 > tree/notes
record
expect_record "(commit"
echo 2 > tree/scheme/y.scm
record
expect_record 'changes that are not committed'
grep -q '(commit' record && fail "a commit that is not the sources'"
true
