;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What is built from source refers to nothing that was imported as a binary, but to the run-time of
;;; the C library and of the compiler: else images would hold compilers and shells that nobody asked for.
;;;
;;;   nacre repl tests/closures.scm                   all packages of which the store has outputs
;;;   nacre repl tests/closures.scm build             all packages; those that are missing are built
;;;   nacre repl tests/closures.scm item FILE-NAME…   these items
;;;
;;; Prints each item that refers to more, with what it refers to; then the status is 1.

(use-modules (gnu packages)
             (guix derivations)
             (guix packages)
             (guix store)
             (ice-9 match)
             (ice-9 regex)
             (srfi srfi-1))

(define imported?
  (let ((any      (make-regexp "/[0-9a-z]{32}-bootstrap-"))
        (run-time (make-regexp "/[0-9a-z]{32}-bootstrap-(glibc|gcc-lib)-[0-9]")))
    (lambda (item)
      (and (regexp-exec any item)
           (not (regexp-exec run-time item))))))

;; The collection has no Perl that is built from source: what is written in Perl
;; runs by the imported one.
(define %written-in-perl '("autoconf" "automake" "texinfo"))

;; The compilers and binutils of Debian, under the name that Guix has for such a set.
(define %imported '("gcc-toolchain"))

(define (collection)
  (remove (lambda (package)
            (or (string-prefix? "bootstrap-" (package-name package))
                (member (package-name package) %imported)
                (member (package-name package) %written-in-perl)))
          (fold-packages cons '())))

(define (built-outputs store package build?)
  "Return the outputs of PACKAGE that STORE has, but for those with symbols: they
name the compiler's own headers, where a debugger looks for them."
  (let ((drv (package-derivation store package #:graft? #f)))
    (when build?
      (build-derivations store (list drv)))
    (filter-map (match-lambda
                  (("debug" . _) #f)
                  ((_ . item) (and (valid-path? store item) item)))
                (derivation->output-paths drv))))

(define (report store item)
  "Print what ITEM refers to and should not; return the number of these."
  (let ((imported (filter imported? (requisites store (list item)))))
    (unless (null? imported)
      (format #t "~a refers to~%~{  ~a~%~}" item imported)
      (for-each (lambda (reference)
                  (when (imported? reference)
                    (format #t "  (directly: ~a)~%" reference)))
                (references store item)))
    (length imported)))

(define (report-all store items)
  (format #t "~a items~%" (length items))
  (fold + 0 (map (lambda (item) (report store item)) items)))

(exit
 (with-store store
   (zero?
    (report-all store
                (match (cdr (command-line))
                  (("item" items ...) items)
                  ((arguments ...)
                   (append-map (lambda (package)
                                 (built-outputs store package (pair? arguments)))
                               (collection))))))))
