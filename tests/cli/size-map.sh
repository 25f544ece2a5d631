# SPDX-License-Identifier: GPL-3.0-or-later
# 'size -m' draws the closure; the same closure gives the same picture.
. "$(dirname "$0")/lib.sh"

nacre build hello > /dev/null
nacre size -m map.svg hello > out
[ ! -s out ] || fail "a table is printed, too"
nacre size --sort=self -m again.svg hello
cmp map.svg again.svg
expect_in map.svg '<title>hello-2.10: '
nacre size -m map.html hello
expect_in map.html '<svg '
expect_in map.html '<td>hello-2.10</td>'
if command -v python3 > /dev/null; then
  python3 -c 'import xml.etree.ElementTree as x; x.parse("map.svg")'
fi
expect_status 1 nacre size -m map.png hello
expect_in err "neither an SVG picture nor an HTML page"
expect_status 1 nacre size -m absent/map.svg hello

nacre size --sort=self hello > out
[ "$(awk 'NR > 1 && /^\/gnu/ { print $3 }' out)" = "$(awk 'NR > 1 && /^\/gnu/ { print $3 }' out | sort -rn)" ] ||
  fail "not sorted by an item's own size"
