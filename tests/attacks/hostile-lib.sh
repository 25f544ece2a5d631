# SPDX-License-Identifier: GPL-3.0-or-later
# Functions for tests with hostile builders. $hostile is the program of hostile.c.
. "$(dirname "$0")/../cli/lib.sh"
attacks=$NACRE_SOURCE/tests/attacks
hostile=$work/hostile
gcc -static -O1 -o "$hostile" "$attacks/hostile.c" 2> gcc.log || exit 77
chmod 755 "$work" "$hostile"

# as_each_user FUNCTION: calls it as this user and then, if that is root, as an ordinary one.
as_each_user() {
  as_user=()
  program=$NACRE
  home=$work/home-$(id -u)
  mkdir "$home"
  "$1"
  [ "$(id -u)" = 0 ] || return 0
  as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  # Other users may not be able to enter the source tree.
  if ! "${as_user[@]}" test -x "$NACRE" -a -r "$NACRE_SOURCE/scheme"; then
    cmake --install "$(dirname "$NACRE")" --prefix "$work/prefix" > install.log
    program=$work/prefix/bin/nacre
    cp -r "$attacks" "$work/attacks"
    attacks=$work/attacks
  fi
  home=$work/home-65534
  mkdir "$home"
  chown 65534:65534 "$home"
  "$1"
}

# The following is for the function. as_user COMMAND…: runs it as that user.
as_user() { (cd "$home" && exec "${as_user[@]}" env -i PATH="$PATH" HOME="$home" TMPDIR="$home" "$@"); }

# start_as_user OUTPUT COMMAND…: the same in the background; $! is the process of the command itself.
start_as_user() {
  local output=$1
  shift
  (cd "$home" && exec "${as_user[@]}" env -i PATH="$PATH" HOME="$home" TMPDIR="$home" "$@") > "$output" 2>&1 &
}

# nacre with a store of that user's own, whose root is $home/root.
user_nacre() { as_user "$program" --root "$home/root" "$@"; }

# derivations FILE ARGUMENT…: the output of the Scheme program, whose first argument is $hostile.
derivations() {
  local file=$1
  shift
  user_nacre repl -q "$attacks/$file" "$hostile" "$@"
}
