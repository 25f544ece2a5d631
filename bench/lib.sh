# SPDX-License-Identifier: GPL-3.0-or-later
# Functions for the benchmarks. Needs $work, a directory, and $runs, a number.

# read_arguments RUNS ARGUMENTS…: sets the variables of a benchmark of packs: runs (default: RUNS),
# packages, nacre, root (a store that has the packages already, or will be kept), cores. Needs $here.
read_arguments() {
  runs=${2:-$1}
  shift $(($# > 1 ? 2 : 1))
  packages=("$@")
  [ $# -gt 0 ] || packages=(python python-numpy)
  nacre=${NACRE:-$here/../build/nacre}
  root=${NACRE_BENCH_ROOT:-${NACRE_TEST_ROOT:-$HOME/.cache/nacre-test}}
  cores=$(nproc)
}

# seconds COMMAND…: how long it takes, in seconds.
seconds() {
  local begin end
  begin=$(date +%s%N)
  "$@" > "$work/out" 2>&1 || { cat "$work/out" >&2; exit 1; }
  end=$(date +%s%N)
  awk -v d=$((end - begin)) 'BEGIN { printf "%.4f\n", d / 1e9 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# beside WHAT PEER OURS [BEFORE AFTER]: PEER and OURS, functions, in turn, RUNS times. BEFORE and AFTER are
# called before and after OURS, and not measured.
beside() {
  local what=$1 peer=$2 ours=$3 before=${4:-:} after=${5:-:} i
  : > "$work/peer"; : > "$work/ours"
  for i in $(seq "$runs"); do
    salt=$what-$i-$$
    seconds "$peer" "$salt" >> "$work/peer"
    $before
    seconds "$ours" "$salt" >> "$work/ours"
    $after
  done
  awk -v what="$what" -v peer="$(median < "$work/peer")" -v ours="$(median < "$work/ours")" \
    'BEGIN { printf "%-46s peer %8.3f s   nacre %8.3f s   peer/nacre %6.2f\n", what, peer, ours, peer / ours }'
}
