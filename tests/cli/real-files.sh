# SPDX-License-Identifier: GPL-3.0-or-later
# HACKING.md names exactly the files outside of store/ that use the store's files, with the reason.
. "$(dirname "$0")/lib.sh"
cd "$NACRE_SOURCE"
grep -rlE 'layout\(\)|physical\(' src --include=*.cpp | grep -v '^src/store/' | sed 's|^src/||' | sort > "$work/found"
grep -E '^\| `' HACKING.md | cut -d'|' -f2 | grep -oE '`[a-z/_]+\.cpp`' | tr -d '`' | sort > "$work/named"
diff "$work/named" "$work/found" || fail "HACKING.md does not name the files that use the store's files"
