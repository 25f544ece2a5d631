# SPDX-License-Identifier: GPL-3.0-or-later
# 'nacre inspect' finds the contents of a pack of any format.
. "$(dirname "$0")/lib.sh"
command -v python3 > /dev/null || exit 77

nacre build hello > /dev/null
nacre size hello | sed -n 's,^\(/gnu/store/[^ ]*\) .*,\1,p' | sort > closure
cat > check.py <<'PY'
import json, sys

found = json.load(sys.stdin)
format, compression = sys.argv[1:]
assert found["format"] == format, found["format"]
assert found["compression"] == compression, found["compression"]
[image] = found["images"]
[profile] = image["profiles"]
assert [(p["name"], p["version"], p["output"]) for p in profile["packages"]] == \
    [("hello", "2.10", "out")], profile
paths = [item["path"] for item in image["items"]]
assert sorted(paths) == sorted(open("closure").read().split() + [profile["item"]]), paths
assert image["closure_size"] == sum(item["size"] for item in image["items"])
[hello] = [item for item in image["items"] if item["name"] == "hello"]
assert hello["version"] == "2.10" and hello["size"] > 10000 and hello["files"] > 1, hello
if format in ("docker-archive", "oci-archive", "oci-layout"):
    assert image["names"] == ["greet:1"] and image["platform"] == "linux/amd64", image["names"]
    assert image["entry_point"] == [profile["item"] + "/bin/hello"], image["entry_point"]
    assert any(value.startswith("PATH=") for value in image["environment"])
    assert image["layers"] == 2, image["layers"]
print([item["size"] for item in image["items"]])
PY

check() {
  local pack=$1
  shift
  "$NACRE" inspect --format=json "$pack" | python3 check.py "$@" >> sizes || fail "$*"
}

check "$(nacre pack hello)" tarball gzip
check "$(nacre pack -C none hello)" tarball none
check "$(nacre pack -C xz:1 hello)" tarball xz
check "$(nacre pack -C zstd hello)" tarball zstd
for compression in gzip none; do
  check "$(nacre pack -f docker -C $compression --image-tag=greet:1 --entry-point=bin/hello hello)" \
    docker-archive $compression
done
check "$(nacre pack -f deb hello)" deb gzip
check "$(nacre pack -f rpm -C zstd hello)" rpm zstd
check "$(nacre pack -f rpm -C none hello)" rpm none
check "$(nacre pack -f oci --image-tag=greet:1 --entry-point=bin/hello hello)" oci-archive none
for compression in gzip zstd xz; do
  check "$(nacre pack -f squashfs -C $compression hello 2> /dev/null)" squashfs $compression
done

# The same image, written by other programs.
if command -v skopeo > /dev/null; then
  pack=$(nacre pack -f oci --image-tag=greet:1 --entry-point=bin/hello hello)
  skopeo copy --quiet "oci-archive:$pack:greet:1" oci:layout:greet:1
  check layout oci-layout none
  skopeo copy --quiet "oci-archive:$pack:greet:1" docker-archive:skopeo.tar:docker.io/library/greet:1
  "$NACRE" inspect --format=json skopeo.tar | sed 's,docker.io/library/,,' > skopeo.json
  python3 check.py docker-archive none < skopeo.json >> sizes || fail "skopeo's docker-archive"
  # Two images in one layout; each is listed.
  skopeo copy --quiet "oci-archive:$pack:greet:1" oci:layout:other:2
  "$NACRE" inspect layout > text
  expect_in text 'name: greet:1'
  expect_in text 'name: other:2'
fi
[ "$(uniq sizes | wc -l)" = 1 ] || fail "formats differ in what they hold"

pack=$(nacre pack -f docker --image-tag=greet:1 hello)
"$NACRE" inspect "$pack" > text
for line in 'format: docker-archive' 'name: greet:1' '  hello@2.10' 'closure: 3 items'; do
  expect_in text "$line"
done

# An archive of another program, with control characters in its names.
mkdir -p other
printf '[{"Config": "c.json", "RepoTags": ["a\\u001b[31mb"], "Layers": []}]' > other/manifest.json
echo '{}' > other/c.json
tar -cf other.tar -C other manifest.json c.json
"$NACRE" inspect other.tar > text
expect_in text 'name: a\x1b[31mb'

head -c 100000 "$pack" > short
expect_status 1 "$NACRE" inspect short
expect_in err "cannot tell what 'short' holds"
echo text > text
expect_status 1 "$NACRE" inspect text
expect_in err "hint:"
expect_status 1 "$NACRE" inspect absent
expect_in err "absent"
expect_status 1 "$NACRE" inspect .
