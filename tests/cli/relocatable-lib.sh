# SPDX-License-Identifier: GPL-3.0-or-later
# Functions for the tests of relocatable packs: an ordinary user, as_user, with the fewest variables.
# The host's own store is hidden: a pack must not need it.
hide_store='mount -t tmpfs -o mode=755 none /gnu'
if [ -e /gnu ] && [ "$(id -u)" = 0 ] && [ -z "${STORE_IS_HIDDEN:-}" ]; then
  status=0
  STORE_IS_HIDDEN=yes unshare -m --propagation private bash -c "$hide_store && exec bash \"\$0\"" "$0" || status=$?
  exit $status
fi
as_user=()
if [ "$(id -u)" = 0 ]; then
  chmod 755 "$work"
  as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
if [ -e /gnu ] && [ "$(id -u)" != 0 ]; then
  as_user=(unshare -Urm --propagation private sh -c
    "$hide_store"' && exec unshare -U --map-user='"$(id -u)"' --map-group='"$(id -g)"' "$@"' sh)
fi
as_user+=(env -i PATH=/usr/bin:/bin)
"${as_user[@]}" unshare -Ur true 2> /dev/null || exit 77

# unpack NAME PACK: in a directory whose name has difficult characters.
unpack() {
  mkdir -p "$work/home of/a:user/$1"
  cd "$work/home of/a:user/$1"
  tar -xf "$2"
  chmod 755 .
}

# Without the namespaces that the kernel would give to any other user.
without_namespaces() {
  # shellcheck disable=SC2016
  "${as_user[@]}" unshare -Ur sh -c '
    echo 0 > /proc/sys/user/max_user_namespaces
    echo 0 > /proc/sys/user/max_mnt_namespaces
    exec "$@"' sh "$@"
}

