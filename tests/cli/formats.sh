# SPDX-License-Identifier: GPL-3.0-or-later
# One manifest, all formats: each, unpacked by other programs, holds the same files. A format that
# is listed and has no unpack_FORMAT below is a failure.
. "$(dirname "$0")/lib.sh"
for program in skopeo umoci unsquashfs dpkg-deb rpm2archive python3; do
  command -v $program > /dev/null || { echo "there is no $program"; exit 77; }
done

# unpack_FORMAT PACK DIRECTORY
unpack_tarball() { tar -xf "$1" -C "$2"; }
unpack_image() {
  skopeo copy --quiet "$1" "oci:$2.layout:x"
  umoci unpack --rootless --image "$2.layout:x" "$2.bundle" > /dev/null
  rmdir "$2"
  mv "$2.bundle/rootfs" "$2"
}
unpack_docker() { unpack_image "docker-archive:$1" "$2"; }
unpack_oci() { unpack_image "oci-archive:$1" "$2"; }
unpack_oci-directory() { unpack_image "oci:$1" "$2"; }
unpack_deb() { dpkg-deb -x "$1" "$2"; }
unpack_deb-directory() {
  local package
  for package in "$1"/*.deb; do dpkg-deb -x "$package" "$2"; done
}
# Its directories are not writable, and do not come in tar's order.
unpack_rpm() { rpm2archive - < "$1" | tar -xz --delay-directory-restore -C "$2"; }
unpack_squashfs() { unsquashfs -f -q -no-progress -d "$2" "$1" > /dev/null; }
unpack_appimage() {
  unsquashfs -f -q -no-progress -o "$("$1" --appimage-offset)" -d "$2" "$1" > /dev/null
}
unpack_sif() { unsquashfs -f -q -no-progress -o 32768 -d "$2" "$1" > /dev/null; }

cat > manifest.scm <<'SCM'
(specifications->manifest (list "hello" "bash"))
SCM
nacre pack --list-formats | awk 'NR > 2 { print $1 }' > formats
expect_in formats tarball
# keep_items FILES DIRECTORY: removes the store items of DIRECTORY that no file of FILES is in.
keep_items() {
  local item
  for item in "$2"/gnu/store/*; do
    grep -q -F "  gnu/store/$(basename "$item")" "$1" || { chmod -R u+w "$item"; rm -rf "$item"; }
  done
}
for format in $(cat formats); do
  declare -F "unpack_$format" > /dev/null || fail "this test does not know the format $format"
  options=()
  [ "$format" != appimage ] || options=(--entry-point=bin/hello)
  pack=$(nacre pack -f "$format" -m manifest.scm -S /opt/greet=bin/hello "${options[@]}")
  mkdir "$format"
  "unpack_$format" "$pack" "$format"
  # An AppImage also has the wrapper that starts its program.
  [ "$format" != appimage ] || keep_items tarball.files appimage
  (cd "$format" && find gnu/store -type f -exec sha256sum {} + | sort -k 2) > "$format.files"
  cmp tarball.files "$format.files" || fail "$format holds other files than the tarball"
  hash=$("$NACRE" hash -S nar "$format/gnu/store")
  [ "$hash" = "${reference:=$hash}" ] || fail "$format has other links or modes than the tarball"
  [ "$(wc -l < "$format.files")" -gt 100 ] || fail "$format holds but $(wc -l < "$format.files") files"
  [ -L "$format/opt/greet" ] || fail "$format has no link"
  chmod -R u+w "$format"
  rm -rf "$format" "$format.layout" "$format.bundle"
done

# The expected files: those of the store itself.
while read -r sum file; do
  [ "$(sha256sum < "$ROOT/$file")" = "$sum  -" ] || fail "$file is not that of the store"
done < <(awk 'NR % 50 == 1' tarball.files)

# Every format that has options of its own lists them, and has no others.
nacre pack --help-deb-format > help
expect_in help --triggers-file
! grep -q -e --prein-file help || fail "--help-deb-format lists options of rpm"
nacre pack --help-rpm-format > help
expect_in help --postun-file
nacre pack --help-docker-format > help
expect_in help --max-layers
expect_in help --entry-point
nacre pack --help-squashfs-format > help
expect_in help --entry-point
! grep -q -e --max-layers help || fail "--help-squashfs-format lists options of docker"
