;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Checks that make derivations of packages; nothing is built.
(define-module (guix lint lowering)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix lint warning)
  #:use-module (guix packages)
  #:use-module (guix profiles)
  #:use-module (guix store)
  #:use-module ((ice-9 exceptions) #:select (exception-with-irritants?))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (check-derivation
            check-profile-collisions))

(define (call-with-store store proc)
  (if store
      (proc store)
      (with-store store (proc store))))

(define* (check-derivation package #:key store)
  "Check that PACKAGE can be made a derivation on each system that it supports."
  (define (failure system text arguments)
    (list (make-warning package (string-append "failed to create ~a derivation: " text)
                        (cons system arguments))))

  (define (check store system)
    (catch #t
      (lambda ()
        (guard (c ((formatted-message? c)
                   (failure system "~a"
                            (list (apply format #f (formatted-message-string c)
                                         (formatted-message-arguments c)))))
                  ;; An exception of Guile's has arguments for its message.
                  ((and (message-condition? c) (not (exception-with-irritants? c)))
                   (failure system "~a" (list (condition-message c)))))
          (package-derivation store package system)
          '()))
      (lambda (key . args)
        (when (eq? key 'signal)           ;the user's interrupt
          (apply throw key args))
        (failure system "~a"
                 (list (string-trim-both
                        (call-with-output-string
                          (lambda (port)
                            (print-exception port #f key args)))))))))

  (call-with-store store
    (lambda (store)
      (append-map (lambda (system) (check store system))
                  (package-supported-systems package)))))

(define (entry->string entry)
  (match (manifest-entry-item entry)
    ((? package? package) (package-full-name package))
    ((? string? item)     item)
    (item                 (object->string item))))

(define (lowered-entries store package)
  "Return (NAME OUTPUT VERSION ITEM) lists for PACKAGE and what it propagates."
  (define (visit package output seen)
    (let ((item (derivation->output-path (package-derivation store package) output)))
      (if (any (match-lambda ((_ _ _ other) (string=? item other))) seen)
          seen
          (fold (match-lambda*
                  (((_ (? package? input) output) seen) (visit input output seen))
                  (((_ (? package? input)) seen)        (visit input "out" seen))
                  ((_ seen)                             seen))
                (cons (list (package-name package) output
                            (package-version package) item)
                      seen)
                (package-propagated-inputs package)))))

  (reverse (visit package "out" '())))

(define* (check-profile-collisions package #:key store)
  "Check that a profile can hold PACKAGE with all that it propagates."
  (define (collision one other)
    (match (list one other)
      (((name output version item) (_ _ other-version other-item))
       (make-warning package "propagated inputs ~a and ~a collide"
                     (if (string=? version other-version)
                         (list item other-item)
                         (list (string-append name "@" version)
                               (string-append name "@" other-version)))
                     #:field 'propagated-inputs))))

  (define (collides? one other)
    (match (list one other)
      (((name output _ item) (other-name other-output _ other-item))
       (and (string=? name other-name)
            (string=? output other-output)
            (not (string=? item other-item))))))

  (call-with-store store
    (lambda (store)
      (let loop ((entries (lowered-entries store package)))
        (match entries
          (() '())
          ((entry . rest)
           (match (find (lambda (other) (collides? entry other)) rest)
             (#f    (loop rest))
             (other (cons (collision entry other) (loop rest))))))))))
