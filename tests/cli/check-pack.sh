# SPDX-License-Identifier: GPL-3.0-or-later
# 'pack --check' makes a pack again, and names the first file in it that differs, however deep it lies.
. "$(dirname "$0")/lib.sh"
command -v python3 > /dev/null || exit 77

# A store of its own, because packs in it are damaged; hello comes from the other one.
export GUIX_CONFIGURATION_DIRECTORY=$work/etc
own() { "$NACRE" --root "$work/own" "$@"; }
hello=$(nacre build hello)
nacre archive --generate-key > key
[ "$(cat key)" = "$work/etc/signing-key.pub" ] || fail "archive --generate-key"
nacre archive --export -r "$hello" > hello.nar
own archive --import < hello.nar > imported
expect_in imported "$hello"

# damage FILE TEXT: changes one byte of the first TEXT in FILE.
damage() {
  chmod u+w "$1"
  python3 - "$@" <<'PY'
import sys
path, text = sys.argv[1], sys.argv[2].encode()
bytes = bytearray(open(path, "rb").read())
at = bytes.find(text)
assert at > 0, f"{text} is not in {path}"
bytes[at] ^= 1
open(path, "wb").write(bytes)
PY
}

expect_status 1 own pack --check -C none hello
expect_in err 'build it without --check first'

check() {
  local where=$1 pack
  shift
  pack=$(own pack -C none "$@" hello 2> /dev/null)
  expect_status 0 own pack --check -C none "$@" hello
  damage "$pack" 'Hello, world!'
  expect_status 1 own pack --check -C none "$@" hello
  expect_in err "differs from what is in the store: contents, from byte"
  grep -qE "; in it: $where \(contents, from byte [0-9]+ on\)" err || {
    cat err >&2
    fail "$*: the file is not named"
  }
}
hello='gnu/store/[a-z0-9]{32}-hello-2.10/bin/hello'
check "$hello"
check "[0-9a-f]{64}/layer.tar: $hello" -f docker
check "blobs/sha256/[0-9a-f]{64}: $hello" -f oci
check "data.tar: $hello" -f deb
check "$hello" -f squashfs
check "$hello" -f rpm

# A difference in a compressed pack is found as well; the other pack is kept.
pack=$(own pack -C none -S /greet=bin/hello hello)
chmod u+w "$pack"
python3 - "$pack" <<'PY'
import gzip, sys
bytes = open(sys.argv[1], "rb").read()
open(sys.argv[1], "wb").write(gzip.compress(bytes.replace(b"Hello, world!", b"Hello, there!")))
PY
expect_status 1 own pack --check --keep-failed -C none -S /greet=bin/hello hello
expect_in err "hello-2.10/bin/hello (contents"
expect_in err "the other one is $pack-check"
[ -f "$pack-check" ] || fail "the other one is not there"

# A result of a program that differs each time.
cat > random.scm <<'SCM'
(use-modules (guix gexp))
(computed-file "random"
  #~(begin
      (mkdir #$output)
      (call-with-output-file (string-append #$output "/same")
        (lambda (port) (display "same" port)))
      (call-with-output-file (string-append #$output "/uuid")
        (lambda (port)
          (display (call-with-input-file "/proc/sys/kernel/random/uuid"
                     (@ (ice-9 textual-ports) get-string-all))
                   port)))))
SCM
random=$(nacre build -f random.scm)
expect_status 1 nacre build --check --keep-failed -f random.scm
expect_in err "'$random' differs from what is in the store: /uuid (contents, from byte"
chmod -R u+w "$ROOT$random-check"
rm -rf "$ROOT$random-check"
nacre gc -D "$random" > /dev/null 2>&1
