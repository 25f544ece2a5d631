# SPDX-License-Identifier: GPL-3.0-or-later
# hello and zlib are built for another machine: an emulator runs them, their closures hold nothing for this
# machine, a Docker image names its machine; mistakes are errors with a hint.
. "$(dirname "$0")/lib.sh"
command -v qemu-aarch64 > /dev/null || exit 77
target=aarch64-linux-gnu

nacre build --list-targets > out
expect_in out "   - $target"
nacre build --list-systems > out
expect_in out "   - x86_64-linux"

hello=$(nacre build --target=$target hello)
case $hello in /gnu/store/*-hello-2.10) ;; *) fail "unexpected path: $hello" ;; esac
[ "$hello" != "$(nacre build hello)" ] || fail "the native hello has the same path"
run_in_store qemu-aarch64 "$hello/bin/hello" > out
expect_in out "Hello, world!"

# check_closure PATH NAME…: the closure of PATH is itself and items of these names.
check_closure() {
  local path=$1 name
  shift
  nacre gc --requisites "$path" | grep -vxF "$path" > closure
  for name; do
    grep -q -e "-$name\$" closure || fail "no $name in the closure of $path: $(cat closure)"
  done
  [ "$(wc -l < closure)" = $# ] || fail "the closure of $path is larger: $(cat closure)"
}
check_closure "$hello" "bootstrap-glibc-cross-$target-2.36"

# program NAME [LIBRARY]: NAME.scm is a package that compiles NAME.cc, with pkg-config's flags for LIBRARY.
program() {
  local name=$1 library=${2:-} flags=
  # shellcheck disable=SC2016
  [ -z "$library" ] || flags='" $(" target "-pkg-config --cflags --libs '"$library"')"'
  cat > "$name.scm" <<SCM
(use-modules (guix build-system gnu) (guix gexp) (guix packages) (gnu packages compression)
             (gnu packages pkg-config) ((guix licenses) #:prefix license:))
(package
  (name "$name") (version "0") (source (local-file "$PWD/$name.cc"))
  (build-system gnu-build-system)
  (inputs (list $library)) (native-inputs (list pkg-config))
  (arguments
   (list #:phases
         #~(modify-phases %standard-phases
             (delete 'configure)
             (replace 'build
               (lambda* (#:key target #:allow-other-keys)
                 (invoke "sh" "-c"
                         (string-append target "-g++ -o $name $name.cc" $flags))))
             (replace 'install
               (lambda _ (install-file "$name" (string-append #\$output "/bin")))))))
  (synopsis "A program for another machine") (description "")
  (home-page "https://example.org") (license license:gpl3+))
SCM
}

cat > probe.cc <<'CC'
#include <iconv.h>
#include <zlib.h>
#include <clocale>
#include <iostream>
int main() {
  std::cout << "zlib " << zlibVersion()
            << (setlocale(LC_ALL, "C.UTF-8") ? ", locale" : "")
            << (iconv_open("KOI8-R", "UTF-8") != iconv_t(-1) ? ", iconv" : "") << std::endl;
}
CC
program probe zlib
probe=$(nacre build --target=$target -f probe.scm)
run_in_store qemu-aarch64 "$probe/bin/probe" > out
expect_in out "zlib 1.2.13, locale, iconv"
check_closure "$probe" "bootstrap-glibc-cross-$target-2.36" "bootstrap-gcc-lib-cross-$target-12.2.0" \
  zlib-1.2.13
# Programs that the C library starts, too.
libc=$(grep glibc-cross closure)
run_in_store qemu-aarch64 "$libc/libexec/sh" -c 'echo a shell' > out
expect_in out "a shell"

# A script starts with the target's Guile; the modules that it uses were compiled here.
cat > script.scm <<'SCM'
(use-modules (guix gexp) (gnu packages base))
(program-file "script"
  (with-imported-modules '((guix build utils))
    #~(begin
        (use-modules (guix build utils))
        (format #t "~a on ~a~%"
                (strip-store-file-name #$hello) %host-type))))
SCM
script=$(nacre build --target=$target -f script.scm)
read -r shebang < "$ROOT$script"
guile=${shebang#??}
run_in_store qemu-aarch64 "${guile%% *}" --no-auto-compile "$script" > out
expect_in out "hello-2.10 on aarch64"
nacre gc --requisites "$script" > closure
grep -q -x "$hello" closure || fail "the script does not refer to the target's hello"

# All targets: exceptions and threads need the compiler's libraries and the C library together.
cat > threads.cc <<'CC'
#include <pthread.h>
#include <iostream>
#include <stdexcept>
static void *end(void *) { pthread_exit(nullptr); }
int main() {
  pthread_t thread;
  pthread_create(&thread, nullptr, end, nullptr);
  pthread_join(thread, nullptr);
  try {
    throw std::runtime_error("caught");
  } catch (const std::exception &error) {
    std::cout << error.what() << std::endl;
  }
}
CC
program threads
for other in $(nacre build --list-targets | sed -n 's/^   - //p'); do
  case $other in powerpc64le-*) emulator=qemu-ppc64le ;; *) emulator=qemu-${other%%-*} ;; esac
  threads=$(nacre build --target="$other" -f threads.scm)
  run_in_store "$emulator" "$threads/bin/threads" > out
  expect_in out "caught"
  check_closure "$threads" "bootstrap-glibc-cross-$other-2.36" \
    "bootstrap-gcc-lib-cross-$other-12.2.0"
done

pack=$(nacre pack --target=$target -f docker -S /bin=bin --entry-point=bin/hello hello)
mkdir image
tar -xf "$pack" -C image
python3 - image <<'PY'
import json, sys
manifest = json.load(open(sys.argv[1] + "/manifest.json"))[0]
config = json.load(open(sys.argv[1] + "/" + manifest["Config"]))
assert (config["os"], config["architecture"], config.get("variant")) == ("linux", "arm64", "v8"), config
PY

# The wrappers of a relocatable pack are the target's, too.
pack=$(nacre pack --target=$target -R -C none -S /bin=bin hello)
mkdir relocatable
tar -xf "$pack" -C relocatable
# Without a handler in the kernel, the emulator runs nothing else; nor can it make a name space for a user.
qemu-aarch64 relocatable/bin/hello > out 2> err ||
  grep -q -e "it is a program for another kind of machine" -e "creating a user namespace: Invalid argument" err ||
  { cat err >&2; fail "the programs of an aarch64 pack do not start"; }

expect_status 1 nacre build --target=aarch64-linux-gun hello
expect_in err "there is no cross-compiler for 'aarch64-linux-gun'"
expect_in err "hint: the collection can cross-compile for $target"
expect_status 1 nacre build --target=$target python-numpy
expect_in err "its build system cannot build for $target"
for command in build "pack -f docker"; do
  # shellcheck disable=SC2086
  expect_status 1 nacre $command --system=aarch64-linux hello
  expect_in err "package 'hello@2.10' does not support 'aarch64-linux'"
  expect_in err "hint: it supports x86_64-linux"
done
