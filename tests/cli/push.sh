# SPDX-License-Identifier: GPL-3.0-or-later
# A real registry accepts our images, and other tools pull and run them. Existing layers are not uploaded
# again; bills of materials refer to their image.
. "$(dirname "$0")/lib.sh"
. "$NACRE_SOURCE/tests/registry/serve.sh"
command -v skopeo > /dev/null || exit 77
export REGISTRY_AUTH_FILE=$work/auth.json XDG_CACHE_HOME=$work/cache
echo '{}' > "$REGISTRY_AUTH_FILE"
options=(-S /bin=bin --entry-point=bin/hello)
start_registry plain
image=docker://$registry/team/hello

reference=$(nacre pack --push "$image:v1" "${options[@]}" hello)
digest=${reference#*@}
[ "$reference" = "$registry/team/hello@$digest" ] || fail "$reference names no digest"
inspect() { skopeo inspect --tls-verify=false "$@"; }
inspect "$image:v1" > inspected
expect_in inspected "\"$digest\""
inspect --raw "$image:v1" > manifest
expect_in manifest application/vnd.oci.image.manifest.v1+json
[ "sha256:$(sha256sum < manifest | cut -d' ' -f1)" = "$digest" ] || fail "the digest is not the manifest's"

# The same again uploads nothing, whatever the tag was called.
before=$(requests plain 'POST|PATCH|PUT')
[ "$(nacre pack --push "$image:v1" "${options[@]}" hello)" = "$reference" ] || fail "another digest"
[ "$(requests plain 'POST|PATCH|PUT')" = "$before" ] || fail "the second push uploads something"
[ "$(nacre pack --push "$image" "${options[@]}" hello)" = "$reference" ] || fail "another digest"
[ "$(requests plain 'POST|PATCH|PUT')" = $((before + 1)) ] || fail "more than the tag is uploaded"

# A leaf that is added, and one that changes: the last layer and the configuration are uploaded.
write_leaf() {
  cat > leaf.scm <<SCM
(use-modules (guix packages) (guix build-system trivial) (guix gexp) (guix profiles) (gnu packages))
(define leaf
  (package
    (name "leaf") (version "1") (source #f) (build-system trivial-build-system)
    (arguments (list #:builder #~(begin (mkdir #\$output)
                                        (call-with-output-file (string-append #\$output "/leaf")
                                          (lambda (port) (display "$1" port))))))
    (home-page "https://example.org") (synopsis "s") (description "d") (license #f)))
(concatenate-manifests
 (list (specifications->manifest '("hello")) (packages->manifest (list leaf))))
SCM
}
for leaf in new changed; do
  write_leaf $leaf
  before=$(requests plain 'POST /v2/team/hello/blobs/uploads')
  nacre pack --push "$image:$leaf" "${options[@]}" -m leaf.scm > /dev/null
  uploads=$(($(requests plain 'POST /v2/team/hello/blobs/uploads') - before))
  [ $uploads = 2 ] || fail "$uploads blobs are uploaded for a leaf that is $leaf"
done
inspect --raw "$image:new" > before
inspect --raw "$image:changed" > after
python3 - <<'PY'
import json
before, after = ([layer["digest"] for layer in json.load(open(name))["layers"]] for name in ("before", "after"))
assert before[:-1] == after[:-1] and before[-1] != after[-1], (before, after)
PY

# Docker's media types for the same layers; three programs pull them.
docker=$(nacre pack -f docker --push "$image:docker" "${options[@]}" hello)
inspect --raw "$image:docker" > manifest
expect_in manifest application/vnd.docker.distribution.manifest.v2+json
expect_in manifest application/vnd.docker.image.rootfs.diff.tar.gzip
skopeo copy --quiet --src-tls-verify=false "docker://${docker}" oci:copied:v1
expect_status 1 nacre pack -f docker -C zstd --push "$image:zstd" hello
expect_in err "Docker's format of images has nothing like"
nacre pack -C zstd --push "$image:zstd" "${options[@]}" hello > /dev/null
for tag in v1 docker zstd; do
  command -v podman > /dev/null || break
  podman pull --quiet --tls-verify=false "$registry/team/hello:$tag" > /dev/null
  bash "$NACRE_SOURCE/scripts/run-image.sh" "$registry/team/hello:$tag" > out
  expect_in out "Hello, world!"
  podman rmi "$registry/team/hello:$tag" > /dev/null
done

# Another repository of the same registry takes the layers from the first.
before=$(requests plain 'P(ATCH|UT) /v2/team/[a-z]*/blobs/')
nacre pack --push "docker://$registry/team/other" "${options[@]}" hello > /dev/null
[ "$(requests plain 'P(ATCH|UT) /v2/team/[a-z]*/blobs/')" = "$before" ] || fail "layers are uploaded twice"

# The bill of materials refers to the image; this registry lists it under a tag.
for format in spdx cyclonedx; do
  [ "$(nacre pack --push "$image:v1" --sbom=$format "${options[@]}" hello)" = "$reference" ] ||
    fail "the bill of materials changes the image"
done
before=$(requests plain 'POST|PATCH|PUT')
nacre pack --push "$image:v1" --sbom=spdx --sbom-file=bill.json "${options[@]}" hello > /dev/null
[ "$(requests plain 'POST|PATCH|PUT')" = "$before" ] || fail "the bill of materials is uploaded again"
inspect --raw "$image:${digest/:/-}" > referrers
python3 - "$digest" "$work/plain-data" <<'PY'
import hashlib, json, sys
digest, data = sys.argv[1:]
def blob(name):
    text = open(f"{data}/docker/registry/v2/blobs/sha256/{name[7:9]}/{name[7:]}/data", "rb").read()
    assert "sha256:" + hashlib.sha256(text).hexdigest() == name
    return text
index = json.load(open("referrers"))
types = [descriptor["artifactType"] for descriptor in index["manifests"]]
assert types == ["application/spdx+json", "application/vnd.cyclonedx+json"], types
for descriptor in index["manifests"]:
    manifest = json.loads(blob(descriptor["digest"]))
    assert manifest["subject"]["digest"] == digest, manifest
    bill = json.loads(blob(manifest["layers"][0]["digest"]))
    assert bill.get("spdxVersion") or bill.get("bomFormat"), bill
    if "spdxVersion" in bill:
        assert bill == json.load(open("bill.json"))
PY

# The signed digests are the registry's, with Docker's media types too.
export GUIX_CONFIGURATION_DIRECTORY=$work/etc
nacre archive --generate-key > /dev/null
pushed=$(nacre pack -f docker --push "$image:docker" --attest=statement.jsonl "${options[@]}" hello)
[ "$pushed" = "$docker" ] || fail "the attestation changes the image"
python3 - "$pushed" <<'PY'
import base64, json, sys
name, digest = sys.argv[1].split("@sha256:")
statement = json.loads(base64.b64decode(json.load(open("statement.jsonl"))["payload"]))
assert {"name": name, "digest": {"sha256": digest}} in statement["subject"], statement["subject"]
PY
