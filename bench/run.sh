#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run.sh [RUNS]: nacre beside its peers, in turn, in one run; prints each one's median and their ratio.
# Machines are noisy: the ratio is what counts. Run it as root (nix-build then needs no daemon).
set -eu
runs=${1:-5}
here=$(cd "$(dirname "$0")" && pwd)
nacre=$here/../build/nacre
home=$HOME
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
gcc -O2 -static -o "$work/tiny-builder" "$here/tiny-builder.c"
. "$here/lib.sh"
export NIX_STORE_DIR=$work/nix/store NIX_STATE_DIR=$work/nix/var NIX_LOG_DIR=$work/nix/log \
  NIX_CONF_DIR=$work/nix/etc HOME=$work/home NACRE_ROOT=$work/nacre
mkdir -p "$NIX_CONF_DIR" "$HOME"
printf 'build-users-group =\nsandbox = true\nsandbox-fallback = false\nmax-jobs = 2\nsubstitute = false\n' \
  > "$NIX_CONF_DIR/nix.conf"

nix_builds() {
  nix-build "$here/builds.nix" --no-out-link --arg builder "$work/tiny-builder" --arg count "$1" \
    --arg chain "$2" --argstr salt "$3"
}
nix_independent() { nix_builds 500 false "$1"; }
nix_chain() { nix_builds 200 true "$1"; }
our_independent() { "$nacre" repl -q "$here/builds.scm" "$work/tiny-builder" 500 independent "$1"; }
our_chain() { "$nacre" repl -q "$here/builds.scm" "$work/tiny-builder" 200 chain "$1"; }

nix_dump() { nix-store --dump "$work/tree" | sha256sum; }
our_dump() { "$nacre" hash -S nar "$work/tree"; }
hash_alone() { openssl dgst -sha256 "$work/blob"; }

guile_version() { guile --version; }
our_version() { "$nacre" --version; }

beside "500 independent builds (nix-build)" nix_independent our_independent
beside "a chain of 200 builds (nix-build)" nix_chain our_chain

mkdir "$work/tree"
for i in $(seq 64); do
  mkdir "$work/tree/$i"
  for j in $(seq 16); do head -c 1M /dev/urandom > "$work/tree/$i/$j"; done
done
find "$work/tree" -type f -exec cat {} + > "$work/blob"
beside "NAR and SHA-256 of 1 GiB (nix-store | sha256sum)" nix_dump our_dump
beside "the same beside SHA-256 alone (openssl)" hash_alone our_dump
rm -rf "$work/tree" "$work/blob"

beside "start-up, --version (guile)" guile_version our_version

env -u NIX_STORE_DIR -u NIX_STATE_DIR -u NIX_LOG_DIR -u NIX_CONF_DIR NACRE="$nacre" \
  "$here/gexp.sh" "$runs" || [ $? -eq 77 ]

# python-numpy is in the tests' store, or is built into it.
env -u NACRE_ROOT HOME="$home" NACRE="$nacre" "$here/formats.sh" "$runs" || [ $? -eq 77 ]
env -u NACRE_ROOT HOME="$home" NACRE="$nacre" "$here/pack.sh" "$runs"
