# SPDX-License-Identifier: GPL-3.0-or-later
# Objects that can be packed: names, expressions, files, lists of these, and build inputs.
. "$(dirname "$0")/lib.sh"

hello=$(nacre pack -d hello)
echo '(@ (gnu packages base) hello)' > hello.scm
echo '(list (@ (gnu packages base) hello) (list (@ (gnu packages compression) zlib) "out"))' > list.scm
echo '(specifications->manifest (list "hello"))' > manifest.scm
same() {
  local expected=$1
  shift
  [ "$(nacre pack -d "$@")" = "$expected" ] || fail "$* is something else"
}
same "$hello" --file=hello.scm
same "$hello" -e '(specification->package "hello")'
same "$hello" -e '(list (specification->package "hello") "out")'
same "$hello" --file=manifest.scm
both=$(nacre pack -d hello zlib)
same "$both" --file=list.scm
same "$both" -e '(map specification->package (list "hello" "zlib"))'

# -D is about the object that follows it.
development=$(nacre pack -d -D hello)
[ "$development" != "$hello" ] || fail "-D hello is hello"
same "$development" -D --file=hello.scm
same "$development" --development -e '(specification->package "hello")'
nacre pack -d zlib -D hello > one
nacre pack -d -D hello zlib > other
cmp one other
[ "$(cat one)" != "$development" ] || fail "zlib is missing"
expect_status 1 nacre pack -d hello -D
expect_in err "stands before the package"

echo '"hello"' > string.scm
expect_status 1 nacre pack --file=string.scm
expect_in err "which is not a package"
expect_status 1 nacre pack --file=absent.scm
expect_in err "absent.scm"
