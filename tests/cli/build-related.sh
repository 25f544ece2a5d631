# SPDX-License-Identifier: GPL-3.0-or-later
# 'build' makes what is related to packages: sources, dependents, development inputs; and packages in JSON.
. "$(dirname "$0")/lib.sh"

nacre build -d --sources=package hello > sources
[ "$(wc -l < sources)" = 1 ] || fail "not one source"
expect_in sources "hello-2.10.tar.gz.drv"
nacre build -d -S hello | cmp - sources
nacre build -d --sources hello | cmp - sources
nacre build -d --sources=transitive hello > all
[ "$(wc -l < all)" -gt 20 ] || fail "not all sources"
grep -qF -f sources all || fail "hello's own is missing"
expect_status 1 nacre build -d --sources=some hello

nacre build -d -P1 openblas > dependents
expect_in dependents "openblas-"
expect_in dependents "python-numpy-"
nacre build -d --dependents openblas | cmp - dependents
nacre build -d -P0 openblas > itself
[ "$(wc -l < itself)" = 1 ] || fail "no step away is not the package alone"
expect_status 1 nacre build -d --dependents=many openblas
expect_in err "'many' is not a number"

nacre build -d -D hello > inputs
expect_in inputs "bootstrap-gcc-"
! grep -q '/[^-]*-hello-' inputs || fail "hello itself is built"
expect_status 1 nacre build -d -D

# Packages in JSON.
hash=$(nacre build -d -e '(@ (gnu packages base) hello)' > /dev/null; sed -n 's/.*"\([0-9a-z]\{52\}\)".*/\1/p' \
  "$NACRE_SOURCE/scheme/channel/gnu/packages/base.scm" | head -n 1)
cat > hello.json <<JSON
{
  "name": "json-hello",
  "version": "2.10",
  "source": {
    "method": "url-fetch",
    "uri": "https://ftp.gnu.org/gnu/hello/hello-2.10.tar.gz",
    "sha256": { "base32": "$hash" }
  },
  "build-system": "gnu",
  "arguments": { "tests?": false },
  "native-inputs": ["zlib"],
  "home-page": "https://www.gnu.org/software/hello/",
  "synopsis": "Example",
  "description": "Says hello.",
  "license": "GPL-3.0-or-later"
}
JSON
nacre build -d -f hello.json | grep -q -- '-json-hello-2.10.drv$' || fail "no derivation of a package in JSON"
(echo '['; cat hello.json; echo ']') > list.json
nacre build -d -f list.json | cmp - <(nacre build -d -f hello.json)
sed 's/"build-system"/"buildsystem"/' hello.json > wrong.json
expect_status 1 nacre build -d -f wrong.json
expect_in err "did you mean 'build-system'?"
sed 's/"license": .*/"license": "None"/' hello.json > wrong.json
expect_status 1 nacre build -d -f wrong.json
expect_in err "None: unknown license"
sed 's/"synopsis": "Example",//' hello.json > wrong.json
expect_status 1 nacre build -d -f wrong.json
expect_in err "lacks the field 'synopsis'"
echo '{ "name": ' > wrong.json
expect_status 1 nacre build -d -f wrong.json
expect_in err "wrong.json:"
