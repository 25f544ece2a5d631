#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# demo.sh: makes a container image of hello, then one of Python and NumPy, from
# source, loads and runs them.
set -eu
cd "$(dirname "$0")/.."
nacre=$PWD/build/nacre
begin=$SECONDS

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
elapsed() { printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); }

# The name of the image that podman loaded last.
load() { podman load --quiet --input "$1" | sed -n 's/^Loaded image: //p'; }

say "1. A container image of GNU Hello, from source"
t=$SECONDS
hello=$("$nacre" pack -f docker -S /bin=bin --entry-point=bin/hello hello)
hello_image=$(load "$hello")
scripts/run-image.sh "$hello_image"
hello_time=$((SECONDS - t))

say "2. A container image of Python and NumPy, from source (examples/manifest.scm)"
t=$SECONDS
numpy=$("$nacre" pack -f docker -m examples/manifest.scm)
numpy_image=$(load "$numpy")
scripts/run-image.sh "$numpy_image" python3 -c 'import numpy
a = numpy.arange(6.0).reshape(2, 3)
print("a times its transpose:", (a @ a.T).tolist())
print("NumPy", numpy.__version__, "runs in the container")'
numpy_time=$((SECONDS - t))

say "What there is now"
printf '%-28s %8s   %s\n' "$hello_image" "$(du -hL "$hello" | cut -f1)" "$hello"
printf '%-28s %8s   %s\n' "$numpy_image" "$(du -hL "$numpy" | cut -f1)" "$numpy"
cat <<END

hello took $(elapsed $hello_time), Python and NumPy $(elapsed $numpy_time), all of it $(elapsed $((SECONDS - begin))).
Run it again, in seconds: make demo

What to try next:
  build/nacre size python-numpy                      # what is in it
  build/nacre build --check hello                    # the same bits again?
  build/nacre pack -f docker -C zstd -S /bin=bin python sqlite
  build/nacre repl                                   # the language
  build/nacre pack --help
END
