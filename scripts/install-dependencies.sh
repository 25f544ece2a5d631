#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# install-dependencies.sh build|demo|check|gate|bench: installs the Debian packages that are missing for it.
# Does nothing, and asks for no rights, when nothing is missing.
set -eu

build=(g++ make cmake ninja-build pkg-config guile-3.0 guile-3.0-dev libsqlite3-dev libgcrypt20-dev
  libarchive-dev libzstd-dev zlib1g-dev liblzma-dev liblz-dev libbz2-dev libdeflate-dev libseccomp-dev
  libgit2-dev libsquashfs-dev libcurl4-openssl-dev libfmt-dev libcli11-dev nlohmann-json3-dev ca-certificates)
demo=(podman uidmap crun)
check=(libgtest-dev libgmock-dev zstd xz-utils lzip bzip2 python3 qemu-user rpm skopeo umoci squashfs-tools
  squashfuse fuse3 docker-registry openssl openmpi-bin libopenmpi-dev)
gate=(git ccache clang clang-format clang-tidy libclang-rt-14-dev)
bench=(nix-bin openssl squashfs-tools dpkg-dev rpm pigz zstd xz-utils plzip pbzip2 docker-registry buildah skopeo
  libdeflate-tools)

packages=("${build[@]}")
case ${1:-build} in
  build) ;;
  demo) packages+=("${demo[@]}") ;;
  check) packages+=("${demo[@]}" "${check[@]}") ;;
  gate) packages+=("${demo[@]}" "${check[@]}" "${gate[@]}") ;;
  bench) packages+=("${bench[@]}") ;;
  *) echo "usage: $0 build|demo|check|gate|bench" >&2; exit 2 ;;
esac

if ! command -v dpkg-query > /dev/null; then
  echo "This is not Debian or Ubuntu: install the counterparts of these yourself: ${packages[*]}" >&2
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

sudo=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo > /dev/null || ! sudo -v; then
    echo "Missing: ${missing[*]}. Ask your administrator for: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  sudo=(sudo)
fi

echo "Installing ${missing[*]}"
"${sudo[@]}" apt-get update -q
if ! "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}"; then
  echo "Could not install: ${missing[*]}. See what apt-get says above." >&2
  exit 1
fi

# The tests start their own; the package's service must not listen.
if [[ " ${missing[*]} " = *" docker-registry "* ]] && [ -d /run/systemd/system ]; then
  "${sudo[@]}" systemctl disable --now docker-registry
fi
