# SPDX-License-Identifier: GPL-3.0-or-later
# A query of the collector changes nothing; a collection removes the leftovers of killed builds; a read-only store can
# be checked.
. "$(dirname "$0")/lib.sh"
ROOT=$work/root
item=$(nacre build -e '(plain-file "x" "k")' -r ./result)

# A root whose link is missing for a moment.
mv result away
nacre gc --list-dead > dead
expect_in dead "$item"
nacre gc --list-live > /dev/null
mv away result
expect_status 1 nacre gc -D "$item"
expect_in err "still alive"
[ ! -e "$ROOT/var/guix/missing-roots" ] || fail "asking has written something"
nacre gc > /dev/null
[ -e "$ROOT$item" ] || fail "$item was deleted"

# The leftovers of a killed build.
mkdir -p "$ROOT/gnu/store/.builds/1-0/store"
nacre gc > /dev/null
[ ! -e "$ROOT/gnu/store/.builds/1-0" ] || fail "a workspace that nobody has is left"

nacre gc --help > help
expect_in help "stop after freeing MIN bytes"

# Generations of profiles are roots; those that are deleted are not.
for name in one two; do
  mkdir "$name"
  echo "$name" > "$name/file-$name"
  nacre package -p profile -e "(manifest-entry (name \"$name\") (version \"1\") (item (local-file \"$work/$name\" #:recursive? #t)))" 2> /dev/null
done
first=$(readlink profile-1-link)
second=$(readlink profile-2-link)
nacre gc > /dev/null
[ -e "$ROOT$first" ] || fail "a generation was deleted"
nacre gc --delete-generations=1m > /dev/null
[ -e "$ROOT$first" ] || fail "a new generation was deleted"
expect_status 1 nacre gc -d "$first"
expect_in err "which generations"
nacre gc -d > out
expect_in out "deleting $work/profile-1-link"
[ ! -e "$ROOT$first" ] && [ -e "$ROOT$second" ] || fail "not the first generation was deleted"

# Read-only: by a mount where that is allowed.
cat > read-only.sh <<'SH'
set -e
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
"$NACRE" --root "$1" gc --verify=contents
"$NACRE" --root "$1" gc --list-dead > /dev/null
SH
if unshare -rm true 2> /dev/null; then
  unshare -rm bash read-only.sh "$ROOT" > out
  expect_in out "nothing wrong"
fi

# What processes use; the database; sharing.
nacre gc --list-busy > busy
nacre gc --vacuum-database > out
expect_in out "freed in the database"
head -c 20000 /dev/zero > zeros
one=$(nacre build -e "(local-file \"$work/zeros\" \"one\")") other=$(nacre build -e "(local-file \"$work/zeros\" \"other\")")
chmod u+w "$ROOT/gnu/store"
cp "$ROOT$one" copy
mv -f copy "$ROOT$other"
chmod 444 "$ROOT$other"
touch -d @1 "$ROOT$other"
nacre gc --optimize > out
expect_in out "freed by sharing equal files"
[ "$(stat -c %i "$ROOT$one")" = "$(stat -c %i "$ROOT$other")" ] || fail "equal files are not shared"
