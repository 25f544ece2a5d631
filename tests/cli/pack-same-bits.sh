# SPDX-License-Identifier: GPL-3.0-or-later
# The same pack in two stores, built by other numbers of cores, in another time zone, locale and umask, has
# the same bits.
. "$(dirname "$0")/lib.sh"
for options in "-f docker" "-f squashfs -C zstd"; do
  first=$(nacre pack $options -S /bin=bin hello)
  second=$(cd / && umask 077 && TZ=Asia/Tokyo LC_ALL=C LANG=de_DE.UTF-8 \
    taskset -c 0 "$NACRE" --root "$work/root" pack -M 1 -c 1 $options -S /bin=bin hello)
  [ "${first#"$ROOT"}" = "${second#"$work/root"}" ] || fail "other paths: $first $second"
  cmp "$first" "$second"
done
# And once more in the same store.
expect_status 0 nacre pack --rounds=2 -f docker -C zstd -S /bin=bin hello
expect_status 0 nacre pack --rounds=2 -f squashfs -S /bin=bin hello
