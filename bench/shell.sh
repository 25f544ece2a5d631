#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# shell.sh [RUNS]: what 'nacre shell' adds to a program's own start when the environment is cached: for hello, and in a
# container, beside bubblewrap with the same closure if there is one; then RANKS (16) starts at once, each in a container of
# its own and all in one. Medians of RUNS (30), in milliseconds.
set -eu
runs=${1:-30}
ranks=${RANKS:-16}
here=$(cd "$(dirname "$0")" && pwd)
nacre=${NACRE:-$here/../build/nacre}
export NACRE_ROOT=${NACRE_BENCH_ROOT:-${NACRE_TEST_ROOT:-$HOME/.cache/nacre-test}}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/lib.sh"
cd "$work"
export XDG_CACHE_HOME=$work/cache XDG_RUNTIME_DIR=$work/run
mkdir -m 700 cache run

# measure WHAT COMMAND…: prints the median.
measure() {
  local what=$1 i
  shift
  : > times
  for i in $(seq "$runs"); do seconds "$@" >> times; done
  printf '%-52s %6.1f ms\n' "$what" "$(median < times | awk '{ print $1 * 1000 }')"
}

plain() { "$nacre" shell hello -- hello; }
container() { "$nacre" shell -C hello -- hello; }
python() { "$nacre" shell -C -m "$here/../examples/manifest.scm" -- python3 -c ''; }
for warm in plain container python; do $warm > out; done

# own PACKAGE-OPTIONS -- COMMAND…: the command's own start, measured where the store is.
own() {
  local what=$1 options=$2
  shift 2
  cat > own.sh <<SH
for i in \$(seq $runs); do
  begin=\$(date +%s%N); "\$@" > /dev/null; end=\$(date +%s%N)
  echo "\$begin \$end"
done
SH
  # shellcheck disable=SC2086
  "$nacre" shell $options -- bash own.sh "$@" | awk '{ printf "%.4f\n", ($2 - $1) / 1e9 }' > times
  printf '%-52s %6.1f ms\n' "$what" "$(median < times | awk '{ print $1 * 1000 }')"
}

own "hello alone" hello hello
measure "nacre shell hello" plain
measure "nacre shell -C hello" container
own "python3 alone" "-m $here/../examples/manifest.scm" python3 -c ''
measure "nacre shell -C -m manifest.scm, python3" python
if command -v bwrap > /dev/null; then
  profile=$("$nacre" shell hello -- sh -c 'echo $GUIX_ENVIRONMENT')
  mapfile -t items < <("$nacre" gc -R "$profile")
  binds=()
  for item in "${items[@]}"; do binds+=(--ro-bind "$NACRE_ROOT$item" "$item"); done
  measure "bwrap with the closure of hello" bwrap --unshare-all "${binds[@]}" --proc /proc --dev /dev "$profile/bin/hello"
else
  echo "skipped: there is no bwrap"
fi

# at_once WHAT COMMAND…: $ranks of them together; the median.
at_once() {
  local what=$1 i
  shift
  for i in $(seq "$ranks"); do
    (
      begin=$(date +%s%N)
      "$@" > /dev/null 2>&1
      end=$(date +%s%N)
      awk -v d=$((end - begin)) 'BEGIN { printf "%.4f\n", d / 1e9 }'
    ) &
  done > times
  wait
  printf '%-52s %6.1f ms\n' "$what" "$(median < times | awk '{ print $1 * 1000 }')"
}
shared() { "$nacre" shell -C --share-namespace=bench hello -- hello; }
at_once "$ranks at once: nacre --version" "$nacre" --version
at_once "$ranks at once: nacre shell -C hello" container
at_once "$ranks at once: the same, one container" shared
