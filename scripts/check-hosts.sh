#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# check-hosts.sh [CTEST-OPTION]...: runs the tests on four hosts: one whose /gnu/store holds the demo's packs
# and one that has no store, each as root and as an ordinary user. No result may differ. Takes hours the first
# time. Root must run it; it works in mount name spaces, where it also creates the user, and in
# $NACRE_HOSTS (/var/tmp/nacre-hosts), which stays for the next time.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "$0: must be run by root, which can become both users" >&2; exit 2; }
sources=$PWD
place=${NACRE_HOSTS:-/var/tmp/nacre-hosts}
user_id=32123
export NACRE_TEST_ROOT=${NACRE_TEST_ROOT:-$HOME/.cache/nacre-test}
mkdir -p "$place"

build() {
  cmake --preset release -DNACRE_TESTS=ON
  cmake --build build
}

# The store of the full host: a pack with /var/guix is one.
fill() {
  [ ! -e "$place/full/gnu/store" ] || return 0
  local pack
  pack=$(build/nacre --root "$NACRE_TEST_ROOT" pack -C none --localstatedir -m examples/manifest.scm hello)
  rm -rf "$place/filling"
  mkdir "$place/filling"
  tar -xf "$pack" -C "$place/filling"
  mv "$place/filling" "$place/full"
}

# The user's own copy of the sources, and of the store that the tests keep.
make_user() {
  local home=$place/user
  mkdir -p "$home/.cache"
  rm -rf "$home/nacre"
  git clone -q "$sources" "$home/nacre"
  [ -e "$home/.cache/nacre-test" ] || [ ! -e "$NACRE_TEST_ROOT" ] ||
    cp -a "$NACRE_TEST_ROOT" "$home/.cache/nacre-test"
  chown -R -h "$user_id:$user_id" "$home"
  for file in passwd group subuid subgid; do
    if [ -e "/etc/$file" ]; then cp "/etc/$file" "$place/$file"; else : > "$place/$file"; fi
  done
  echo "nacre-check:x:$user_id:$user_id::$home:/bin/sh" >> "$place/passwd"
  echo "nacre-check:x:$user_id:" >> "$place/group"
  echo "nacre-check:3212300000:65536" | tee -a "$place/subuid" >> "$place/subgid"
}

# in_host full|none COMMAND…: where / has that store.
in_host() {
  # shellcheck disable=SC2016
  unshare -m --propagation private bash -euc '
    host=$1 place=$2
    shift 2
    for file in passwd group subuid subgid; do
      [ ! -e "/etc/$file" ] || mount --bind "$place/$file" "/etc/$file"
    done
    if [ "$host" = full ]; then
      mount --bind "$place/full/gnu" /gnu
      mount --bind "$place/full/var/guix" /var/guix
    elif [ -e /gnu ]; then
      mount -t tmpfs -o mode=755 none /gnu
    fi
    exec "$@"' bash "$1" "$place" "${@:2}"
}

# choose_runner root|user: sets $run to the command that runs another as that user, in their copy of the sources.
choose_runner() {
  if [ "$1" = user ]; then
    run=(setpriv "--reuid=$user_id" "--regid=$user_id" --clear-groups
      env -C "$place/user/nacre" HOME="$place/user" NACRE_TEST_ROOT="$place/user/.cache/nacre-test")
  else
    run=(env)
  fi
}

build
fill
make_user
choose_runner user
"${run[@]}" bash -euc "$(declare -f build); build"

made=()
trap '[ ${#made[@]} = 0 ] || rmdir "${made[@]}"' EXIT
failed=
for host in none full; do
  [ $host = none ] || for directory in /gnu /var/guix; do
    [ -e $directory ] || { mkdir $directory && made+=("$directory"); }
  done
  for user in root user; do
    echo "== as $user, on a host with this store: $host"
    choose_runner $user
    in_host $host "${run[@]}" ctest --test-dir build --output-on-failure --no-tests=error -j 2 "$@" ||
      failed+=" $user/$host"
  done
done
[ -z "$failed" ] || { echo "Failed:$failed" >&2; exit 1; }
echo "The same on all four."
