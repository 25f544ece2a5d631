# SPDX-License-Identifier: GPL-3.0-or-later
# The bytes of packs of one builtin-version never change: tests/data/pack-digests has the SHA-256 of packs of a
# fixed tree. Only a new builtin-version may change a line.
. "$(dirname "$0")/lib.sh"
table=$NACRE_SOURCE/tests/data/pack-digests

# Files of several blocks, equal ones, zeros, small ones, a program, a link.
mkdir -p sample/bin sample/share
seq 1 700000 > sample/share/numbers
seq 1 13 5000000 | tr 0-9 a-j > sample/share/letters
cp sample/share/letters sample/share/letters-again
head -c 400000 /dev/zero > sample/share/zeros
for i in $(seq 40); do seq "$i" "$((i * i))" > "sample/share/small-$i"; done
printf '#!/bin/sh\necho sample\n' > sample/bin/sample
chmod 755 sample/bin/sample
ln -s sample sample/bin/link
cat > manifest.scm <<'SCM'
(use-modules (guix gexp) (guix profiles))
(manifest (list (manifest-entry
                  (name "sample") (version "1")
                  (item (local-file "sample" #:recursive? #t)))))
SCM

# digest FORMAT OPTION…: of a pack, or of all files in it. A SIF file's header depends on its own name in the store,
# and so on the program that compressed it: only the bytes after the header count.
digest() {
  local pack
  pack=$(nacre pack -m manifest.scm -f "$@" 2> err) || { cat err >&2; fail "pack -f $*"; }
  case $1 in
    oci-directory) "$NACRE" hash -S nar -f hex -H sha256 "$pack" ;;
    sif) tail -c +32769 "$pack" | sha256sum | cut -d ' ' -f 1 ;;
    *) sha256sum < "$pack" | cut -d ' ' -f 1 ;;
  esac
}
version=$(nacre pack -d -m manifest.scm -f tarball | sed "s,^,$ROOT," | xargs cat |
  sed -n 's/.*("builtin-version","\([0-9]*\)").*/\1/p')
grep -q "^$version	" "$table" || fail "$table has no lines for version $version"

status=0
while IFS='	' read -r _ options known; do
  made=$(digest $options)
  [ "$made" = "$known" ] || {
    printf '%s\t%s\t%s\n' "$version" "$options" "$made" >&2
    status=1
  }
done < <(grep "^$version	" "$table")
[ $status = 0 ] || fail "these are not what $table has"
