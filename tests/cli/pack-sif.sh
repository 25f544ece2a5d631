# SPDX-License-Identifier: GPL-3.0-or-later
# A SIF image: its header has the place of the file system, which the kernel mounts from there; the real
# Apptainer runs it, if it is installed.
. "$(dirname "$0")/lib.sh"
command -v python3 > /dev/null || exit 77

pack=$(nacre pack -f sif --entry-point=bin/bash --entry-point-argument=-c bash hello)
case $pack in *-bash-hello-sif-pack.sif) ;; *) fail "the file is called $pack" ;; esac
python3 - "$pack" <<'PYTHON'
import os, struct, sys
image = open(sys.argv[1], "rb").read()
assert image[:32].rstrip(b"\0") == b"#!/usr/bin/env run-singularity\n"
assert image[32:48] == b"SIF_MAGIC\0" b"01\0" b"02\0"
assert any(image[48:64]) and image[54] >> 4 == 8
created, changed, free, total, table, table_size, data, data_size = struct.unpack("<8Q", image[64:128])
assert (created, changed, free, total) == (1, 1, 47, 48)
assert table_size == 585 * total and table + table_size <= data and data % 4096 == 0
assert data + data_size == len(image)
kind, used, number, group, link, offset, size, stored, _, _, uid, gid = struct.unpack(
    "<I?IIIqqqqqqq", image[table:table + 73])
assert (kind, used, number, group, link) == (0x4004, True, 1, 0xf0000001, 0)
assert (offset, size, stored, uid, gid) == (data, data_size, data_size, 0, 0)
extra = image[table + 73 + 128:table + 585]
assert struct.unpack("<II3s", extra[:11]) == (1, 2, b"02\0")
assert not any(image[table + 585:data])
assert image[data:data + 4] == b"hsqs"
PYTHON

if command -v unsquashfs > /dev/null; then
  unsquashfs -q -no-progress -o 32768 -d tree "$pack" > /dev/null
  unsquashfs -q -no-progress -d bare \
    "$(nacre pack -f squashfs --entry-point=bin/bash --entry-point-argument=-c bash hello)" > /dev/null
  [ "$("$NACRE" hash -S nar tree)" = "$("$NACRE" hash -S nar bare)" ] || fail "-f squashfs holds another tree"
fi

expect_status 1 nacre pack -f sif --image-tag=x hello
expect_in err "the format sif does not support"
expect_status 1 nacre pack -f sif -C lzip hello
expect_in err "the format sif has no compression lzip"

if command -v apptainer > /dev/null; then
  apptainer sif list "$pack" > list
  expect_in list "Squashfs/*System/amd64"
  [ "$(APPTAINER_NO_PRIVS=1 apptainer run "$pack" 'hello --greeting=Hi' 2> /dev/null)" = Hi ] ||
    fail "apptainer does not run it"
  # Variables from outside, the user's name, and no warnings.
  # shellcheck disable=SC2016
  export APPTAINER_NO_PRIVS=1
  apptainer -s exec --env 'A=b c' "$pack" bash -c 'echo $A' > out 2> err
  expect_in out "b c"
  # shellcheck disable=SC2016
  APPTAINERENV_A=x APPTAINERENV_PREPEND_PATH=/opt/x apptainer exec "$pack" bash -c 'echo $A:$PATH' > out 2> err
  expect_in out "x:/opt/x:"
  ! grep WARNING err || fail "apptainer warns"
fi

[ "$(id -u)" = 0 ] || exit 0
mkdir mounted
mount -o ro,loop,offset=32768 "$pack" mounted 2> /dev/null || exit 0
trap 'umount "$work/mounted"; cleanup' EXIT
[ "$(chroot mounted /.singularity.d/runscript "/bin/hello --greeting=Hi")" = Hi ] || fail "its script does not run"
umount mounted
trap cleanup EXIT
