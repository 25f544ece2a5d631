# SPDX-License-Identifier: GPL-3.0-or-later
# Python and NumPy are compiled by another GCC, run, and do not refer to it.
. "$(dirname "$0")/../cli/lib.sh"
nacre build -m "$NACRE_SOURCE/examples/toolchain.scm" > items
python=$(head -n 1 items)
numpy=$(tail -n 1 items)
run_in_store "$python/bin/python3" -c \
  "import sys; sys.path.insert(0, '$numpy/lib/python3.9/site-packages'); import numpy; print(sys.version, numpy.arange(3).sum())" > out
expect_in out "GCC 11.3.0"
expect_in out " 3"
nacre gc --requisites "$python" "$numpy" > closure
! grep -E 'gcc-[0-9]|gcc-toolchain|binutils' closure || fail "the toolchain leaks into Python's closure"
