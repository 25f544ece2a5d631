;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The packages of a channel as plain text, which 'nacre search', 'show' and 'edit' read
;;; without starting the language (src/index/package_index.hpp; docs/formats.md has the
;;; form).
(define-module (nacre package-records)
  #:use-module ((gnu packages) #:select (fold-packages))
  #:use-module ((guix diagnostics)
                #:select (location-column location-file location-line))
  #:use-module ((guix licenses) #:select (license-name license?))
  #:use-module ((guix packages)
                #:select (bag-direct-inputs hidden-package? package->bag
                          package-description package-direct-inputs
                          package-full-name package-home-page package-license
                          package-location package-name package-outputs
                          package-properties package-superseded
                          package-supported-systems package-synopsis
                          package-version package?))
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:use-module (srfi srfi-1)
  #:use-module (texinfo)
  #:use-module (texinfo plain-text)
  #:export (package-records
            texinfo->text))

(define %first-line "nacre packages 1")

;; Ends a line within a field.
(define %line-break #\vtab)


;;;
;;; Texts.
;;;

(define (one-line text)
  "Return TEXT with spaces in place of white space and control characters, except
%line-break."
  (string-map (lambda (char)
                (if (and (or (char<? char #\space) (char=? char #\delete))
                         (not (char=? char %line-break)))
                    #\space
                    char))
              text))

(define (clean text)
  "Return TEXT, a string or something else, on one line, without spaces around it."
  (if (string? text)
      (string-trim-both
       (one-line (string-map (lambda (char)
                               (if (char=? char %line-break) #\space char))
                             text)))
      ""))

;; Wider than any paragraph: lines are broken when they are shown, for the terminal at
;; hand.
(define %no-fill-width 1000000)

(define (texinfo->text text)
  "Return TEXT, a fragment in Texinfo, as plain text with one line for each paragraph,
which end with %line-break.  Text that is not well-formed is returned as it is."
  (define plain
    (catch #t
      (lambda ()
        (with-fluids ((*line-width* %no-fill-width))
          (stexi->plain-text (texi-fragment->stexi text))))
      (lambda (key . args)
        (when (eq? key 'signal)           ;the user's interrupt
          (apply throw key args))
        text)))

  (one-line
   (string-map (lambda (char)
                 (if (char=? char #\newline) %line-break char))
               (string-trim-both plain))))


;;;
;;; Fields.
;;;

(define %output-synopses
  '(("bin"    . "executable programs and scripts")
    ("debug"  . "debug information")
    ("doc"    . "documentation")
    ("lib"    . "shared libraries")
    ("static" . "static libraries")
    ("out"    . "everything else")))

(define (output-synopsis package output)
  (or (any (match-lambda
             (('output-synopsis (? (lambda (key) (equal? key output))) text . _)
              text)
             (_ #f))
           (package-properties package))
      (and (equal? (package-outputs package) '("out"))
           "everything")
      (assoc-ref %output-synopses output)
      "[description missing]"))

(define (outputs-field package)
  (string-join (map (lambda (output)
                      (string-append (clean output) " "
                                     (clean (output-synopsis package output))))
                    (package-outputs package))
               (string %line-break)))

(define (inputs->packages inputs)
  (filter-map (match-lambda
                ((_ (? package? package) . _) package)
                (_ #f))
              inputs))

(define (dependencies-field package)
  (string-join (sort (delete-duplicates
                      (map package-full-name
                           (inputs->packages (package-direct-inputs package))))
                     string<?)
               " "))

(define (make-systems-of)
  "Return a procedure that returns the systems on which a package and all of its inputs
can be built; it remembers what it returned."
  (define known (make-hash-table))      ;package -> systems

  (define (direct-inputs package)
    ;; A package that cannot be lowered is listed all the same.
    (or (false-if-exception
         (inputs->packages
          (bag-direct-inputs (package->bag package (%current-system) #f))))
        '()))

  (define (systems-of package)
    (or (hashq-ref known package)
        (begin
          ;; What a cycle finds; the package's own systems bound the result anyway.
          (hashq-set! known package (package-supported-systems package))
          (let ((systems (fold (lambda (input systems)
                                 (lset-intersection string=? systems
                                                    (systems-of input)))
                               (package-supported-systems package)
                               (direct-inputs package))))
            (hashq-set! known package systems)
            systems))))

  systems-of)

(define (license-field package)
  (match (package-license package)
    ((? license? license) (license-name license))
    (((? license? licenses) ..1)
     (string-join (map license-name licenses) ", "))
    (_ "")))

(define (location-field package)
  (match (package-location package)
    (#f "")
    (location
     (string-append (location-file location) ":"
                    (number->string (location-line location)) ":"
                    (number->string (location-column location))))))

;; What names of packages begin with if their authors' names do not.
(define %prefixes
  '("cl-" "ecl-" "emacs-" "ghc-" "go-" "guile-" "java-" "julia-" "lua-" "minetest-"
    "node-" "ocaml-" "perl-" "python-" "r-" "ruby-" "rust-" "sbcl-" "texlive-"))

(define (upstream-name-field package)
  (define name (package-name package))

  (or (assq-ref (package-properties package) 'upstream-name)
      (and=> (find (lambda (prefix) (string-prefix? prefix name)) %prefixes)
             (lambda (prefix) (string-drop name (string-length prefix))))
      ""))

(define (package-fields package systems-of)
  "Return the fields of PACKAGE, pairs of strings, in the order in which they are shown."
  `(("name"          . ,(clean (package-name package)))
    ("version"       . ,(clean (package-version package)))
    ("outputs"       . ,(outputs-field package))
    ("systems"       . ,(clean (string-join (systems-of package) " ")))
    ("dependencies"  . ,(clean (dependencies-field package)))
    ("location"      . ,(clean (location-field package)))
    ("homepage"      . ,(clean (package-home-page package)))
    ("license"       . ,(clean (license-field package)))
    ("synopsis"      . ,(clean (package-synopsis package)))
    ("description"   . ,(match (package-description package)
                          ((? string? text) (texinfo->text text))
                          (_ "")))
    ("upstream-name" . ,(clean (upstream-name-field package)))
    ("superseded"    . ,(match (package-superseded package)
                          ((? package? successor)
                           (clean (package-name successor)))
                          (_ "")))
    ("hidden"        . ,(if (hidden-package? package) "yes" ""))))


;;;
;;; The index.
;;;

(define (write-fields fields port)
  (for-each (match-lambda
              ((_ . "") #t)
              ((key . value)
               (put-string port key)
               (put-char port #\space)
               (put-string port value)
               (put-char port #\newline)))
            fields)
  (put-char port #\newline))

(define (package<? a b)
  (let ((one   (map cdr a))
        (other (map cdr b)))
    (let loop ((one one) (other other))
      (cond ((null? one) #f)
            ((string=? (car one) (car other)) (loop (cdr one) (cdr other)))
            (else (string<? (car one) (car other)))))))

(define* (package-records #:optional (files '()))
  "Return, as a string, the index of all packages in the search path; FILES, relative to
the channel, define them.  The result depends on neither locale nor order of definitions."
  (define systems-of (make-systems-of))

  (define packages
    (sort (fold-packages (lambda (package result)
                           (cons (package-fields package systems-of) result))
                         '()
                         #:select? (const #t))
          package<?))

  (call-with-output-string
    (lambda (port)
      (put-string port %first-line)
      (put-char port #\newline)
      (write-fields `(("system" . ,(%current-system))
                      ,@(map (lambda (file) (cons "file" file)) files))
                    port)
      (for-each (lambda (fields) (write-fields fields port)) packages)
      (put-string port (string-append "end " (number->string (length packages)) "\n")))))
