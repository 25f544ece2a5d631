# SPDX-License-Identifier: GPL-3.0-or-later
# --with-version takes a release from where the version stands in the address of the source, and --with-source
# what an address has; neither has a hash that is known.
. "$(dirname "$0")/lib.sh"
command -v python3 > /dev/null || exit 77
mkdir www
for version in 1.0 2.0; do
  mkdir "leaf-$version"
  echo "$version" > "leaf-$version/file"
  tar czf "www/leaf-$version.tar.gz" "leaf-$version"
done
serve_www
cat > leaf.scm <<SCM
(use-modules (guix packages) (guix download) (guix build-system gnu) ((guix licenses) #:prefix license:))
(package
  (name "leaf") (version "1.0")
  (source (origin
            (method url-fetch)
            (uri (string-append "$web/leaf-" version ".tar.gz"))
            (sha256 (base16 "$(sha256sum www/leaf-1.0.tar.gz | cut -d ' ' -f 1)"))))
  (build-system gnu-build-system)
  (home-page "https://example.org") (synopsis "s") (description "d") (license license:gpl3+))
SCM
file_of_source() {
  local item
  item=$(nacre build -S "$@" -f leaf.scm 2> err)
  tar xOf "$ROOT$item" --wildcards 'leaf-*/file'
}
[ "$(file_of_source)" = 1.0 ] || fail "not the source of the package"
[ "$(file_of_source --with-version=leaf=2.0)" = 2.0 ] || fail "not the other release"
expect_in err "the source of leaf 2.0 is not authenticated"
[ "$(file_of_source --with-version=leaf=1.0)" = 1.0 ] || fail "not the release that the package is"
expect_status 1 nacre build -S --with-version=leaf=3.0 -f leaf.scm
expect_in err "leaf-3.0.tar.gz"

[ "$(file_of_source --with-source="$web/leaf-2.0.tar.gz")" = 2.0 ] || fail "not what the address has"
expect_status 1 nacre build -S --with-source=leaf="$web/none.tar.gz" -f leaf.scm
expect_in err "none.tar.gz"
