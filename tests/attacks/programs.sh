# SPDX-License-Identifier: GPL-3.0-or-later
# Programs that are wrong, huge, deep or endless end with an error that names the place, in seconds.
. "$(dirname "$0")/../cli/lib.sh"

# repl TEXT: the status of evaluating TEXT must be 1, never that of a signal.
refused() {
  printf '%s\n' "$1" > program.scm
  expect_status 1 nacre repl program.scm
  expect_in err "$2"
  [ "$(wc -c < err)" -lt 10000 ] || fail "a message of $(wc -c < err) bytes"
}

# Depth and size: of data that is read, printed and lowered.
printf '(use-modules (gnu packages))\n' > deep.scm
for ((i = 0; i < 100000; i++)); do printf '(quote '; done >> deep.scm
printf 'x' >> deep.scm
for ((i = 0; i < 100000; i++)); do printf ')'; done >> deep.scm
expect_status 1 nacre build -n -m deep.scm
expect_in err "deep.scm:2:1: error: code is nested more than 10000 levels deep"
for value in "(make-string 30000000 #\\a)" "(let loop ((n 300000) (x 1)) (if (= n 0) x (loop (- n 1) (list 'quote x))))" \
  "(let loop ((n 300000) (x 1)) (if (= n 0) x (loop (- n 1) (vector x))))"; do
  printf '%s\n' "$value" > manifest.scm
  expect_status 1 nacre build -n -m manifest.scm
  expect_in err "manifest.scm:1:1: error: the last expression evaluates to"
  [ "$(wc -c < err)" -lt 10000 ] || fail "a message of $(wc -c < err) bytes"
done
head -c 17000000 /dev/zero | tr '\0' ' ' > large.scm
expect_status 1 nacre build -n -f large.scm
expect_in err "large.scm:1:1: error: this file has more than 16777216 bytes"

gexps='(use-modules (guix gexp) (guix store) (guix packages) (gnu packages base) (srfi srfi-1) (srfi srfi-9))
(define (nested n) (let loop ((n n) (g #~1)) (if (= n 0) g (loop (- n 1) #~(list #$g)))))
(define (lower thing) (with-store s (run-with-store s (lower-object thing))))
'
refused "$gexps(lower (computed-file \"deep\" (nested 80000)))" "nested more than 10000 levels deep"
refused "$gexps(gexp-modules (nested 300000))" "nested more than 10000 levels deep"
refused "$gexps(length (gexp-modules (nested 5000))) (exit 1)" ""
refused "((@ (nacre gexp) gexp-attribute-list) ((@ (guix gexp) sexp->gexp) 1) 50000000)" "a symbol was expected"
refused "$gexps(define-record-type <self> (self) self?)
(define-gexp-compiler (self-compiler (x <self>) system target) ((@ (guix store) store-return) (self)))
(lower (self))" "dependency cycle"
refused "$gexps(define f (computed-file \"f\" #~(list #\$(delayed-object f)))) (lower f)" "dependency cycle"

# Packages that are their own inputs, in whatever way.
package() {
  printf '(use-modules (guix packages) (guix gexp) (guix profiles) (guix build-system trivial) (guix download))
(define-syntax-rule (define-package variable field ...)
  (define variable
    (package (name (symbol->string (quote variable))) (version "1") (source #f) (build-system trivial-build-system)
             (arguments (list #:builder #~(mkdir #$output))) (synopsis "") (description "") (license #f)
             (home-page "") field ...)))\n%s\n' "$1" > cycle.scm
  expect_status 1 nacre build -n -m cycle.scm
  expect_in err "$2"
  expect_in err "cycle.scm:"
}
package '(define-package a (inputs (list a))) (packages->manifest (list a))' "package dependency cycle: a@1, a@1"
package '(define-package a (inputs (list b))) (define-package b (native-inputs (list c)))
(define-package c (inputs (list b))) (packages->manifest (list a))' "package dependency cycle: b@1, c@1, b@1"
package '(define-package a (propagated-inputs (list b))) (define-package b (propagated-inputs (list a)))
(packages->manifest (list a))' "package dependency cycle: a@1, b@1, a@1"
package '(define-package a
  (inputs (list (origin (method url-fetch) (uri "https://example.org/none") (patches (list a)) (patch-inputs (list))
                        (sha256 (base32 "0000000000000000000000000000000000000000000000000000"))))))
(packages->manifest (list a))' "package dependency cycle: a@1, a@1"
package '(define-package a (inputs (list b))) (define-package b (inputs (list a))) (define-package c)
(packages->manifest (list ((package-input-rewriting `((,c . ,c))) a)))' "package dependency cycle: a@1, b@1, a@1"
package '(define-package a (replacement a)) (packages->manifest (list a))' "package dependency cycle: a@1, a@1"
package '(define (make n) (define-package a (inputs (list (make (+ n 1))))) a) (packages->manifest (list (make 1)))' \
  "package dependency cycle: a@1, a@1"

# Names of any bytes.
printf '(use-modules (gnu packages))\n(specifications->manifest (list "hello\\x00x"))\n' > nul.scm
expect_status 1 nacre build -n -m nul.scm
expect_in err 'hello\x0;x'
expect_status 1 nacre build -n $'caf\xe9'
expect_in err "'caf\\xE9' is not valid UTF-8: byte 4"
expect_status 1 nacre build -n -e $'"caf\xe9"'
expect_in err '"caf\xE9"'
printf '"text"\n' > $'caf\xe9.scm'
expect_status 1 nacre build -n -m $'caf\xe9.scm'
expect_in err "caf\\xE9.scm"

# An interpreter that has ended protects nothing from the collector.
printf '((@ (guix store) add-text-to-store) ((@ (guix store) open-connection)) "text" "text")\n' > root.scm
for program in root.scm -q; do
  "$NACRE" --root "$work/root" repl $program < root.scm > /dev/null
  [ -z "$(ls "$work/root/var/guix/temproots")" ] || fail "a file is left in temproots"
done
