# SPDX-License-Identifier: GPL-3.0-or-later
# One image layout, as an archive and as a directory, has images for two machines, which other tools
# find and run; formats for one machine refuse.
. "$(dirname "$0")/lib.sh"

expect_status 1 nacre pack -f docker --target=x86_64-linux-gnu,aarch64-linux-gnu hello
expect_in err "the format docker holds programs for one system, not for x86_64-linux, aarch64-linux"
expect_in err "hint: choose --format=oci"
expect_status 1 nacre pack -f oci --system=x86_64-linux --system=x86_64-linux hello
expect_in err "the same system twice"
expect_status 1 nacre pack -f oci --system=x86_64-linux,aarch64-linux --target=aarch64-linux-gnu hello
expect_in err "several systems cannot be combined with targets"
expect_status 1 nacre pack -f oci --system=x86_64-linux,aarch64-linux hello
expect_in err "package 'hello@2.10' does not support 'aarch64-linux'"

command -v skopeo > /dev/null && command -v qemu-aarch64 > /dev/null || exit 77
name=nacre-test-platforms:v1
options=(-C zstd --entry-point=bin/hello --image-tag=$name)
archive=$(nacre pack -f oci --target=x86_64-linux-gnu --target=aarch64-linux-gnu "${options[@]}" hello)
directory=$(nacre pack -f oci-directory --target=x86_64-linux-gnu,aarch64-linux-gnu "${options[@]}" hello)

for layout in "oci-archive:$archive:$name" "oci:$directory:$name"; do
  skopeo inspect --raw "$layout" > index.json
  python3 -c '
import json
index = json.load(open("index.json"))
assert index["mediaType"] == "application/vnd.oci.image.index.v1+json", index
platforms = [(image["platform"]["os"], image["platform"]["architecture"], image["platform"].get("variant"))
             for image in index["manifests"]]
assert platforms == [("linux", "amd64", None), ("linux", "arm64", "v8")], platforms
' || fail "$layout has another index"
  for architecture in amd64 arm64; do
    rm -rf copy
    skopeo copy --quiet --override-arch $architecture "$layout" "oci:copy:$name"
    skopeo inspect --config "oci:copy:$name" > config.json
    grep -q "\"architecture\": *\"$architecture\"" config.json || fail "$layout: no image for $architecture"
  done
  skopeo copy --quiet --all "$layout" "oci:all:$name"
done

# The native one is the same as in a pack of its own, and so are its layers.
native=$(nacre pack -f oci "${options[@]}" hello)
tar -xf "$native" blobs
for blob in blobs/sha256/*; do
  [ -f "$directory/$blob" ] || grep -q image.manifest "$blob" || fail "the native image is another one"
done

# The other one runs in an emulator, from an unpacked tree.
command -v umoci > /dev/null || exit 0
image=$(nacre pack -f oci-directory -C gzip --target=aarch64-linux-gnu,x86_64-linux-gnu --image-tag=$name hello)
skopeo copy --quiet --override-arch arm64 "oci:$image:$name" "oci:arm:$name"
umoci unpack --rootless --image "arm:$name" bundle > /dev/null
program=$(echo bundle/rootfs/gnu/store/*-hello-2.10/bin/hello)
cmp "$program" "$ROOT/${program#bundle/rootfs/}"
libraries=$(echo bundle/rootfs/gnu/store/*glibc-cross-aarch64*/lib)
qemu-aarch64 "$libraries"/ld-linux-aarch64.so.1 --library-path "$libraries" "$program" > out
expect_in out "Hello, world!"
