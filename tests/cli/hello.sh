# SPDX-License-Identifier: GPL-3.0-or-later
# hello is built, runs, and its closure holds the C library and little else.
. "$(dirname "$0")/lib.sh"
hello=$(nacre build hello)
case $hello in /gnu/store/*-hello-2.10) ;; *) fail "unexpected path: $hello" ;; esac
run_in_store "$hello/bin/hello" > out
expect_in out "Hello, world!"
nacre gc --requisites "$hello" > closure
if grep -E 'gcc-[0-9]|binutils|guile|bash|make|coreutils|seed' closure; then
  fail "the toolchain leaks into hello's closure"
fi
[ "$(wc -l < closure)" -le 3 ] || fail "hello's closure is large: $(cat closure)"
[ "$(nacre build hello)" = "$hello" ] || fail "a second build gives another path"
