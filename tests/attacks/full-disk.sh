# SPDX-License-Identifier: GPL-3.0-or-later
# A full disk: commands that read work, those that write name the file and what to do, 'nacre gc' cleans up; nothing
# hangs. On a tmpfs and, where one can be mounted, on ext4 without the blocks that are kept for root.
if [ -z "${NACRE_OWN_MOUNTS:-}" ]; then
  if [ "$(id -u)" = 0 ]; then own=(unshare -m); else own=(unshare -Urm); fi
  "${own[@]}" true 2> /dev/null || exit 77
  NACRE_OWN_MOUNTS=1 exec "${own[@]}" bash "$0"
fi
. "$(dirname "$0")/../cli/lib.sh"

cat > garbage.scm <<'SCM'
(use-modules (guix store))
(with-store store
  (for-each (lambda (i)
              (add-text-to-store store (format #f "garbage-~a" i)
                                 (string-append (number->string i) (make-string 200000 #\x)) '()))
            (iota 20)))
SCM
cat > more.scm <<'SCM'
(use-modules (guix store))
(with-store store
  (display (add-text-to-store store "more" (make-string 100000 #\y) '())))
SCM

fill() {
  dd if=/dev/zero bs=64k >> "$1/filler" 2> /dev/null || true
  dd if=/dev/zero bs=512 >> "$1/filler" 2> /dev/null || true
}

check_disk() {
  local disk=$1 root=$1/root
  own() { timeout 120 "$NACRE" --root "$root" "$@"; }
  own repl -q garbage.scm
  [ "$(stat -c %s "$root/var/guix/db/reserved")" = 8388608 ] || fail "no reserve on $disk"
  fill "$disk"
  expect_status 0 own gc --list-dead
  expect_in out "garbage-7"
  expect_status 0 own gc --references "$(sed -n 1p out)"
  fill "$disk" # the log of a process that just ended is gone
  expect_status 1 own repl -q more.scm
  expect_in err "No space left on device"
  expect_in err "$root/"
  expect_in err "nacre gc"
  expect_status 0 own gc
  expect_in out "20 items deleted"
  expect_status 0 own gc --verify=contents
  expect_status 0 own repl -q more.scm
  expect_in out "-more"
  unset -f own
}

mkdir tmpfs ext4
mount -t tmpfs -o size=24m none tmpfs || exit 77
check_disk "$work/tmpfs"
umount tmpfs

if [ "$(id -u)" = 0 ] && command -v mkfs.ext4 > /dev/null; then
  truncate -s 32M image
  mkfs.ext4 -q -m 0 image
  if mount -o loop image ext4 2> /dev/null; then
    check_disk "$work/ext4"
    umount ext4
  fi
fi
