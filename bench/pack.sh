#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# pack.sh [RUNS [PACKAGE...]]: packs of the closure of PACKAGEs (python and python-numpy) beside programs that do a part
# of the work, in turn: archivers with compressors of the same level, the compressors alone on the bytes in one
# file, buildah's commit of the unpacked tree. nacre's time is that of the whole command: its start, the
# manifest's evaluation, the pack and its registration in the store. Last, a pack whose manifest has changed in
# one leaf.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
read_arguments 5 "$@"
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
manifest=$work/manifest.scm
names=$(printf '"%s" ' "${packages[@]}")
echo "(specifications->manifest (list $names))" > "$manifest"

# The salt makes each a new pack. The records of earlier layers are deleted, so that each run compresses all.
pack() {
  local salt=$1
  shift
  "$nacre" --root "$root" pack -q -m "$manifest" --label="salt=$salt" "$@" > "$work/pack"
}
forget_layers() { rm -rf "$root/var/guix/nacre/layers"; }
size_of_pack() { stat -c %s "$(cat "$work/pack")"; }
our_docker_gzip() { pack "$1" -f docker -C gzip; }
our_docker_zstd() { pack "$1" -f docker -C zstd; }
our_oci_gzip() { pack "$1" -f oci -C gzip; }
tar_pigz() { tar -C "$work/tree" -cf - gnu | pigz -6 -p "$cores" > "$work/peer-pack"; }
tar_zstd() { tar -C "$work/tree" -cf - gnu | zstd -q -3 -T0 > "$work/peer-pack"; }
zstd_alone() { zstd -q -3 -T0 -c "$work/closure.tar" > "$work/peer-pack"; }
# On all cores, each a share of the bytes.
deflate_alone() {
  local part children=()
  for part in "$work"/part.*; do
    libdeflate-gzip -6 -c "$part" > "$work/deflated.${part##*.}" &
    children+=($!)
  done
  wait "${children[@]}"
}
buildah_commit() {
  local container
  container=$(buildah from scratch)
  buildah copy -q "$container" "$work/tree" / > "$work/id"
  rm -f "$work/buildah.tar"
  buildah commit -q --format oci "$container" "oci-archive:$work/buildah.tar" > "$work/id"
  buildah rm "$container" > "$work/id"
}

leaf_manifest() {
  cat <<SCM
(use-modules (guix gexp) (guix profiles))
(manifest
 (cons (manifest-entry
         (name "leaf") (version "0")
         (item (computed-file "leaf" #~(begin (mkdir #\$output)
                                              (call-with-output-file (string-append #\$output "/leaf")
                                                (lambda (port) (display "$1" port)))))))
       (manifest-entries (specifications->manifest (list $names)))))
SCM
}
leaf_pack() {
  leaf_manifest "$1" > "$work/leaf.scm"
  "$nacre" --root "$root" pack -q -f oci -C "${2:-zstd}" -m "$work/leaf.scm"
}

first=$("$nacre" --root "$root" pack -q -f tarball -C none -m "$manifest")
cp "$first" "$work/closure.tar"
mkdir "$work/tree"
tar -xf "$work/closure.tar" -C "$work/tree"
split -n "$cores" "$work/closure.tar" "$work/part."
echo "the closure of ${packages[*]}: $(stat -c %s "$work/closure.tar") bytes, $cores cores"

beside "docker -C gzip (tar | pigz -6)" tar_pigz our_docker_gzip forget_layers
echo "  bytes: $(stat -c %s "$work/peer-pack") pigz, $(size_of_pack) nacre"
beside "docker -C gzip (libdeflate 6 alone, all cores)" deflate_alone our_docker_gzip forget_layers
beside "docker -C zstd (tar | zstd -3 -T0)" tar_zstd our_docker_zstd forget_layers
echo "  bytes: $(stat -c %s "$work/peer-pack") zstd, $(size_of_pack) nacre"
beside "docker -C zstd (zstd -3 -T0 alone)" zstd_alone our_docker_zstd forget_layers
if command -v buildah > /dev/null && buildah_commit > "$work/out" 2>&1; then
  beside "oci -C gzip (buildah commit)" buildah_commit our_oci_gzip forget_layers
else
  echo "oci -C gzip (buildah commit): skipped, buildah does not run here"
fi

for compression in gzip zstd; do
  leaf_pack "first-$$" "$compression" > "$work/out" 2>&1 || { cat "$work/out" >&2; exit 1; }
  : > "$work/ours"
  for i in $(seq "$runs"); do
    seconds leaf_pack "$compression-$i-$$" "$compression" >> "$work/ours"
  done
  printf '%-46s                   nacre %8.3f s\n' "oci -C $compression, one leaf changed" \
    "$(median < "$work/ours")"
done
