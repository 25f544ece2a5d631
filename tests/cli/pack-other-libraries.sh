# SPDX-License-Identifier: GPL-3.0-or-later
# Packs have the same bits whatever the machine's compression libraries are: here others shadow them,
# which end the program at any call. $NACRE_OTHER_LIBRARIES names a directory of real ones,
# such as another Debian's.
. "$(dirname "$0")/lib.sh"
command -v gcc > /dev/null && command -v nm > /dev/null || exit 77

# stand_in LIBRARY: a fake with all its functions.
stand_in() {
  local soname
  soname=$(objdump -p "$1" | awk '$1 == "SONAME" { print $2 }')
  {
    echo 'void abort (void);'
    nm -D --defined-only "$1" | awk '$2 ~ /[TWi]/ { sub(/@.*/, "", $3); print $3 }' | sort -u |
      awk '{ print "void " $1 " (void) { abort (); }" }'
  } > stand-in.c
  gcc -w -fno-builtin -shared -fPIC -Wl,-soname,"$soname" -o "other/$soname" stand-in.c
}
mkdir other
if [ -n "${NACRE_OTHER_LIBRARIES:-}" ]; then
  cp -L "$NACRE_OTHER_LIBRARIES"/*.so.* other
else
  for library in $(ldd "$NACRE" | awk '$1 ~ /^lib(zstd|lzma|bz2|lz|deflate|squashfs)\.so/ { print $3 }'); do
    stand_in "$library"
  done
fi
ls other/libzstd.so.1 > /dev/null || fail "nothing stands in for libzstd"

# made OPTIONS…: the pack, as one file; it is deleted, so that it is made again next time.
made() {
  local pack
  pack=$(nacre pack "$@" -S /other-libraries=bin hello 2> err) || { cat err >&2; fail "pack $*"; }
  tar -c --sort=name --mtime=@1 -C "$(dirname "$pack")" "$(basename "$pack")" | sha256sum
  nacre gc --delete "${pack#"$ROOT"}" > out 2> err || { cat err >&2; fail "gc"; }
}
# compare OPTIONS…
compare() {
  local here there
  here=$(made "$@")
  there=$(export LD_LIBRARY_PATH=$work/other; made "$@")
  [ "$here" = "$there" ] || fail "$*: other bits with other libraries"
}
for compression in gzip zstd xz lzip bzip2 zstd:19; do compare -C $compression; done
for compression in gzip zstd xz none; do compare -f squashfs -C $compression; done
for format in docker oci oci-directory; do
  for compression in gzip zstd; do compare -f $format -C $compression; done
done
for compression in gzip zstd xz bzip2; do
  compare -f deb -C $compression
  compare -f rpm -C $compression
done
compare -f docker -C xz
compare -f sif -C zstd
compare -f appimage -C zstd --entry-point=bin/hello
compare -f docker --localstatedir
