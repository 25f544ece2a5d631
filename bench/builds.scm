;;; SPDX-License-Identifier: GPL-3.0-or-later
;;; builds.scm BUILDER COUNT independent|chain SALT: builds COUNT derivations that do next to nothing, as
;;; builds.nix does.
(use-modules (guix store) (guix derivations) (ice-9 match) (srfi srfi-1))

(define (tiny store name builder salt arguments inputs)
  (derivation store name builder (cons salt arguments)
              #:inputs inputs #:sources (list builder)))

(define (independent store builder count salt)
  (map (lambda (i)
         (tiny store (format #f "tiny-~a" i) builder salt (list (number->string i)) '()))
       (iota count)))

(define (chain store builder count salt)
  (list (fold (lambda (i previous)
                (tiny store (format #f "link-~a" i) builder salt
                      (list (derivation->output-path previous)) (list (derivation-input previous))))
              (tiny store "first" builder salt '("") '())
              (iota count))))

(match (command-line)
  ((_ file count kind salt)
   (with-store store
     (let ((builder (add-to-store store "tiny-builder" #t "sha256" file))
           (make (if (string=? kind "chain") chain independent)))
       (build-derivations store (make store builder (string->number count) salt))))))
