# SPDX-License-Identifier: GPL-3.0-or-later
# Errors have a place, a reason, a hint what to do next, and status 1.
. "$(dirname "$0")/lib.sh"

expect_status 1 nacre build -e '(@ (gnu packages base) nonexistent)'
expect_in err "nonexistent"
expect_in err "hint:"

expect_status 1 nacre build -e '(@ (gnu packages base) helo)'
expect_in err "hello"

expect_status 1 nacre build helo
expect_in err "hello"

printf '(use-modules (gnu packages base))\n\n(list\n  helllo)\n' > manifest.scm
expect_status 1 nacre build -m manifest.scm
expect_in err "manifest.scm:4:3"
expect_in err "hello"

printf '"a string"\n' > string.scm
expect_status 1 nacre pack -m string.scm
expect_in err "string.scm"

printf '(specifications->manifest\n (list "hello"\n' > unclosed.scm
expect_status 1 nacre pack -m unclosed.scm
expect_in err "unclosed.scm:"

expect_status 1 nacre pack -m absent.scm
expect_in err "absent.scm"

expect_status 1 nacre pack -f dokcer hello
expect_in err "docker"

expect_status 1 nacre pack -C lzma hello
expect_in err "lzma"

expect_status 1 nacre pack -S 'bin=bin' hello
expect_in err "bin=bin"

expect_status 1 nacre pack -S '/../x=bin' hello
expect_in err "/../x"

expect_status 1 nacre biuld hello
expect_status 1 nacre build --chek hello
expect_in err "did you mean '--check'?"
expect_status 1 nacre build --xyzzy hello
expect_in err "--help"

expect_status 1 nacre build
expect_in err "hint:"

expect_status 1 nacre gc --references /gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-none
expect_in err "not in the store"
