# SPDX-License-Identifier: GPL-3.0-or-later
# NACRE_CHANNEL names another channel than nacre's own: one that lacks the names that docs/contract.md calls nice to
# have, and whose packages for the programs in packs differ or are missing.
. "$(dirname "$0")/lib.sh"
command -v python3 > /dev/null || exit 77

compiled=$(dirname "$NACRE")/scheme-ccache/channel
cp -a "$NACRE_SOURCE/scheme/channel" channel
cp -a "$compiled" compiled
# changed FILE EXPRESSION: FILE of the other channel is edited by sed, which has to change it.
changed() {
  sed -i -E "$2" "channel/$1"
  ! cmp -s "channel/$1" "$NACRE_SOURCE/scheme/channel/$1" || fail "$1 is as it was"
  rm -f "compiled/${1%.scm}.go"
}
changed guix/licenses.scm '/^ +license-spdx$/d'
changed gnu/packages/cross-base.scm '/#:re-export \(%cross-triplets\)/d'
rm -r channel/guix/platform.scm channel/guix/platforms compiled/guix/platform.go compiled/guix/platforms
changed gnu/packages/compression.scm 's/define-public (zlib|zstd)-static/define \1-static/'
changed gnu/packages/linux.scm 's/define-public (fuse|proot)-static/define \1-static/'
changed gnu/packages/musl.scm 's/\(name "musl"\)/(name "other-musl")/'
other() { NACRE_CHANNEL=$work/channel:$work/compiled nacre "$@"; }

# The other channel runs.
cat > which.scm <<'SCM'
(use-modules (guix packages) (gnu packages musl))
(display (package-name musl))
SCM
[ "$(other repl -q which.scm)" = other-musl ] || fail "not the other channel's package"
[ "$(nacre repl -q which.scm)" = musl ] || fail "not our channel's package"
other repl -q - > missing <<'SCM'
(use-modules (nacre channel))
(write (map (lambda (name) (channel-value (car name) (cdr name) 'missing))
            '(((guix licenses) . license-spdx) ((guix platform) . platform-target->system)
              ((gnu packages cross-base) . %cross-triplets) ((gnu packages compression) . zlib-static))))
SCM
[ "$(cat missing)" = "(missing missing missing missing)" ] || fail "not missing: $(cat missing)"

# Packages that are equal to ours, and packs of them without programs of packs, are as with our channel; the
# programs in packs are ours, whatever the channel has.
same() {
  nacre "$@" > ours
  other "$@" > theirs
  cmp ours theirs || fail "another derivation: $*"
}
same show hello
other show other-musl > theirs
expect_in theirs "name: other-musl"
expect_status 1 nacre show other-musl
same build -d hello
same build -d --target=aarch64-linux-gnu hello
same pack -d --compression=none hello
same pack -d -f docker hello
same pack -d -f deb --target=aarch64-linux-gnu hello
same pack -d -RR hello
same pack -d -R --target=riscv64-linux-gnu hello
same pack -d -f appimage --entry-point=bin/hello hello
other build -d -e '(@ (gnu packages musl) musl)' > theirs
[ "$(cat theirs)" != "$(nacre build -d -e '(@ (gnu packages musl) musl)')" ] || fail "the same musl"

# The user's variables do not get into them, either.
mkdir -p mine/gnu/packages
sed 's/(name "other-musl")/(name "my-musl")/' channel/gnu/packages/musl.scm > mine/gnu/packages/musl.scm
nacre pack -d -R hello > ours
(export GUIX_PACKAGE_PATH="$work/mine"; other pack -d -R hello) > theirs
cmp ours theirs || fail "a package of the user's is in the program of a pack"

# A real pack of it runs.
pack=$(other pack -R -S /bin=bin hello)
mkdir unpacked
tar -C unpacked -xf "$pack"
[ "$(unpacked/bin/hello)" = "Hello, world!" ] || fail "a relocatable pack of another channel does not run"
chmod -R u+w unpacked

# Bills of materials have the licenses' own names.
other pack --sbom=spdx hello > spdx.json
other pack --sbom=cyclonedx hello > cyclonedx.json
python3 - <<'PY'
import json
spdx = json.load(open("spdx.json"))
[hello] = [p for p in spdx["packages"] if p["name"] == "hello" and p.get("versionInfo")]
assert hello["licenseDeclared"].startswith("LicenseRef-hello-"), hello
[extracted] = [e for e in spdx["hasExtractedLicensingInfos"] if e["licenseId"] == hello["licenseDeclared"]]
assert extracted["name"] == "GPL 3+", extracted
cyclonedx = json.load(open("cyclonedx.json"))
[hello] = [c for c in cyclonedx["components"] if c["name"] == "hello"]
[license] = hello["licenses"]
assert license["license"]["name"] == "GPL 3+" and "gnu.org" in license["license"]["url"], license
PY

expect_status 1 other build --list-targets
expect_in err "this channel does not list the targets that it can build for"
expect_in err "takes a GNU triplet"

# Errors have places, and the nearest names.
printf '(use-modules (gnu packages))\n(specification->package "helo")\n' > near.scm
expect_status 1 other build -f near.scm
expect_in err "did you mean 'hello'?"
printf '(use-modules (guix packages))\n(list packge?)\n' > unbound.scm
expect_status 1 other build -f unbound.scm
expect_in err "unbound.scm:2:"
expect_status 1 other pack -f dokcer hello
expect_in err "docker"

# Its provenance is unknown.
expect_status 0 other pack -d --save-provenance hello
expect_in err "the repository of the channel that NACRE_CHANNEL names is unknown"

# The compiled files of users are not kept for another channel, and no index or compiled module of ours counts.
export XDG_CACHE_HOME=$work/cache
mkdir cache
other repl -q which.scm > /dev/null
[ ! -e cache/nacre/compiled ] || fail "a compiled file of another channel is kept"
(export NACRE_CHANNEL=$work/channel; nacre build -d hello) > theirs
[ "$(cat theirs)" = "$(nacre build -d hello)" ] || fail "another derivation from sources alone"

for channel in "$work/none" "$work/mine" "$work/spdx.json"; do
  NACRE_CHANNEL=$channel expect_status 1 nacre build -d hello
  expect_in err "'$channel', which NACRE_CHANNEL names, is not a channel"
done
true
