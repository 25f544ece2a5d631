# SPDX-License-Identifier: GPL-3.0-or-later
# Other tools read an image layout, of every compression, find the requested contents in it, and run
# it. Malformed options are refused before anything is built.
. "$(dirname "$0")/lib.sh"

expect_refusal() {
  local message=$1
  shift
  expect_status 1 nacre pack "$@" hello
  expect_in err "$message"
}
expect_refusal "bad environment variable 'LANG'" -f docker --env=LANG
expect_refusal "bad label '=x'" -f oci --label==x
expect_refusal "bad port '70000'" -f oci --expose=70000
expect_refusal "bad volume '/gnu': it would hide the store" -f oci --volume=/gnu
expect_refusal "bad user 'a:b:c'" -f oci --user=a:b:c
expect_refusal "'yesterday' is not a date" -f oci --created=yesterday
expect_refusal "'INT' is not a signal" -f oci --stop-signal=INT
expect_refusal "bad time '30'" -f oci --health-cmd=hello --health-interval=30
expect_refusal "no command that checks" -f oci --health-interval=30s
expect_refusal "bad working directory 'srv'" -f oci --workdir=srv
expect_refusal "the format tarball does not support a command" --cmd=x
expect_refusal "the format oci has no compression xz" -f oci -C xz

command -v skopeo > /dev/null || exit 77
name=nacre-test-oci:v1
options=(-S /bin=bin --entry-point=bin/hello --cmd=--greeting=Hi --env=LANG=C --env=EMPTY= --expose=80
  --expose=53/udp --volume=/data --user=65534:65534 --workdir=/tmp --created=2026-01-31 --stop-signal=SIGINT
  --health-cmd=/bin/hello --health-cmd=--version --health-interval=1m30s --health-retries=3 --label=org.example.a=b=c --image-tag=$name)
for compression in none gzip zstd; do
  pack=$(nacre pack -f oci -C $compression "${options[@]}" hello)
  skopeo inspect --config "oci-archive:$pack:$name" | python3 -c '
import json, sys
image = json.load(sys.stdin)
config = image["config"]
assert image["architecture"] == "amd64" and image["os"] == "linux", image
assert config["Entrypoint"][0].endswith("/bin/hello"), config
assert config["Cmd"] == ["--greeting=Hi"], config
assert {"LANG=C", "EMPTY="} <= set(config["Env"]), config
assert set(config["ExposedPorts"]) == {"80/tcp", "53/udp"}, config
assert set(config["Volumes"]) == {"/data"}, config
assert config["User"] == "65534:65534" and config["WorkingDir"] == "/tmp", config
assert image["created"] == "2026-01-31T00:00:00Z", image
assert config["Labels"] == {"org.example.a": "b=c"}, config
' || fail "$compression: skopeo finds another configuration"
  # It checks every digest; in other formats it decompresses layers too, but those do not support zstd.
  skopeo copy --quiet "oci-archive:$pack:$name" "oci:copy-$compression:$name"
  [ $compression = zstd ] ||
    skopeo copy --quiet "oci-archive:$pack:$name" "docker-archive:$compression.tar:$name"
  mkdir "$compression"
  tar -xf "$pack" -C "$compression"
done
cmp none.tar gzip.tar

# A layout in a directory has the files of the archive.
directory=$(nacre pack -f oci-directory -C gzip "${options[@]}" hello)
[ -d "$directory" ] || fail "$directory is not a directory"
[ -z "$(diff -r "$directory" gzip)" ] || fail "the directory has other files than the archive"
skopeo copy --quiet "oci:$directory:$name" "oci:copy-directory:$name"

if command -v umoci > /dev/null; then
  for compression in none gzip; do
    umoci unpack --rootless --image "$compression:$name" "bundle-$compression" > /dev/null
    hash=$("$NACRE" hash -S nar "bundle-$compression/rootfs/gnu/store")
    [ "$hash" = "${reference:=$hash}" ] || fail "umoci finds another tree in $compression"
    [ -L "bundle-$compression/rootfs/bin" ] ||
      fail "umoci finds no /bin"
  done
fi

command -v podman > /dev/null || exit 0
for compression in gzip zstd; do
  podman load --quiet --input "$(nacre pack -f oci -C $compression "${options[@]}" hello)" > out
  expect_in out "$name"
  [ "$(bash "$NACRE_SOURCE/scripts/run-image.sh" $name)" = Hi ] || fail "$compression: the image does not greet"
  podman rmi $name > /dev/null
done
