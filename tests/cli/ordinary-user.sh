# SPDX-License-Identifier: GPL-3.0-or-later
# An ordinary user, with no root and no daemon, builds hello into a store of their own: the same path,
# the same bits. The program is an installed one, so that installation is tested too.
. "$(dirname "$0")/lib.sh"
expected=$(nacre build hello)
expected_hash=$("$NACRE" hash -S nar "$ROOT$expected")
cmake --install "$(dirname "$NACRE")" --prefix "$work/prefix" > install.log
mkdir home
as_user=()
if [ "$(id -u)" = 0 ]; then
  chmod 755 "$work"
  chown 65534:65534 home
  as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
user_nacre() {
  "${as_user[@]}" env -i PATH="$PATH" HOME="$work/home" "$work/prefix/bin/nacre" "$@"
}
found=$(cd home && user_nacre build hello)
[ "$found" = "$expected" ] || fail "root's path is $expected, the user's $found"
real=$work/home/.local/share/nacre$found
[ "$(user_nacre hash -S nar "$real")" = "$expected_hash" ] || fail "the user's bits are others"
user_nacre gc --verify=contents > out
expect_in out "nothing wrong"
# Any program of the user can open the file that pack prints.
pack=$(cd home && user_nacre pack -C none hello)
"${as_user[@]}" tar -tf "$pack" > listing
expect_in listing "bin/hello"
