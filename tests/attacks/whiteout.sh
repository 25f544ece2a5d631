# SPDX-License-Identifier: GPL-3.0-or-later
# A package with files whose names mean a deletion in image layers is refused, and the file named, before
# anything is written; other formats hold all of its files.
. "$(dirname "$0")/../cli/lib.sh"

mkdir -p files/share
for name in config .wh.config kept .wh..wh..opq share/.wh.other; do echo $name > files/$name; done
cat > whiteout.scm <<SCM
(use-modules (guix gexp) (guix profiles))
(manifest (list (manifest-entry (name "overlay-fixtures") (version "1")
                                (item (local-file "$work/files" "overlay-fixtures" #:recursive? #t)))))
SCM

for format in docker oci oci-directory; do
  expect_status 1 nacre pack -f $format -m whiteout.scm
  expect_in err "-overlay-fixtures/.wh..wh..opq (and 2 more) cannot be in an image"
  expect_in err "choose another --format, such as tarball or squashfs"
done
tar -tf "$(nacre pack -m whiteout.scm)" > list
for name in config .wh.config kept .wh..wh..opq share/.wh.other; do
  expect_in list "-overlay-fixtures/$name"
done
