# SPDX-License-Identifier: GPL-3.0-or-later
# 'pack --attest' signs the sources of a pack; 'inspect --verify' accepts the statement if it is true.
. "$(dirname "$0")/lib.sh"
command -v python3 > /dev/null || exit 77

export GUIX_CONFIGURATION_DIRECTORY=$work/etc
expect_status 1 nacre pack --attest hello
expect_in err "this store has no key to sign with"
expect_in err "nacre archive --generate-key"
[ -z "$(ls ./*.intoto.jsonl 2> /dev/null)" ] || fail "an attestation without a signature"
nacre archive --generate-key > /dev/null
expect_status 1 nacre archive --generate-key
expect_in err "has a key to sign with already"

cat > manifest.scm <<'SCM'
;; What we say hello with.
(specifications->manifest '("hello"))
SCM
pack=$(nacre pack --attest -f oci -m manifest.scm --image-tag=greet:1)
[ -f hello-oci-pack.tar.intoto.jsonl ] || fail "no attestation"
cp "$pack" image.tar
mv hello-oci-pack.tar.intoto.jsonl attestation
"$NACRE" --root "$ROOT" inspect --verify=attestation image.tar > text
expect_in text "image.tar: as it was built"
expect_in text "signed by key: "
expect_in text "derivation: $(nacre pack -d -f oci -m manifest.scm --image-tag=greet:1)"
"$NACRE" --root "$ROOT" inspect --verify=attestation --format=json image.tar > statement

cat > check.py <<'PY'
import base64, hashlib, json, subprocess, sys, tarfile

statement = json.load(open("statement"))
assert statement["_type"] == "https://in-toto.io/Statement/v1"
assert statement["predicateType"] == "https://slsa.dev/provenance/v1"
pack, image = statement["subject"]
assert pack == {"name": "hello-oci-pack.tar",
                "digest": {"sha256": hashlib.sha256(open("image.tar", "rb").read()).hexdigest()}}
[manifest] = json.load(tarfile.open("image.tar").extractfile("index.json"))["manifests"]
assert image == {"name": "greet:1", "digest": {"sha256": manifest["digest"][7:]}}, image

build = statement["predicate"]["buildDefinition"]
parameters = build["externalParameters"]
assert parameters["format"] == "oci" and parameters["options"]["image-tag"] == "greet:1"
assert parameters["manifests"] == [{"name": "manifest.scm", "text": open("manifest.scm").read()}]
assert build["internalParameters"]["system"] == "x86_64-linux"
sources = {source["name"]: source for source in build["resolvedDependencies"]}
hello = sources["hello-2.10.tar.gz"]
assert hello["digest"]["sha256"].startswith("31e066137a96"), hello
assert hello["uri"].startswith("https://"), hello
run = statement["predicate"]["runDetails"]

# The envelope: the signed statement, and its key.
[line] = open("attestation").read().splitlines()
envelope = json.loads(line)
assert envelope["payloadType"] == "application/vnd.in-toto+json"
assert json.loads(base64.b64decode(envelope["payload"])) == statement
[signature] = envelope["signatures"]
assert run["builder"]["id"] == "urn:nacre:store:" + signature["keyid"]
payload = base64.b64decode(envelope["payload"])
signed = b"DSSEv1 28 application/vnd.in-toto+json %d %s" % (len(payload), payload)
sexp = base64.b64decode(signature["sig"]).decode()
assert hashlib.sha256(signed).hexdigest() in sexp.lower().replace(" ", "").replace("\n", ""), sexp

# The same, changed in its statement and in its signature.
envelope["payload"] = base64.b64encode(payload.replace(b"greet", b"great")).decode()
json.dump(envelope, open("changed", "w"))
envelope["payload"] = base64.b64encode(payload).decode()
envelope["signatures"] = []
json.dump(envelope, open("unsigned", "w"))
PY
python3 check.py

# The same pack gives the same attestation.
nacre pack --attest=again -f oci -m manifest.scm --image-tag=greet:1 > /dev/null
cmp attestation again

verify() { "$NACRE" --root "$ROOT" inspect --verify="$@"; }
expect_status 1 verify changed image.tar
expect_in err "its signature is for something else"
expect_status 1 verify unsigned image.tar
expect_in err "it is not signed"
chmod u+w image.tar
echo x >> image.tar
expect_status 1 verify attestation image.tar
expect_in err "is not about 'image.tar'"
cp "$pack" image.tar
echo '{}' > empty
expect_status 1 verify empty image.tar
expect_in err "not a signed statement"
expect_status 1 verify absent image.tar

# A store with another key does not accept it until the key is authorized.
export GUIX_CONFIGURATION_DIRECTORY=$work/other-etc
nacre archive --generate-key > /dev/null
expect_status 1 verify attestation image.tar
expect_in err "unauthorized public key"
nacre archive --authorize < etc/signing-key.pub
expect_status 0 verify attestation image.tar

echo '(specifications->manifest (list "hello"))' > piped
expect_status 1 nacre pack --attest -m - < piped
expect_in err "write the manifest to a file"

# A statement without a pack would be about nothing.
for option in -d -n --sbom=spdx; do
  expect_status 1 nacre pack --attest=none "$option" hello
  expect_in err "--attest states how a pack was built"
done
[ ! -e none ] || fail "an attestation of nothing"
