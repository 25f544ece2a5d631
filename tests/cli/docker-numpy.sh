# SPDX-License-Identifier: GPL-3.0-or-later
# Python with NumPy, built from source: the image runs, and nothing of the toolchain is in its closure.
. "$(dirname "$0")/lib.sh"
command -v podman > /dev/null || exit 77
pack=$(nacre pack -f docker -m "$NACRE_SOURCE/examples/manifest.scm" --image-tag=nacre-test-numpy)
podman load --quiet --input "$pack" > out
bash "$NACRE_SOURCE/scripts/run-image.sh" nacre-test-numpy:latest python3 -c '
import bz2, ctypes, curses, dbm.gnu, hashlib, lzma, os, readline, sqlite3, ssl, subprocess, zlib
assert not os.path.exists("/bin/sh")
assert subprocess.check_output("echo $((1 + 1))", shell=True) == b"2\n"
assert os.system("exit 3") == 3 << 8
import numpy
a = numpy.random.rand(200, 200)
b = numpy.linalg.inv(a)
assert numpy.allclose(a @ b, numpy.eye(200), atol=1e-6)
numpy.show_config()
print("NumPy", numpy.__version__)' > out
expect_in out "NumPy 1."
expect_in out "openblas"
podman rmi nacre-test-numpy:latest > /dev/null

nacre size python-numpy > sizes
if grep -E 'gcc-[0-9]|binutils|make-|bash|guile|seed' sizes; then
  fail "the toolchain leaks into the closure of python-numpy"
fi
