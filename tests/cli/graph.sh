# SPDX-License-Identifier: GPL-3.0-or-later
# Graphs: all types and formats, the same text each time, paths, and a page that needs nothing else.
. "$(dirname "$0")/lib.sh"

nacre graph --list-types > types
nacre graph --list-backends > backends
[ "$(grep -c '^  - ' types)" = 10 ] || fail "not 10 types"
[ "$(grep -c '^  - ' backends)" = 5 ] || fail "not 5 formats"

for type in package reverse-package bag bag-with-origins bag-emerged derivation module; do
  nacre graph -t $type hello > graph
  grep -q '^digraph' graph || fail "$type: no graph"
  nacre graph -t $type hello | cmp - graph || fail "$type: another text"
done
nacre graph -t reverse-bag openblas > graph
expect_in graph 'label = "python-numpy@'
nacre graph -t module hello > graph
expect_in graph '"(gnu packages base)" -> "(guix packages)"'
nacre graph python > graph
expect_in graph '"python@3.9.2" -> "zlib@'
nacre graph -M 0 python > graph
[ "$(grep -c label graph)" = 1 ] || fail "--max-depth=0 is more than the package"
nacre graph -e '(@ (gnu packages base) hello)' | cmp - <(nacre graph hello)

nacre graph --with-input=zlib=hello python > graph
expect_in graph '"python@3.9.2" -> "hello@2.10"'
! grep -q '"python@3.9.2" -> "zlib@' graph || fail "a transformation does nothing"

# Store items.
item=$(nacre build hello)
nacre graph -t references hello > graph
expect_in graph "\"$item\" -> "
nacre graph -t references "$item" | cmp - graph
nacre graph -t derivation hello > graph
nacre graph -t derivation "$(nacre build -d hello)" | cmp - graph
glibc=$(nacre gc --references "$item" | grep glibc)
nacre graph -t referrers "$glibc" > graph
expect_in graph "\"$glibc\" -> \"$item\""
expect_status 1 "$NACRE" --root "$work/empty" graph -t references hello
expect_in err "build it first: nacre build hello@2.10"

# Paths.
nacre graph --path python zlib > path
[ "$(cat path)" = "python@3.9.2
$(sed -n 2p path)" ] && grep -q '^zlib@' path || fail "not the path: $(cat path)"
expect_status 1 nacre graph --path zlib python
expect_in err "no path leads from 'zlib@"
expect_status 1 nacre graph --path python
expect_in err "takes two packages"
nacre graph --path -t derivation python zlib | head -n 1 | grep -q '^/gnu/store/.*-python-3.9.2.drv$'

# Mistakes.
expect_status 1 nacre graph -t bags hello
expect_in err "did you mean 'bag'?"
expect_status 1 nacre graph -b graphvis hello
expect_in err "did you mean 'graphviz'?"
expect_status 1 nacre graph helo
expect_in err "did you mean 'hello'?"
expect_status 1 nacre graph
expect_status 1 nacre graph -e 42
expect_in err "42 is not a package"

# Formats.
nacre graph -b cypher hello | grep -q 'MERGE (p:Package { id: "hello@2.10" })' || fail "cypher"
command -v python3 > /dev/null || exit 77
nacre graph -b graphml -t bag python > graph.xml
nacre graph -b cyclonedx-json -t bag python > graph.json
nacre graph -b d3js -t bag python > page.html
cat > check.py <<'PY'
import json, re
import xml.etree.ElementTree as xml

graph = xml.parse("graph.xml").getroot().find("{*}graph")
nodes = {node.get("id") for node in graph.findall("{*}node")}
edges = [(edge.get("source"), edge.get("target")) for edge in graph.findall("{*}edge")]
assert len(nodes) > 20 and all(a in nodes and b in nodes for a, b in edges), "graphml"

bom = json.load(open("graph.json"))
assert bom["bomFormat"] == "CycloneDX" and bom["specVersion"] == "1.5"
refs = {component["bom-ref"] for component in bom["components"]}
assert refs == nodes
for entry in bom["dependencies"]:
    assert entry["ref"] in refs and set(entry.get("dependsOn", [])) <= refs

page = open("page.html").read()
assert "GRAPH*/null" not in page
assert not re.search(r"""(src|href|url)\s*[=(]\s*["']?(https?:)?//""", page), "the page needs a network"
data = page[page.index("const graph = ") + 14:page.index(";\nconst count")]
data = json.loads(re.sub(r"(?m)^\{?(name|labels|edges): ", lambda m: m.group(0).replace(m.group(1), '"%s"' % m.group(1)), data))
assert len(data["labels"]) == len(nodes) and len(data["edges"]) == len(nodes)
assert all(0 <= target < len(nodes) for targets in data["edges"] for target in targets)
PY
python3 check.py

# The page in a browser: it shows the node that its address names, with the way to it; one can search and click.
cat > act.html <<'HTML'
<script>
const box = document.getElementById("search"), report = document.body.dataset;
box.value = "glibc";
box.dispatchEvent(new Event("input"));
report.found = document.getElementById("found").children.length > 0;
box.value = "zlib";
box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter"}));
report.selected = graph.labels[selected];
const click = (node) => document.querySelector(`[data-node="${node}"]`)
  .dispatchEvent(new MouseEvent("click", {bubbles: true}));
const before = places.size;
click(0);
click(0);
report.hides = places.size < before;
click(0);
report.shows = places.size > 1;
document.getElementById("all").click();
report.all = places.size === count;
report.right = graph.edges.every((targets, node) =>
  targets.every((target) => target === node || places.get(target).x > places.get(node).x));
</script>
HTML
for browser in chromium chromium-browser google-chrome; do command -v $browser > /dev/null && break; done
command -v $browser > /dev/null || exit 0
$browser --headless --no-sandbox --disable-gpu --user-data-dir="$work/browser" --virtual-time-budget=3000 \
  --dump-dom "file://$work/page.html#zlib@1.2.13" > dom 2> browser.log || exit 0
expect_in dom 'path from the start'
expect_in dom '<a>zlib@1.2.13</a>'
grep -q 'class="node[a-z ]* self"' dom || fail "no node is selected"
cat page.html act.html > both.html
$browser --headless --no-sandbox --disable-gpu --user-data-dir="$work/browser" --virtual-time-budget=3000 \
  --dump-dom "file://$work/both.html" > dom 2> browser.log
for fact in 'found="true"' 'selected="zlib@1.2.13"' 'hides="true"' 'shows="true"' 'all="true"' 'right="true"'; do
  expect_in dom "data-$fact"
done
