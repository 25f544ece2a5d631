#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# push.sh [RUNS [PACKAGE...]]: an image of PACKAGEs (python-numpy, from the tests' store) is in a registry on this
# machine; a small package that changes with each run is added to it. The time from the built package to its
# image in the registry: nacre packs and pushes; buildah commits and pushes the same files on top of the same
# image; skopeo only copies the pack that nacre made, into a repository that has all other layers. In turn, the
# medians and ratios.
set -eu
runs=${1:-5}
shift $(($# > 0 ? 1 : 0))
packages=${*:-python-numpy}
here=$(cd "$(dirname "$0")" && pwd)
nacre=${NACRE:-$here/../build/nacre}
export NACRE_ROOT=${NACRE_TEST_ROOT:-${HOME:-/tmp}/.cache/nacre-test}
for program in docker-registry buildah skopeo; do
  command -v $program > /dev/null || { echo "skipped: there is no $program"; exit 77; }
done
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; chmod -R u+w "$work"; rm -rf "$work"' EXIT
. "$here/lib.sh"
cd "$work"

cat > registry.yml <<YAML
version: 0.1
log: {level: info}
storage: {filesystem: {rootdirectory: $work/data}}
http: {addr: "127.0.0.1:0", secret: bench}
YAML
env -u REGISTRY_AUTH_FILE docker-registry serve registry.yml > registry.log 2>&1 &
server=$!
port=
while [ -z "$port" ]; do
  sleep 0.1
  port=$(sed -n 's/.*listening on 127.0.0.1:\([0-9]*\).*/\1/p' registry.log)
done
registry=127.0.0.1:$port
export REGISTRY_AUTH_FILE=$work/auth.json XDG_CACHE_HOME=$work/cache
echo "{}" > "$REGISTRY_AUTH_FILE"
buildah=(buildah --root "$work/containers" --runroot "$work/run" --storage-driver vfs)

# manifest SALT: writes leaf.scm, the manifest of the packages and of a leaf that SALT changes.
manifest() {
  cat > leaf.scm <<SCM
(use-modules (guix packages) (guix build-system trivial) (guix gexp) (guix profiles) (gnu packages))
(define leaf
  (package
    (name "leaf") (version "1") (source #f) (build-system trivial-build-system)
    (arguments (list #:builder #~(begin (mkdir #\$output)
                                        (call-with-output-file (string-append #\$output "/leaf")
                                          (lambda (port) (display "$1" port))))))
    (home-page "https://example.org") (synopsis "s") (description "d") (license #f)))
(concatenate-manifests
 (list (specifications->manifest (string-split "$packages" #\\space)) (packages->manifest (list leaf))))
SCM
}

ours() { "$nacre" pack -q --push "docker://$registry/ours:v1" -m leaf.scm; }
with_buildah() {
  "${buildah[@]}" copy "$container" leaf-files /leaf
  "${buildah[@]}" commit "$container" "$registry/buildah:v1"
  "${buildah[@]}" push --tls-verify=false "$registry/buildah:v1"
}
with_skopeo() { skopeo copy --dest-tls-verify=false "oci-archive:$pack" "docker://$registry/skopeo:v1"; }

manifest base
"$nacre" pack -q --push "docker://$registry/ours:v1" -m leaf.scm
"$nacre" pack -q --push "docker://$registry/buildah:base" -m leaf.scm
"$nacre" pack -q --push "docker://$registry/skopeo:v1" -m leaf.scm
container=$("${buildah[@]}" from --quiet --tls-verify=false "docker://$registry/buildah:base")
for run in $(seq "$runs"); do
  manifest "$run-$$"
  "$nacre" build -q -m leaf.scm > built
  rm -rf leaf-files
  mkdir leaf-files
  echo "$run-$$" > leaf-files/leaf
  seconds ours >> nacre.seconds
  pack=$("$nacre" pack -q -f oci -m leaf.scm)
  seconds with_buildah >> buildah.seconds
  seconds with_skopeo >> skopeo.seconds
done
for peer in buildah skopeo; do
  awk -v peer="$peer" -v theirs="$(median < $peer.seconds)" -v ours="$(median < nacre.seconds)" 'BEGIN {
    printf "%-46s peer %8.3f s   nacre %8.3f s   peer/nacre %6.2f\n",
           "a new leaf packed and pushed (" peer ")", theirs, ours, theirs / ours }'
done
