# SPDX-License-Identifier: GPL-3.0-or-later
# Patches and the snippet of an origin change its source; --with-patch adds a patch before them, and one to a
# source that is not an origin, a directory or a tarball.
. "$(dirname "$0")/lib.sh"
mkdir leaf-1.0
printf 'one\ntwo\n' > leaf-1.0/file
tar czf leaf-1.0.tar.gz leaf-1.0
printf '%s\n' '--- a/file' '+++ b/file' '@@ -1,2 +1,2 @@' ' one' '-two' '+two, patched' > two.patch
printf '%s\n' '--- a/file' '+++ b/file' '@@ -1,2 +1,2 @@' '-one' '+one, patched' ' two' > one.patch
hash=$(sha256sum leaf-1.0.tar.gz | cut -d ' ' -f 1)
cat > leaf.scm <<SCM
(use-modules (guix packages) (guix download) (guix gexp) (guix build-system gnu)
             ((guix licenses) #:prefix license:))
(package
  (name "leaf") (version "1.0")
  (source (origin
            (method url-fetch)
            (uri "file://$work/leaf-1.0.tar.gz")
            (sha256 (base16 "$hash"))
            (patches (list (local-file "two.patch")))
            (modules '((guix build utils)))
            (snippet '(begin (substitute* "file" (("two, ") "2, ")) #t))))
  (build-system gnu-build-system)
  (home-page "https://example.org") (synopsis "s") (description "d") (license license:gpl3+))
SCM

# source_file OPTION…: the file "file" of the source that is built.
source_file() {
  local item
  item=$(nacre build -S "$@" -f leaf.scm)
  if [ -d "$ROOT$item" ]; then
    cat "$ROOT$item/file"
  else
    tar xOf "$ROOT$item" leaf-1.0/file
  fi
}
source_file > out
printf 'one\n2, patched\n' | cmp - out || fail "the patch or the snippet is not applied"
source_file --with-patch=leaf=one.patch > out
printf 'one, patched\n2, patched\n' | cmp - out || fail "--with-patch adds no patch"

# What --with-source names has no patches of its own.
source_file --with-source=leaf-1.0.tar.gz --with-patch=leaf=one.patch > out
printf 'one, patched\ntwo\n' | cmp - out || fail "a tarball is not patched"
source_file --with-source=leaf="$work/leaf-1.0" --with-patch=leaf=two.patch > out
printf 'one\ntwo, patched\n' | cmp - out || fail "a directory is not patched"

# A patch that does not apply is an error.
expect_status 1 nacre build -S --with-patch=leaf=two.patch --with-patch=leaf=two.patch -f leaf.scm
expect_in err "its last lines were"

# A hash that is not known is an error that says what to do.
sed 's/(sha256 .*/(sha256 #f)/' leaf.scm > unknown.scm
expect_status 1 nacre build -S -f unknown.scm
expect_in err "the hash of the source"
expect_in err "write a wrong one"
