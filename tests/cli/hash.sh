# SPDX-License-Identifier: GPL-3.0-or-later
# Hashes of files, archives and Git's objects, as Git and Guix have them.
. "$(dirname "$0")/lib.sh"

expect_hash() {
  local expected=$1
  shift
  local actual
  actual=$("$NACRE" hash "$@")
  [ "$actual" = "$expected" ] || fail "hash $*: $actual"
}

expect_hash 0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73 /dev/null
expect_hash e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 -f hex /dev/null
expect_hash 4oymiquy7qobjgx36tejs35zeqt24qpemsnzgtfeswmrw6csxbkq -f base32 /dev/null
expect_hash 2jmj7l5rSw0yVb/vlWAYkK/YBwk= -H sha1 -f base64 /dev/null
expect_hash e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 -S git -H sha1 -f hex /dev/null

mkdir tree tree/subdir
printf executable > tree/exe
chmod +x tree/exe
ln -s exe tree/symlink
expect_hash 10k1lw41wyrjf9mxydi0is5nkpynlsvgslinics4ppir13g7d74p -S nar tree
expect_hash 1m9yxz99g7askm88h6hzyv4g2bfv57rp5wvwp3iq5ypsplq1xkkk -S git tree
mkdir tree/.git
touch tree/.git/foo
expect_hash 0ghlpca9xaswa1ay1g55dknwd9q899mi3ahfr43pq083v8wisjc7 -S git tree
expect_hash 1m9yxz99g7askm88h6hzyv4g2bfv57rp5wvwp3iq5ypsplq1xkkk -S git -x tree
expect_status 1 "$NACRE" hash tree
expect_status 1 "$NACRE" hash -H abcd1234 /dev/null
expect_status 1 "$NACRE" hash

# Git itself.
command -v git > /dev/null || exit 0
git init -q repository
cd repository
mkdir a a-b
echo one > a/file
echo two > a-b/file
echo three > a.txt
chmod +x a.txt
ln -s a/file link
git add -A
expect_hash "$(git write-tree)" -S git -H sha1 -f hex -x .
expect_hash "$(git hash-object a.txt)" -S git -H sha1 -f hex a.txt
