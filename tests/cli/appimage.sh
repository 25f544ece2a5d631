# SPDX-License-Identifier: GPL-3.0-or-later
# An AppImage is one file that an ordinary user runs: by FUSE, or unpacked without it; by user
# namespaces, by PRoot, or with rewritten file names.
. "$(dirname "$0")/lib.sh"
. "$NACRE_SOURCE/tests/cli/relocatable-lib.sh"

expect_status 1 nacre pack -f appimage hello
expect_in err "an AppImage needs an entry point"
expect_in err "hint: add --entry-point=PROGRAM"
expect_status 1 nacre pack -f appimage --entry-point=bin/hallo hello
expect_in err "the entry point needs 'bin/hallo', which does not exist in the profile"
expect_status 1 nacre pack -f appimage -C xz --entry-point=bin/hello hello
expect_in err "xz"
expect_status 1 nacre pack -f appimage --image-tag=x --entry-point=bin/hello hello
expect_in err "the format appimage does not support"

pack=$(nacre pack -f appimage --entry-point=bin/hello -A --greeting -A "a  b" hello)
case $pack in *-hello.AppImage) ;; *) fail "the file is called $pack" ;; esac
place="$work/home of/a:user"
mkdir -p "$place"
appimage="$place/hello world.AppImage"
cp "$pack" "$appimage"
[ "$(head -c 11 "$appimage" | tail -c 3 | od -An -tx1)" = " 41 49 02" ] || fail "it is of no type 2"
"$NACRE" inspect "$appimage" > text
expect_in text "format: appimage"
expect_in text "  hello@2.10"
if command -v readelf > /dev/null; then
  readelf -h "$appimage" > header
  expect_in header "EXEC (Executable file)"
  ! readelf -l "$appimage" | grep INTERP || fail "its head is not a static program"
fi

# If FUSE was used, its server may need a moment.
mkdir -m 1777 "$work/tmp"
as_user+=(TMPDIR="$work/tmp")
check_nothing_left() {
  for _ in 1 2 3 4 5 6 7 8 9; do
    [ -n "$(ls -A "$work/tmp")" ] || return 0
    sleep 0.3
  done
  fail "something is left: $(ls -A "$work/tmp")"
}

# Unpacked.
cd "$place"
chmod 777 .
expect_status 0 "${as_user[@]}" APPIMAGE_EXTRACT_AND_RUN=1 "$appimage"
[ "$(cat "$work/out")" = "a  b" ] || fail "unpacked, it says something else"
expect_status 0 "${as_user[@]}" "./hello world.AppImage" --appimage-extract-and-run -g other
[ "$(cat "$work/out")" = "other" ] || fail "arguments do not arrive"
expect_status 0 without_namespaces "$appimage"
[ "$(cat "$work/out")" = "a  b" ] || fail "without name spaces, it says something else"
for engine in proot fakechroot; do
  expect_status 0 "${as_user[@]}" GUIX_EXECUTION_ENGINE=$engine "$appimage"
  [ "$(cat "$work/out")" = "a  b" ] || fail "by $engine, it says something else"
done
check_nothing_left

# Its own options.
offset=$("${as_user[@]}" "$appimage" --appimage-offset)
if command -v unsquashfs > /dev/null; then
  unsquashfs -q -no-progress -o "$offset" -d "$work/by-unsquashfs" "$appimage" > /dev/null
fi
expect_status 0 "${as_user[@]}" "$appimage" --appimage-extract '*.desktop'
[ "$(cat "$work/out")" = "squashfs-root/hello.desktop" ] || fail "a pattern unpacks something else"
expect_in squashfs-root/hello.desktop "Exec=hello"
rm -r squashfs-root
expect_status 0 "${as_user[@]}" "$appimage" --appimage-extract
[ -L squashfs-root/AppRun ] && [ -L squashfs-root/.DirIcon ] && [ -f squashfs-root/hello.svg ] ||
  fail "the image lacks something"
[ ! -d "$work/by-unsquashfs" ] || diff -r --no-dereference squashfs-root "$work/by-unsquashfs" ||
  fail "unsquashfs unpacks something else"
expect_status 0 "${as_user[@]}" squashfs-root/AppRun
[ "$(cat "$work/out")" = "a  b" ] || fail "AppRun says something else"
expect_status 1 "${as_user[@]}" "$appimage" --appimage-extract
expect_in "$work/err" "making the directory squashfs-root: File exists"
expect_status 1 "${as_user[@]}" "$appimage" --appimage-nonsense
expect_status 0 "${as_user[@]}" "$appimage" --appimage-help
head -c 400000 "$appimage" > short
chmod 755 short
expect_status 1 "${as_user[@]}" ./short
expect_in "$work/err" "its end is missing"
cd "$work"

# The program's environment and arguments, and its end.
cat > probe.scm <<'SCM'
(use-modules (guix gexp) (guix packages) (guix build-system trivial) (gnu packages bash)
             ((guix licenses) #:prefix license:))
(package
  (name "probe") (version "1") (source #f) (build-system trivial-build-system)
  (inputs (list bash))
  (arguments
   (list #:builder
         #~(let ((file (string-append #$output "/bin/probe")))
             (mkdir #$output)
             (mkdir (dirname file))
             (call-with-output-file file
               (lambda (port)
                 (format port "#!~a/bin/bash~%~a" #$bash
                         "echo \"$APPIMAGE|$ARGV0|$OWD|$PWD|$*\"
test -e \"$APPDIR/AppRun\" || exit 1
case $1 in kill) kill -TERM $$ ;; wait) read -r _ ;; esac
exit 5\n")))
             (chmod file #o555))))
  (synopsis "Tells its variables") (description "") (home-page "") (license license:gpl3+))
SCM
probe=$(nacre pack -f appimage -C zstd --entry-point=bin/probe -e '(load "'"$work"'/probe.scm")')
expected="$probe|$probe|$place|$place|one two"
cp "$probe" "$place/probe.AppImage"
probe="$place/probe.AppImage"
# check_probe COMMAND…: COMMAND runs it.
check_probe() {
  cd "$place"
  expect_status 5 "$@" "$probe" one two
  [ "$(cat "$work/out")" = "$probe|$probe|$place|$place|one two" ] ||
    fail "variables are others: $(cat "$work/out")"
  expect_status 143 "$@" "$probe" kill
  cd "$work"
  check_nothing_left
}

# A signal to a process that unpacked the image reaches the program, and ends both.
mkfifo never
exec 9<> never
"${as_user[@]}" APPIMAGE_EXTRACT_AND_RUN=1 "$probe" wait <&9 > started &
process=$!
until [ -s started ]; do sleep 0.1; done
kill -TERM $process
status=0
wait $process || status=$?
[ "$status" = 143 ] || fail "terminated, it ends with status $status"
check_nothing_left

check_probe "${as_user[@]}"
check_probe without_namespaces

# A program that runs another one where the kernel refuses new name spaces, but set-user-ID programs work.
make_without_unshare() {
  cc -o "$work/without-unshare" -x c - <<'C'
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int argc, char **argv) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog program = {4, filter};
  if (argc < 2 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return 99;
  execvp(argv[1], argv + 1);
  return 98;
}
C
}

# mount_and_unmount COMMAND…: the image is seen where --appimage-mount says, until that is terminated.
mount_and_unmount() {
  # shellcheck disable=SC2016
  expect_status 0 "$@" bash -c '
    "$0" --appimage-mount > "$TMPDIR/where" &
    until [ -s "$TMPDIR/where" ]; do sleep 0.1; done
    read -r place < "$TMPDIR/where"
    ls "$place" && kill -TERM $! && wait $!
    rm "$TMPDIR/where"' "$probe"
  expect_in "$work/out" "AppRun"
  check_nothing_left
}

# With FUSE: the device as desktops have it, for all users.
if [ "$(id -u)" = 0 ] && [ -c /dev/fuse ] && mknod "$work/fuse" c 10 229; then
  chmod 666 "$work/fuse"
  with_fuse() {
    # shellcheck disable=SC2016
    unshare -m --propagation private sh -c 'mount --bind "$0" /dev/fuse && exec "$@"' "$work/fuse" "$@"
  }
  if with_fuse sh -c ': <> /dev/fuse' 2> /dev/null; then
    check_probe with_fuse "${as_user[@]}"
    ! grep -q "unpacking" "$work/err" || fail "FUSE was not used"
    check_probe env TMPDIR="$work/tmp"
    ! grep -q "unpacking" "$work/err" || fail "FUSE was not used by root"
    if command -v fusermount3 > /dev/null && command -v cc > /dev/null; then
      make_without_unshare
      check_probe with_fuse "$work/without-unshare" "${as_user[@]}"
      ! grep -q "unpacking" "$work/err" || fail "fusermount3 was not used"
      mount_and_unmount with_fuse "$work/without-unshare" "${as_user[@]}"
    fi
  fi
fi

# The same bits again.
expect_status 0 nacre pack --rounds=2 -f appimage --entry-point=bin/hello hello
