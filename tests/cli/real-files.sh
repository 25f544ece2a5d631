# SPDX-License-Identifier: GPL-3.0-or-later
# Whoever works on the store's files outside of store/ is named in HACKING.md, with the reason; and nobody who does not.
. "$(dirname "$0")/lib.sh"
cd "$NACRE_SOURCE"
grep -rlE 'layout\(\)|physical\(' src --include=*.cpp | grep -v '^src/store/' | sed 's|^src/||' | sort > "$work/found"
grep -E '^\| `' HACKING.md | cut -d'|' -f2 | grep -oE '`[a-z/_]+\.cpp`' | tr -d '`' | sort > "$work/named"
diff "$work/named" "$work/found" || fail "HACKING.md does not name those who use the store's files"
