#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# GUIX_CHECKOUT=DIRECTORY upstream.sh [NAME...]: runs test files of a checkout of GNU Guix against our
# modules and our bootstrap, and prints for each how many tests passed, failed and were skipped, and the
# names of those that failed. NAMEs are of files in its tests/, by default those that docs/compatibility.md
# lists. It needs Guile-Gcrypt and Guile-Git, which the files import.
#
# CROSS_TARGET replaces the targets that the files name, most of which the collection cannot
# build for. NACRE is the program (default: build/nacre); NACRE_ROOT the store (default: a temporary one); LOGS a
# directory that keeps the output (default: none). Exit status 77 means that the machine cannot run it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=$(dirname "$here")
nacre=${NACRE:-$source/build/nacre}
checkout=${GUIX_CHECKOUT:-}

skip() { echo "skipped: $1"; exit 77; }
[ -n "$checkout" ] || skip "GUIX_CHECKOUT does not name a checkout of GNU Guix"
[ -f "$checkout/tests/store.scm" ] || skip "$checkout is not a checkout of GNU Guix"
"$nacre" repl -q <(echo '(use-modules (gcrypt hash) (git))') > /dev/null 2>&1 ||
  skip "Guile-Gcrypt or Guile-Git is not installed"

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
logs=${LOGS:-$work/logs}
mkdir -p "$logs" "$work/tree/tests" "$work/load" "$work/substitutes" "$work/cache"

# The files lie beside our modules, to which some of them refer by relative names; nothing else of the
# checkout is on the load path.
cp "$checkout"/tests/*.scm "$checkout"/tests/*.drv "$work/tree/tests/"
if [ -n "${CROSS_TARGET:-}" ]; then
  sed -i -E "s/(mips64el|riscv64|powerpc64le)-linux-gnu|i586-pc-gnu/$CROSS_TARGET/g" "$work/tree/tests"/*.scm
fi
ln -s "$source/scheme/channel/guix" "$work/tree/guix"
ln -s "$source/scheme/channel/guix.scm" "$work/tree/guix.scm"
ln -s "$work/tree/tests" "$work/load/tests"

export NACRE_ROOT=${NACRE_ROOT:-$work/root}
export GUIX_BINARY_SUBSTITUTE_URL=file://$work/substitutes XDG_CACHE_HOME=$work/cache
export GUIX_ALLOW_UNAUTHENTICATED_SUBSTITUTES=yes GUIX_STATE_DIRECTORY=$work/state SHELL=/bin/sh
unset http_proxy https_proxy

# Exported items are signed; the store may already have a key.
"$nacre" repl -q <(echo '(use-modules (guix store) (nacre substitute))
  (false-if-exception (generate-signing-key! (open-connection)))') > /dev/null 2>&1

one_file() {
  local name=$1 log=$logs/$1.log
  # Not '-L': what it names is searched for packages, too.
  ( cd "$work/tree" &&
    GUILE_LOAD_PATH=$work/load${GUILE_LOAD_PATH:+:$GUILE_LOAD_PATH} \
      timeout 1800 "$nacre" repl -q -- "$here/upstream.scm" "tests/$name.scm" ) \
    > "$log" 2>&1 < /dev/null || true
  echo "$name: $(sed -n 's/^total: //p' "$log" | grep . || echo "did not end: $(tail -n 1 "$log")")"
  grep '^  failed: ' "$log" || true
}

[ $# -gt 0 ] || set -- monads store derivations gexp
for name; do one_file "$name"; done
