;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Prints the packages of the collection, one a line, sorted by name and version: name, version,
;;; specification, derivation, and where it comes from, separated by tabs.
;;;
;;;   nacre repl -q scripts/collection.scm [NAME…]      all packages, or those called NAME

(use-modules (gnu packages)
             (guix derivations)
             (guix packages)
             (guix store)
             (ice-9 match)
             (srfi srfi-1))

(define (before? a b)
  (let ((name-a (package-name a)) (name-b (package-name b)))
    (or (string<? name-a name-b)
        (and (string=? name-a name-b)
             (string<? (package-version a) (package-version b))))))

(define (wanted? names)
  (if (null? names)
      (const #t)
      (lambda (package) (member (package-name package) names))))

(define (provenance package)
  (cond ((string-prefix? "bootstrap-" (package-name package)) "imported")
        ((origin? (package-source package)) "source")
        (else "other packages")))

(define (print-package store package)
  (format #t "~a\t~a\t~a@~a\t~a\t~a~%"
          (package-name package) (package-version package)
          (package-name package) (package-version package)
          (derivation-file-name (package-derivation store package #:graft? #f))
          (provenance package)))

(with-store store
  (for-each (lambda (package) (print-package store package))
            (sort (filter (wanted? (cdr (command-line))) (fold-packages cons '()))
                  before?)))
