# SPDX-License-Identifier: GPL-3.0-or-later
# The interpreter runs programs and what comes on standard input; mistakes have a place.
. "$(dirname "$0")/lib.sh"

printf '#!/usr/bin/env -S nacre repl --\n!#\n(display (cdr (command-line)))\n(exit 7)\n' > program.scm
expect_status 7 nacre repl program.scm one two
expect_in out "(one two)"
expect_status 7 nacre repl -- program.scm one --two
expect_in out "(one --two)"
expect_status 7 nacre repl -- program.scm -q --help
expect_in out "(-q --help)"

printf '(define (f x)\n  (list (car x)))\n(display "before")\n(list (f 1))\n' > mistake.scm
expect_status 1 nacre repl mistake.scm
expect_in out "before"
expect_in err "mistake.scm:2:9"

mkdir modules
printf '(define-module (mine)\n  #:export (f))\n(define (f)\n  (list (car 1)))\n' > modules/mine.scm
printf '(use-modules (mine))\n(list (f))\n' > user.scm
expect_status 1 nacre repl -L modules user.scm
expect_in err "modules/mine.scm:4:9"

printf '(use-modules (guix packages) (gnu packages base))\n(display (package-name hello))' > stdin.scm
expect_status 0 nacre repl -q < stdin.scm
expect_in out "hello"
printf '\n(car 1)' | expect_status 1 nacre repl -q
expect_in err "standard input:2:1"

expect_status 1 nacre repl -t machine
expect_in err "guile"
expect_status 1 nacre repl absent.scm
expect_in err "absent.scm"

mkdir parts
printf '(define answer 42)\n' > parts/first.scm
printf '(load "first.scm")\n(define answer (- answer))\n' > parts/second.scm
printf '(load "parts/second.scm")\n(display answer)\n' > loader.scm
expect_status 0 nacre repl loader.scm
expect_in out "-42"
printf '(load "absent.scm")\n' > loader.scm
expect_status 1 nacre repl loader.scm
expect_in err "absent.scm"
