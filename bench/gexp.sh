#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# gexp.sh [RUNS [COUNT]]: a graph of COUNT computed files lowered and stored by nacre and by GNU Guix, in
# turn; prints each one's median time and greatest memory, and the ratios. GUIX_PEER names a built checkout
# of GNU Guix, whose ./pre-inst-env and ./guix-daemon are used (docs/benchmarks.md says how to make it);
# without it, exit status 77. Memory is that of all processes: the peer's daemon counts.
set -eu
runs=${1:-5}
count=${2:-5000}
here=$(cd "$(dirname "$0")" && pwd)
nacre=${NACRE:-$here/../build/nacre}
peer=${GUIX_PEER:-}
if [ -z "$peer" ] || [ ! -x "$peer/guix-daemon" ]; then
  echo "skipped: GUIX_PEER does not name a built checkout of GNU Guix"
  exit 77
fi
# In memory if there is room: the time for files on a disk depends on its earlier use.
work=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
daemon=
trap '[ -z "$daemon" ] || kill "$daemon"; chmod -R u+w "$work"; rm -rf "$work"' EXIT

failed() { cat "$work/out" >&2; exit 1; }

# peak PID...: the sum of the peak resident sizes, in KiB, of the processes PID and their children.
peak() {
  local pid file sum=0 size
  for pid in "$@" $(for pid in "$@"; do cat "/proc/$pid/task/$pid/children" 2> /dev/null; done); do
    file=/proc/$pid/status
    size=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\).*/\1/p' "$file" 2> /dev/null) || size=
    sum=$((sum + ${size:-0}))
  done
  echo "$sum"
}

# seconds NAME COMMAND...: appends how long COMMAND takes to NAME.seconds.
seconds() {
  local name=$1 begin end
  shift
  begin=$(date +%s%N)
  "$@" > "$work/out" 2>&1 || failed
  end=$(date +%s%N)
  awk -v d=$((end - begin)) 'BEGIN { printf "%.4f\n", d / 1e9 }' >> "$work/$name.seconds"
}

# memory NAME COMMAND...: appends the peak of COMMAND and of the daemon, if there is one, to NAME.memory. It
# reads it often, which takes time: other runs are timed.
memory() {
  local name=$1 pid size most=0
  shift
  "$@" > "$work/out" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2> /dev/null; do
    size=$(peak "$pid" $daemon)
    if [ "$size" -gt "$most" ]; then most=$size; fi
    sleep 0.02
  done
  wait "$pid" || failed
  echo "$most" >> "$work/$name.memory"
}

# ours RUN METER: METER runs the command.
ours() {
  # The peer's daemon makes its database before its time begins.
  NACRE_ROOT=$work/nacre-$1 "$nacre" repl -q -- "$here/gexp.scm" 1 > "$work/out" 2>&1 || failed
  NACRE_ROOT=$work/nacre-$1 "$2" nacre "$nacre" repl -q -- "$here/gexp.scm" "$count"
}

# The stores stay until the end: ext4 is slow to create files just after many were deleted.
# guix RUN METER, as ours: the peer gets a store and a daemon of its own each time; the script is compiled before, as Guile does.
guix() {
  local root=$work/guix-$1
  mkdir -p "$root/store" "$root/etc" "$root/state/daemon-socket"
  export NIX_STORE_DIR=$root/store GUIX_STATE_DIRECTORY=$root/state GUIX_DATABASE_DIRECTORY=$root/db \
    GUIX_LOG_DIRECTORY=$root/log GUIX_CONFIGURATION_DIRECTORY=$root/etc XDG_CACHE_HOME=$work/cache \
    GUIX_DAEMON_SOCKET=$root/state/daemon-socket/socket
  "$peer/pre-inst-env" "$peer/guix-daemon" --disable-chroot > "$work/daemon" 2>&1 &
  daemon=$!
  for _ in $(seq 100); do [ -S "$GUIX_DAEMON_SOCKET" ] && break; sleep 0.1; done
  [ -e "$work/cache" ] || "$peer/pre-inst-env" guile "$here/gexp.scm" 1 > "$work/out" 2>&1 || failed
  "$2" guix "$peer/pre-inst-env" guile "$here/gexp.scm" "$count"
  kill "$daemon"
  wait "$daemon" 2> /dev/null || true
  daemon=
  unset NIX_STORE_DIR
}

for i in $(seq "$runs"); do
  guix "$i" seconds
  ours "$i" seconds
done
guix memory memory
ours memory memory

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
most() { sort -n "$1" | tail -n 1; }
awk -v count="$count" -v peer="$(median "$work/guix.seconds")" -v ours="$(median "$work/nacre.seconds")" \
  -v peer_memory="$(most "$work/guix.memory")" -v our_memory="$(most "$work/nacre.memory")" 'BEGIN {
  what = count " computed files, lowered and stored (guix)"
  printf "%-46s peer %8.3f s   nacre %8.3f s   peer/nacre %6.2f\n", what, peer, ours, peer / ours
  printf "%-46s peer %8.1f MiB nacre %8.1f MiB peer/nacre %6.2f\n", "  its memory",
    peer_memory / 1024, our_memory / 1024, peer_memory / our_memory
}'
