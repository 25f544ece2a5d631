# SPDX-License-Identifier: GPL-3.0-or-later
# An image for Singularity: other programs read it, the kernel mounts it, and its program runs from there.
. "$(dirname "$0")/lib.sh"
command -v unsquashfs > /dev/null || exit 77

for compression in gzip zstd xz none; do
  pack=$(nacre pack -f squashfs -C $compression -S /opt/greet=bin/hello hello 2> warning)
  expect_in warning "the image has no shell"
  unsquashfs -q -no-progress -d $compression "$pack" > /dev/null
  hash=$("$NACRE" hash -S nar "$compression/gnu/store")
  [ -z "${reference:-}" ] || [ "$hash" = "$reference" ] || fail "$compression holds another tree"
  reference=$hash
done
case $pack in *-hello-squashfs-pack.squashfs) ;; *) fail "the file is called $pack" ;; esac
unsquashfs -s "$pack" | grep -q "Filesystem is exportable" || fail "unsquashfs -s"
[ -L gzip/opt/greet ] && [ -L gzip/bin ] || fail "links are missing"
[ -d gzip/proc ] && [ -d gzip/dev ] && [ -d gzip/tmp ] || fail "places to mount on are missing"

# The tree is the same as in every other format.
tar -xf "$(nacre pack -C none -S /opt/greet=bin/hello hello)" --one-top-level=tarball
[ "$("$NACRE" hash -S nar tarball/gnu/store)" = "$reference" ] || fail "a tarball holds another tree"

pack=$(nacre pack -f squashfs --entry-point=bin/bash --entry-point-argument=-c bash coreutils 2> warning)
! grep -q "no shell" warning || fail "there is a shell"

# Apptainer sources these in this order; it sets --env and the like after the last one only.
(cd gzip/.singularity.d/env && printf '%s\n' *) > env.list
printf '%s\n' 90-environment.sh 99-base.sh | cmp - env.list
for script in gzip/.singularity.d/env/99-base.sh; do
  [ -x $script ] || fail "$script is not executable"
  [ "$(env -u LD_LIBRARY_PATH sh -c '. "$0"; echo $LD_LIBRARY_PATH' $script)" = /.singularity.d/libs ] ||
    fail "$script does not name the host's libraries"
  [ "$(LD_LIBRARY_PATH=/a sh -euc '. "$0"; echo $LD_LIBRARY_PATH' $script)" = /a:/.singularity.d/libs ] ||
    fail "$script forgets the image's libraries"
done
for name in passwd group; do [ -f gzip/etc/$name ] && [ ! -s gzip/etc/$name ] || fail "no empty /etc/$name"; done

expect_status 1 nacre pack -f squashfs --entry-point=bin/hello -A x hello
expect_in err "needs a shell at /bin/sh"
expect_status 1 nacre pack -f squashfs -S /.singularity.d=bin hello
expect_in err "Singularity's own"
expect_status 1 nacre pack -f squashfs --image-tag=x hello
expect_in err "the format squashfs does not support"

# run_image ROOT: reads the environment and runs the script, like Singularity.
run_image() {
  chroot "$1" /bin/sh -c '. /.singularity.d/env/90-environment.sh; exec /.singularity.d/runscript \
    "printf \"%s:\" run; basename \$0"' script
}

if [ -c /dev/fuse ] && command -v squashfuse > /dev/null && command -v fusermount > /dev/null && mkdir fuse &&
    squashfuse "$pack" fuse 2> /dev/null; then
  trap 'fusermount -u "$work/fuse"; cleanup' EXIT
  ls fuse/.singularity.d | sort > fuse.list
  printf '%s\n' actions env libs runscript | cmp - fuse.list
  [ -x fuse/bin/sh ] || [ -L fuse/bin/sh ] || fail "no /bin/sh by squashfuse"
  fusermount -u fuse
  trap cleanup EXIT
fi

[ "$(id -u)" = 0 ] || exit 0
mkdir mounted
mount -o ro,loop "$pack" mounted 2> /dev/null || exit 0
trap 'umount "$work/mounted"; cleanup' EXIT
[ "$(GUIX_PROFILE=/nowhere run_image mounted)" = "run:bash" ] || fail "the run script fails"
umount mounted
trap cleanup EXIT
