#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run-image.sh [--read-only] [--entrypoint PROGRAM] IMAGE [ARGUMENT]...: runs a loaded image with podman and
# prints what it prints. First in the ordinary way; then in ways for unusual machines: few capabilities (limits cannot be
# raised), a mixture of both versions of control groups.
set -u

options=(--rm --network=none)
if [ "${1:-}" = --read-only ]; then
  options+=(--read-only)
  shift
fi
if [ "${1:-}" = --entrypoint ]; then
  options+=(--entrypoint "$2")
  shift 2
fi

errors=$(mktemp -d)
trap 'rm -rf "$errors"' EXIT
cat > "$errors/containers.conf" <<'CONF'
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
netns = "none"
[engine]
cgroup_manager = "cgroupfs"
CONF

plain() { podman run "${options[@]}" "$@"; }
modest() { CONTAINERS_CONF=$errors/containers.conf podman run "${options[@]}" "$@"; }
without_unified_cgroup() {
  # shellcheck disable=SC2016
  CONTAINERS_CONF=$errors/containers.conf unshare -m sh -c \
    'umount /sys/fs/cgroup/unified && exec podman run "$@"' sh "${options[@]}" "$@"
}
without_cgroups() {
  # shellcheck disable=SC2016
  CONTAINERS_CONF=$errors/containers.conf podman unshare sh -c \
    'mount -t tmpfs cgroup /sys/fs/cgroup && exec podman run --cgroups=disabled "$@"' \
    sh "${options[@]}" "$@"
}

if [ "$(id -u)" = 0 ]; then ways=(plain modest without_unified_cgroup); else ways=(plain modest without_cgroups); fi
for way in "${ways[@]}"; do
  "$way" "$@" > "$errors/out" 2> "$errors/$way"
  status=$?
  # 125 to 127: the container did not start; anything else is the program's own answer.
  if [ $status -lt 125 ]; then
    cat "$errors/out"
    cat "$errors/$way" >&2
    exit $status
  fi
done
echo "run-image.sh: podman cannot start a container here:" >&2
for way in "${ways[@]}"; do sed "s/^/  $way: /" "$errors/$way" >&2; done
exit 125
