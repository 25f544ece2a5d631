#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# formats.sh [RUNS [PACKAGE...]]: packs of the closure of PACKAGEs (python and python-numpy) beside the programs that
# write such files, and beside the compressor alone on the same bytes, in turn. All have the closure in the
# page cache and compress as much, on all cores. nacre's time is that of the whole command. ROWS, a regular
# expression, selects some of the rows. NACRE_BENCH_ROOT is a store that has the packages already, or will be kept.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
read_arguments 3 "$@"
for program in mksquashfs dpkg-deb rpmbuild pigz zstd xz plzip pbzip2; do
  command -v $program > /dev/null || { echo "skipped: there is no $program"; exit 77; }
done
work=$(mktemp -d)
made=()
cleanup() {
  chmod -R u+w "$work"
  rm -rf "$work"
  [ ${#made[@]} = 0 ] || "$nacre" --root "$root" gc -D "${made[@]}" > /dev/null 2>&1 || true
}
trap cleanup EXIT

# pack SALT OPTIONS…: one that was not made before, as a link makes it differ from others.
pack() {
  local salt=${1//[^a-z0-9]/-}
  shift
  "$nacre" --root "$root" pack -q "$@" -S "/salt/$salt=etc" "${packages[@]}" > "$work/pack"
}
# keep: remembers what pack made, and how large it is.
keep() {
  made+=("/gnu/store/$(basename "$(cat "$work/pack")")")
  stat -c %s "$(cat "$work/pack")" > "$work/size"
}

tarball=$("$nacre" --root "$root" pack -q -C none "${packages[@]}")
mkdir -p "$work/tree"
tar -xf "$tarball" -C "$work/tree"
tar -cf "$work/tar" -C "$work/tree" --sort=name --mtime=@1 --owner=0 --group=0 .
echo "closure of ${packages[*]}: $(stat -c %s "$work/tar") bytes as a tar archive; $cores cores"

tar_of_tree() { tar -c -C "$work/tree" --sort=name --mtime=@1 --owner=0 --group=0 .; }
# compressor COMMAND…, peer COMMAND…: the compressors of the next row.
alone() { "${compressor[@]}" < "$work/tar" > "$work/compressed"; }
piped() { tar_of_tree | "${compressor[@]}" > "$work/compressed"; }

# row WHAT PEER OPTIONS…: nacre pack OPTIONS beside PEER, a function, and beside the compressor alone.
row() {
  local what=$1 peer=$2
  [[ $what =~ ${ROWS:-.} ]] || return 0
  shift 2
  options=("$@")
  ours() { pack "$1" "${options[@]}"; }
  beside "$what" "$peer" ours : keep
  stat -c %s "$work/compressed" > "$work/peer-size"
  beside "  ${compressor[*]} alone" alone ours : keep
  printf '  %-44s peer %8d KiB nacre %8d KiB\n' size $(($(cat "$work/peer-size") / 1024)) \
    $(($(cat "$work/size") / 1024))
}

compressor=(pigz -n -6 -p "$cores")
row "tarball -C gzip (tar | pigz -6)" piped -C gzip:6
compressor=(zstd -q -T0 -3)
row "tarball -C zstd (tar | zstd -T0)" piped -C zstd:3
compressor=(xz -6 -T"$cores")
row "tarball -C xz (tar | xz -T$cores)" piped -C xz:6
compressor=(plzip -6 -n "$cores")
row "tarball -C lzip (tar | plzip)" piped -C lzip:6
compressor=(pbzip2 -9 -c -p"$cores")
row "tarball -C bzip2 (tar | pbzip2)" piped -C bzip2:9

squashfs() {
  rm -f "$work/compressed"
  mksquashfs "$work/tree" "$work/compressed" -quiet -no-progress -all-root -noappend -processors "$cores" \
    -b 128K -comp gzip -Xcompression-level "$level"
}
for level in 6 9; do
  compressor=(pigz -n -$level -p "$cores")
  row "squashfs -C gzip:$level (mksquashfs)" squashfs -f squashfs -C gzip:$level
done

mkdir "$work/tree.deb"
cp -a "$work/tree/." "$work/tree.deb"
mkdir "$work/tree.deb/DEBIAN"
printf 'Package: peer\nVersion: 1\nArchitecture: amd64\nMaintainer: x <x@localhost>\nDescription: x\n' \
  > "$work/tree.deb/DEBIAN/control"
deb() {
  dpkg-deb -Z"$compression" -z"$level" --threads-max="$cores" --root-owner-group -b "$work/tree.deb" \
    "$work/compressed"
}
for compression in xz:6 zstd:3; do
  level=${compression#*:}
  compression=${compression%:*}
  compressor=($compression -q -T"$cores" -"$level")
  row "deb -C $compression:$level (dpkg-deb)" deb -f deb -C "$compression:$level"
done

cat > "$work/peer.spec" <<'SPEC'
Name: peer
Version: 1
Release: 1
Summary: x
License: x
AutoReqProv: no
%description
x
%files
/gnu
SPEC
rpm() {
  rpmbuild -bb --noclean --quiet --buildroot="$work/tree" --define "_topdir $work/rpm" --define "_rpmdir $work/rpm" \
    --define '_build_id_links none' --define '__spec_install_pre %{___build_pre}' \
    --define '__spec_install_post %{nil}' \
    --define "_binary_payload $payload" "$work/peer.spec"
  cp "$work"/rpm/*/peer-1-1.*.rpm "$work/compressed"
}
payload=w6.gzdio compressor=(pigz -n -6 -p "$cores")
row "rpm -C gzip:6 (rpmbuild)" rpm -f rpm -C gzip:6
payload=w3T$cores.zstdio compressor=(zstd -q -T0 -3)
row "rpm -C zstd:3 (rpmbuild)" rpm -f rpm -C zstd:3
payload=w6T$cores.xzdio compressor=(xz -6 -T"$cores")
row "rpm -C xz:6 (rpmbuild)" rpm -f rpm -C xz:6
