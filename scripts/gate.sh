#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# gate.sh [MINUTES [STEP...]]: what is checked besides the tests, until the time is up (25 minutes if none is given). The
# steps, all if none is named: format (all sources), lint (clang-tidy over changed files), fuzz (ten seconds of each
# fuzzer), sanitize (the C++ tests under the address and undefined-behaviour sanitizers). Compiled files are kept in
# ~/.cache/nacre-gate. The last line names the steps that there was no time for; a fault ends it with status 1.
set -eu
cd "$(dirname "$0")/.."
git rev-parse HEAD > /dev/null || { echo "gate.sh works in a Git repository" >&2; exit 1; }
end=$(($(date +%s) + ${1:-25} * 60))
steps=("${@:2}")
[ ${#steps[@]} -gt 0 ] || steps=(format lint fuzz sanitize)
cache=${NACRE_GATE_CACHE:-$HOME/.cache/nacre-gate}
mkdir -p "$cache"
left() { local seconds=$((end - $(date +%s))); echo $((seconds > 0 ? seconds : 0)); }
skipped=()

export CCACHE_DIR=$cache/ccache CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=5G
export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache

# Runs a command until the time is up; false if it did not end before.
within_time() {
  local seconds status=0
  seconds=$(left)
  [ "$seconds" -gt 0 ] || return 1
  timeout --kill-after=10 "$seconds" "$@" > "$cache/log" 2>&1 || status=$?
  case $status in
    0) ;;
    124 | 137) return 1 ;;
    *) tail -n 60 "$cache/log" >&2; exit 1 ;;
  esac
}

format() {
  git ls-files 'src/*.[ch]pp' 'tests/*.[ch]pp' 'bench/*.[ch]pp' | xargs -r clang-format --dry-run -Werror || exit 1
}

# What changed since the commit that passed last on this machine; without one, in the last commit.
lint() {
  local since changed file
  since=$(cat "$cache/passed" 2> /dev/null || true)
  git cat-file -e "$since^{commit}" 2> /dev/null || since=$(git rev-parse -q --verify HEAD~1 || git rev-parse HEAD)
  mapfile -t changed < <(git diff --name-only --diff-filter=d "$since" -- 'src/*.cpp')
  [ ${#changed[@]} -gt 0 ] || return 0
  within_time cmake --preset release -B build/lint -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON || return 1
  for file in "${changed[@]}"; do
    within_time clang-tidy -p build/lint --quiet --warnings-as-errors='*' --extra-arg=-Wno-unknown-warning-option \
      "$file" || return 1
  done
}

fuzz() {
  within_time cmake -G Ninja -B build/fuzz -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
    -DNACRE_FUZZ=ON -DNACRE_WERROR=OFF -DNACRE_TESTS=OFF || return 1
  within_time cmake --build build/fuzz --target tests/fuzz/all || return 1
  local fuzzer name
  for fuzzer in build/fuzz/tests/fuzz/*_fuzz; do
    name=$(basename "$fuzzer")
    mkdir -p "$cache/corpus/$name"
    within_time "$fuzzer" -max_total_time=10 -rss_limit_mb=4096 -artifact_prefix="$cache/$name-" "$cache/corpus/$name" || return 1
    echo "$name: $(grep -aE '^Done|runs in' "$cache/log" | tail -n 1)"
  done
}

sanitize() {
  within_time cmake --preset asan || return 1
  within_time cmake --build build/asan || return 1
  within_time ctest --test-dir build/asan --output-on-failure -E '^(cli|attacks)\.' -j 2 || return 1
  grep -a 'tests passed' "$cache/log"
}
for step in "${steps[@]}"; do
  echo "== $step"
  "$step" || skipped+=("$step")
done

if [ ${#skipped[@]} -eq 0 ]; then
  [ ${#steps[@]} -lt 4 ] || git rev-parse HEAD > "$cache/passed"
  echo "== passed"
else
  echo "== passed; there was no time for: ${skipped[*]}"
fi
