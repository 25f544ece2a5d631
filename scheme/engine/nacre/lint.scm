;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; 'nacre lint': runs the channel's checkers and prints their warnings.
(define-module (nacre lint)
  #:use-module ((gnu packages) #:select (fold-packages specification->package))
  #:use-module ((guix diagnostics)
                #:select (&fix-hint formatted-message location-column location-file
                          location-line))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix lint)
                #:select (%local-checkers %network-dependent-checkers
                          lint-checker-check lint-checker-description
                          lint-checker-name lint-checker-requires-store?
                          lint-warning-location lint-warning-message
                          lint-warning-package))
  #:use-module ((guix packages) #:select (package-full-name package?))
  #:use-module ((nacre interpreter) #:select (nearest-name))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (lint-checkers
            lint))

(define (lint-checkers)
  "Return the checkers: a list of lists of a name and a description, and whether they are
available."
  (append (map (lambda (checker) (describe checker #t)) %local-checkers)
          (map (lambda (checker) (describe checker #f))
               %network-dependent-checkers)))

(define (describe checker available?)
  (list (symbol->string (lint-checker-name checker))
        (lint-checker-description checker)
        available?))

(define (lookup-checker name)
  (define checkers
    (append %local-checkers %network-dependent-checkers))

  (define (checker-name checker)
    (symbol->string (lint-checker-name checker)))

  (or (find (lambda (checker) (string=? name (checker-name checker))) checkers)
      (raise (make-compound-condition
              (formatted-message (G_ "~a: invalid checker") name)
              (condition
               (&fix-hint
                (hint (match (nearest-name name (map checker-name checkers))
                        (#f   (G_ "'nacre lint --list-checkers' lists them"))
                        (near (format #f (G_ "did you mean '~a'?") near))))))))))

(define (select-checkers names excluded)
  "Return the checkers called NAMES, in their own order, all that are available if it is
empty, without those called EXCLUDED."
  (define excluded-checkers (map lookup-checker excluded))

  (define chosen
    (if (null? names)
        %local-checkers
        (let ((wanted (map lookup-checker names)))
          (filter (lambda (checker) (memq checker wanted))
                  (append %local-checkers %network-dependent-checkers)))))

  (remove (lambda (checker) (memq checker excluded-checkers)) chosen))

(define (print-warning checker warning)
  (format #t "~a: ~a [~a]~%"
          (match (lint-warning-location warning)
            (#f (package-full-name (lint-warning-package warning)))
            (location
             (string-append (location-file location) ":"
                            (number->string (location-line location)) ":"
                            (number->string (location-column location)) ": "
                            (package-full-name (lint-warning-package warning)))))
          (string-trim-right (lint-warning-message warning))
          (lint-checker-name checker)))

(define (run-checker store checker package)
  "Print the warnings of CHECKER about PACKAGE, and return their number."
  (let ((warnings (if (lint-checker-requires-store? checker)
                      ((lint-checker-check checker) package #:store store)
                      ((lint-checker-check checker) package))))
    (for-each (lambda (warning) (print-warning checker warning)) warnings)
    (length warnings)))

(define (packages-of values)
  (append-map (match-lambda
                (((? package? package) . _) (list package))
                (((packages ..1) . origin)
                 (packages-of (map (lambda (package) (cons package origin))
                                   packages)))
                ((_ . origin)
                 (raise (formatted-message (G_ "~a does not evaluate to a package")
                                           origin))))
              values))

(define (all-packages)
  (sort (fold-packages cons '())
        (lambda (a b)
          (string<? (package-full-name a) (package-full-name b)))))

(define (lint store specifications values names excluded)
  "Run the checkers called NAMES without those called EXCLUDED (see 'select-checkers') on
what SPECIFICATIONS and VALUES, pairs of a value and where it comes from, are; on all
packages if there is none.  Print the warnings, and return their number."
  (define checkers (select-checkers names excluded))

  (define packages
    (if (and (null? specifications) (null? values))
        (all-packages)
        (append (map specification->package specifications)
                (packages-of values))))

  (let ((count (fold (lambda (package count)
                       (fold (lambda (checker count)
                               (+ count (run-checker store checker package)))
                             count checkers))
                     0 packages)))
    (force-output)
    count))
