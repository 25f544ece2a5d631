# SPDX-License-Identifier: GPL-3.0-or-later
# Damage in the store is found, does not spread, and is repaired by making the item again, or a hint says what to do.
. "$(dirname "$0")/../cli/lib.sh"
ROOT=$work/root
mkdir www
seq 10000 > www/source.txt
serve_www
cat > origin.scm <<SCM
(use-modules (guix packages) (guix download))
(origin
  (method url-fetch)
  (uri "$web/source.txt")
  (sha256 (base32 "$("$NACRE" hash www/source.txt)")))
SCM
item=$(nacre build -f origin.scm)
damage() {
  chmod u+w "$1"
  printf X | dd of="$1" bs=1 seek=5000 conv=notrunc status=none
  chmod 444 "$1"
}
same() { cmp -s "$ROOT$item" www/source.txt || fail "$item is not what it was: $1"; }

damage "$ROOT$item"
expect_status 1 nacre gc --verify=contents
expect_in out "modified: $item"
expect_in out "damaged shared file: "
# Adding the same contents again does not use the damaged file.
add_again() { nacre build -e '((@ (guix gexp) local-file) "'"$work/www/source.txt"'" "again.txt")'; }
again=$(add_again)
cmp -s "$ROOT$again" www/source.txt || fail "the damage has spread"

expect_status 0 nacre gc --verify=contents,repair
expect_in out "repaired: $item"
same "after a repair"
expect_status 0 nacre gc --verify=contents

# Both are one file now.
nacre gc --delete "$again" > /dev/null
damage "$ROOT$item"
expect_status 0 nacre build --repair -f origin.scm
same "after build --repair"

chmod 777 "$ROOT$item"
expect_status 1 nacre gc --verify=contents
expect_status 0 nacre gc --verify=repair
same "after its mode was mended"

# A missing item.
rm -f "$ROOT$item"
expect_status 1 nacre gc --verify
expect_in out "missing: $item"
expect_status 0 nacre build -f origin.scm
expect_in out "$item"
same "after a build"
rm -f "$ROOT$item"
nacre build -r kept -f origin.scm > /dev/null
rm -f "$ROOT$item"
expect_status 0 nacre gc --verify=repair
same "after a repair of what was gone"

# An item that no derivation makes.
add_again > /dev/null
rm -rf "$ROOT$again"
printf x > "$ROOT$again"
chmod 444 "$ROOT$again"
expect_status 1 nacre gc --verify=repair
expect_in out "not repaired: $again: no derivation in the store makes it"
expect_in out "remove '$ROOT$again'"
rm -f "$ROOT$again"
add_again > /dev/null
expect_status 0 nacre gc --verify=contents
