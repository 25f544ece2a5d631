# SPDX-License-Identifier: GPL-3.0-or-later
# A bill of materials is made without building, is the same for every user, and names all items of a pack.
. "$(dirname "$0")/lib.sh"
command -v python3 > /dev/null || exit 77

for format in spdx cyclonedx; do
  nacre pack --sbom=$format python-numpy hello > $format.json
  (umask 077; TZ=Asia/Tokyo LC_ALL=C nacre pack --sbom=$format --sbom-file=$format.2 \
    -f docker python-numpy hello) > printed
  [ ! -s printed ] || fail "--sbom-file prints"
  cmp $format.json $format.2
done
# In an empty store.
"$NACRE" --root "$work/fresh" pack --sbom=spdx python-numpy hello | cmp - spdx.json
[ -z "$(find fresh/gnu/store -maxdepth 1 -name "*-hello-2.10" -o -name "*-bootstrap-seed-12")" ] ||
  fail "something was built"

expect_status 1 nacre pack --sbom=cyclone hello
expect_in err "did you mean 'cyclonedx'?"
expect_status 1 nacre pack --sbom=spdx --sbom-file=absent/file hello
expect_in err "/absent'"

# Every item of the closure is a required component.
nacre build hello > /dev/null
nacre size hello | sed -n 's,^/gnu/store/[^-]*-\([^ ]*\) .*,\1,p' > closure
[ "$(wc -l < closure)" -ge 2 ] || fail "no closure"

cat > check.py <<'PY'
import json, re

def check(condition, what):
    if not condition:
        raise SystemExit("FAIL: " + what)

def unique(names):
    return len(set(names)) == len(names)

spdx = json.load(open("spdx.json"))
check(spdx["spdxVersion"] == "SPDX-2.3" and spdx["dataLicense"] == "CC0-1.0", "header")
check(spdx["creationInfo"]["created"] == "1970-01-01T00:00:01Z", "time")
check(re.match("Tool: nacre-[0-9.]+$", spdx["creationInfo"]["creators"][0]), "tool")
ids = [package["SPDXID"] for package in spdx["packages"]] + [spdx["SPDXID"]]
check(unique(ids), "identifiers of SPDX are unique")
for name in ids:
    check(re.fullmatch("SPDXRef-[A-Za-z0-9.-]+", name), name)
for edge in spdx["relationships"]:
    check(edge["spdxElementId"] in ids and edge["relatedSpdxElement"] in ids, str(edge))
check(unique([tuple(sorted(edge.items())) for edge in spdx["relationships"]]), "edges")
licenses = {info["licenseId"] for info in spdx.get("hasExtractedLicensingInfos", [])}
for package in spdx["packages"]:
    for field in "name", "downloadLocation", "licenseDeclared", "licenseConcluded":
        check(package[field], f"{package['SPDXID']} has no {field}")
    check(package["filesAnalyzed"] is False, "filesAnalyzed")
    for reference in re.findall(r"LicenseRef-[A-Za-z0-9.-]+", package["licenseDeclared"]):
        check(reference in licenses, reference)
    for checksum in package.get("checksums", []):
        check(re.fullmatch("[0-9a-f]{64}", checksum["checksumValue"]), "checksum")

bom = json.load(open("cyclonedx.json"))
check((bom["bomFormat"], bom["specVersion"], bom["version"]) == ("CycloneDX", "1.5", 1), "header")
check(re.fullmatch("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                   bom["serialNumber"]), "serial number")
check(bom["metadata"]["timestamp"] == "1970-01-01T00:00:01Z", "time")
components = {component["bom-ref"]: component for component in bom["components"]}
check(len(components) == len(bom["components"]), "references are unique")
refs = set(components) | {bom["metadata"]["component"]["bom-ref"]}
check(unique([entry["ref"] for entry in bom["dependencies"]]), "dependencies are unique")
check({entry["ref"] for entry in bom["dependencies"]} == refs, "each component has its edges")
for entry in bom["dependencies"]:
    check(set(entry.get("dependsOn", [])) <= refs, "edges of " + entry["ref"])
for component in components.values():
    for field in "type", "name", "version", "purl", "scope", "licenses", "cpe":
        check(component.get(field), f"{component['bom-ref']} has no {field}")
    for built_with in component.get("properties", []):
        check(built_with["value"] in refs, built_with["value"])
hello = components["hello@2.10"]
check(hello["licenses"] == [{"license": {"id": "GPL-3.0-or-later"}}], "licence")
check(any(reference["url"].startswith("https://ftp.gnu.org/") and reference["hashes"]
          for reference in hello["externalReferences"]), "source of hello")
glibc = components["bootstrap-glibc@2.36"]
check(any(ancestor["purl"].startswith("pkg:deb/debian/libc6@")
          for ancestor in glibc["pedigree"]["ancestors"]), "the C library is Debian's")
check(components["python-numpy@1.19.5"]["cpe"].startswith("cpe:2.3:a:*:numpy:"), "CPE")

required = {component["name"] + "-" + component["version"]
            for component in components.values() if component["scope"] == "required"}
for item in open("closure").read().split():
    check(item in required, item + " is in the pack and not in its bill")
check(len(spdx["packages"]) > len(components), "SPDX holds sources, too")
PY
python3 check.py
