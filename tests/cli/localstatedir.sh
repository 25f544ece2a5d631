# SPDX-License-Identifier: GPL-3.0-or-later
# A pack with /var/guix is a store by itself, the same in every format.
. "$(dirname "$0")/lib.sh"
command -v python3 > /dev/null || exit 77

nacre build hello > /dev/null
nacre size hello | sed -n 's,^\(/gnu/store/[^ ]*\) .*,\1,p' | sort > closure

mkdir unpacked
tar -xf "$(nacre pack --localstatedir hello)" -C unpacked
[ "$(stat -c %a unpacked/var/guix)" = 755 ] || fail "mode of /var/guix"
database=unpacked/var/guix/db/db.sqlite
cp $database database
python3 - <<'PY' | sort > registered
import sqlite3
database = sqlite3.connect("database")
assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
assert {time for (time,) in database.execute("select registrationTime from ValidPaths")} == {0}
for (path,) in database.execute("select path from ValidPaths"):
    print(path)
PY
profile=$(readlink unpacked/var/guix/profiles/per-user/root/guix-profile-1-link)
{ cat closure; echo "$profile"; } | sort | cmp - registered

# nacre itself accepts it as a store, whose contents are as registered.
elsewhere() { "$NACRE" --root "$work/unpacked" "$@"; }
expect_status 0 elsewhere gc --verify=contents
elsewhere gc --list-live | sort | cmp - registered
elsewhere gc -R "$profile" | sort | cmp - registered
elsewhere gc > collected 2>&1
elsewhere gc -R "$profile" | sort | cmp - registered || fail "the profile is not a root"

# The same bytes in every format, and in a store of another age.
mkdir deb
(cd deb && ar x "$(nacre pack -f deb --localstatedir hello)" && tar -xf data.tar.gz)
cmp database deb/var/guix/db/db.sqlite
mkdir docker
tar -xf "$(nacre pack -f docker --localstatedir --profile-name=current-guix hello)" -C docker
for layer in docker/*/layer.tar; do
  tar -xf "$layer" -C docker
  chmod -R u+w docker
done
cmp database docker/var/guix/db/db.sqlite
[ "$(readlink docker/var/guix/profiles/per-user/root/current-guix)" = current-guix-1-link ] ||
  fail "--profile-name"
squashfs=$(nacre pack -f squashfs --localstatedir hello 2> /dev/null)
"$NACRE" inspect "$squashfs" > text
expect_in text 'format: squashfs'
if command -v unsquashfs > /dev/null; then
  unsquashfs -q -n -d sq "$squashfs" var/guix > /dev/null
  [ -s sq/var/guix/db/db.sqlite ] || fail "no database in the image"
fi
export GUIX_CONFIGURATION_DIRECTORY=$work/etc
nacre archive --generate-key > /dev/null
nacre archive --export -r "$(nacre build hello)" | "$NACRE" --root "$work/other" archive --import > /dev/null
again=$("$NACRE" --root "$work/other" pack --localstatedir hello)
cmp "$again" "$(nacre pack --localstatedir hello)"

expect_status 1 nacre pack --profile-name=current-guix hello
expect_in err 'add --localstatedir'
expect_status 1 nacre pack --localstatedir --profile-name=guix-profil hello
expect_in err "did you mean 'guix-profile'?"
