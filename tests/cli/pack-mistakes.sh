# SPDX-License-Identifier: GPL-3.0-or-later
# Errors of a pack have a place and status 1, and come before anything is built if
# possible; a pack that fails or is interrupted leaves no file.
. "$(dirname "$0")/lib.sh"

# refused TEXT HINT OPTIONS…: the message has TEXT, the hint HINT.
refused() {
  local text=$1 hint=$2
  shift 2
  expect_status 1 nacre pack "$@"
  expect_in err "$text"
  expect_in err "$hint"
  [ ! -s out ] || fail "pack $* prints something: $(cat out)"
  ! grep -q -i backtrace err || fail "pack $* prints a backtrace"
}

printf '\n  "hello"\n' > string.scm
refused "string.scm:2:3: error: the last expression evaluates to \"hello\", which is not a manifest" "specifications->manifest" -m string.scm
printf '(specifications->manifest\n  (list "hello"\n' > unclosed.scm
refused "opening 'absent.scm': No such file" "" -m absent.scm
refused "unclosed.scm:3:1: error: unexpected end of file" "" -m unclosed.scm
printf '(specifications->manifest\n  (list "helo"))\n' > unknown.scm
refused "unknown.scm:1:1: error: helo: unknown package" "did you mean 'hello'" -m unknown.scm
printf '(specifications->manifest\n  (lisst "hello"))\n' > unbound.scm
refused "unbound.scm:2:4" "list" -m unbound.scm

refused "/../../etc=bin: bad symbolic link" "SOURCE=TARGET" -S /../../etc=bin hello
refused "bin=bin: bad symbolic link: the source is not absolute" "such as /bin=bin" -S bin=bin hello
refused "/x=../../etc: bad symbolic link" "SOURCE=TARGET" -S /x=../../etc hello
refused "/x=/etc: bad symbolic link: the target is not relative" "SOURCE=TARGET" -S /x=/etc hello
refused "'bin/nothing', which does not exist in the profile" "" -S /x=bin/nothing hello
refused "/gnu=bin: bad symbolic link: it would hide the store" "such as /bin=bin" -S /gnu=bin hello
refused "/gnu/store/x=bin: bad symbolic link: it would hide the store" "" -S /gnu/store/x=bin hello
refused "the symbolic links /a and /a/b exclude each other" "leave one of them out" -S /a/b=bin -S /a=bin hello
refused "the symbolic links /a and /a exclude each other" "" -S /a=bin -S /a/=share hello

refused "lzma: unknown compression" "known ones are" -C lzma hello
refused "gzipp: unknown compression" "did you mean 'gzip'" -C gzipp hello
refused "gzip:99: gzip has no level 99" "from 1 to 12" -C gzip:99 hello
refused "zstd:0: zstd has no level 0" "from 1 to 19" -C zstd:0 hello
refused "xz:1.5: xz has no level 1.5" "from 0 to 9" -C xz:1.5 hello
refused "none:1: none has no levels" "leave the level out" -C none:1 hello
refused "zstd:fast: bad compression" "such as zstd:19" -C zstd:fast hello
refused "the format squashfs has no compression bzip2" "gzip, zstd, xz, none" -f squashfs -C bzip2 hello
refused "the format rpm has no compression lzip" "choose one of" -f rpm -C lzip hello
refused "squashsf: unknown format" "did you mean 'squashfs'" -f squashsf hello
refused "the format deb does not support the name of an image" "choose another --format" \
  -f deb --image-tag=x hello
refused "the format rpm does not support a file of triggers" "" -f rpm --triggers-file=string.scm hello
refused "nothing to pack" "--manifest"

# Errors that can be found early come before any build: with -n and -d too, and even if there is something to build first.
cat > slow.scm <<'SCM'
(use-modules (guix gexp) (guix profiles))
(define item (computed-file "slow" #~(begin (sleep 60) (mkdir #$output))))
(manifest (list (manifest-entry (name "slow") (version "1") (item item))))
SCM
for when in "" -n -d; do
  refused "'Team/Tool' cannot be the name of an image" "lower-case" $when -f docker --image-tag=Team/Tool -m slow.scm
  refused "--max-layers" "" $when -f oci --max-layers=128 -m slow.scm
  refused "there is no user 'app' in the image" "--user=1000:1000" $when -f docker --user=app -m slow.scm
  refused "/tmp=bin: bad symbolic link" "" $when -S /tmp=bin -m slow.scm
  refused "/.singularity.d: bad symbolic link" "" $when -f sif -S /.singularity.d=bin -m slow.scm
  refused "/.wh.x: bad symbolic link" "another --format" $when -f oci -S /.wh.x=bin -m slow.scm
  refused "'slow.scm' exists, and is not a symbolic link" "remove it" $when --root=slow.scm -m slow.scm
  refused "there is no directory" "" $when --push=docker://localhost/x --sbom=spdx --sbom-file=absent/x -m slow.scm
done
nacre pack --help-docker-format > help
expect_in help "[1 - 127]"

# The highest levels, and no compression.
for compression in none gzip:12 zstd:19 xz:9 lzip:9 bzip2:1; do
  expect_status 0 nacre pack -C $compression hello
  ! grep -q "level" err || fail "$compression: $(cat err)"
done

# The following needs a large item, in a store of its own: hello would be packed too fast.
mkdir big
head -c 24M /dev/urandom > big/noise
cat > big.scm <<SCM
(use-modules (guix gexp))
(manifest (list (manifest-entry (name "big") (version "0")
                                (item (local-file "$work/big" #:recursive? #t)))))
SCM
no_pack_in() {
  local rest
  rest=$(find "$1/gnu/store" -name '*-pack*' ! -name '*.drv' ! -name '*.lock')
  [ -z "$rest" ] || fail "there is $rest"
}

# Ctrl-C while it compresses, in every format.
cat > interrupt.py <<'PYTHON'
import glob, os, signal, subprocess, sys, time
program, root, *options = sys.argv[1:]
process = subprocess.Popen([program, "--root", root, "pack", *options],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
def packs():
    return glob.glob(root + "/gnu/store/.builds/*/store/*-pack*")
while not packs() and process.poll() is None:
    time.sleep(0.01)
time.sleep(0.3)
process.send_signal(signal.SIGINT)
out, err = process.communicate()
print(err.decode(), file=sys.stderr)
assert not out, out
sys.exit(process.returncode)
PYTHON
if command -v python3 > /dev/null; then
  for options in "-C xz:9" "-C bzip2" "-C lzip:9" "-C zstd:19" "-f deb -C xz:9" "-f rpm -C xz:9" \
    "-f squashfs -C xz:9" "-f sif -C xz:9" "-f docker -C xz:9" "-f oci -C zstd:19"; do
    expect_status 130 python3 interrupt.py "$NACRE" "$work/own" $options -c 1 -m "$work/big.scm"
    expect_in err "interrupted"
    no_pack_in "$work/own"
  done
fi

# A disk that is full.
cat > full.sh <<'SH'
set -eu
mount -t tmpfs -o size=40m tmpfs "$work/full"
# Without compression: the program for it would have to be built on that disk first.
for format in tarball docker oci deb rpm squashfs sif; do
  options="-f $format -C none"
  status=0
  "$NACRE" --root "$work/full" pack $options -m "$work/big.scm" > out 2> err || status=$?
  grep -q "No space left on device" err || { cat err >&2; echo "FAIL: $options: another message" >&2; exit 1; }
  [ $status = 1 ] || { echo "FAIL: $options: status $status" >&2; exit 1; }
  rest=$(find "$work/full/gnu/store" -name '*-pack*' ! -name '*.drv' ! -name '*.lock')
  [ -z "$rest" ] || { echo "FAIL: $options: there is $rest" >&2; exit 1; }
done
SH
mkdir full
own_namespace=(unshare -m)
[ "$(id -u)" = 0 ] || own_namespace=(unshare -rm)
if "${own_namespace[@]}" mount -t tmpfs tmpfs "$work/full" 2> /dev/null; then
  NACRE=$NACRE work=$work "${own_namespace[@]}" bash full.sh
fi
