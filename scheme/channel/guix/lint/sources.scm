;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Checks of the sources of packages and their patches.
(define-module (guix lint sources)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix git-download)
  #:use-module (guix lint warning)
  #:use-module (guix packages)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:export (check-patch-file-names
            check-patch-headers
            check-mirror-url
            check-source-file-name
            check-source-unstable-tarball))

(define (condition->message condition)
  (cond ((formatted-message? condition)
         (apply format #f (formatted-message-string condition)
                (formatted-message-arguments condition)))
        ((message-condition? condition)
         (condition-message condition))
        (else (object->string condition))))

(define (call-with-patches package proc)
  "Return what PROC returns for the list of patches of PACKAGE, or a warning if that
cannot be had: a patch is missing."
  (guard (c ((or (formatted-message? c) (message-condition? c))
             (list (make-warning package "~a" (list (condition->message c))
                                 #:field 'source))))
    (match (package-source package)
      ((? origin? origin) (proc (origin-patches origin)))
      (_ '()))))

(define (patch-name patch)
  "Return the name of PATCH, or #f if it is unknown."
  (match patch
    ((? string? file)     (basename file))
    ((? origin? origin)   (origin-actual-file-name origin))
    ((? local-file? file) (local-file-name file))
    (_ #f)))

;; An archive holds directories before the name; tar's oldest format takes 100 characters.
(define %longest-patch-name 152)

(define (check-patch-file-names package)
  "Check that the patches of PACKAGE exist, and are called after it."
  (define (check-name patch)
    (match (patch-name patch)
      (#f '())
      (name
       (append
        (warn-if (not (string-prefix? (package-name package) name))
                 package "file names of patches should start with the package name"
                 #:field 'source)
        (warn-if (> (string-length name) %longest-patch-name)
                 package "~a: file name is too long, which may break 'make dist'"
                 (list name) #:field 'source)))))

  (call-with-patches package
                     (lambda (patches) (append-map check-name patches))))

(define (patch-file patch)
  "Return the name of the file that PATCH is, or #f: an origin is not fetched."
  (match patch
    ((? string? file)     file)
    ((? local-file? file) (local-file-absolute-file-name file))
    (_ #f)))

(define (first-line-with-text file)
  (call-with-input-file file
    (lambda (port)
      (let loop ()
        (match (read-line port)
          ((? eof-object? end) end)
          ((? (lambda (line) (string-null? (string-trim-both line)))) (loop))
          (line line))))
    #:encoding "ISO-8859-1"))

(define (check-patch-headers package)
  "Check that the patches of PACKAGE say what they are for."
  (define (check-header file)
    (define name (basename file))

    (match (and (file-exists? file) (first-line-with-text file))
      (#f
       (list (make-warning package "~a: patch not found~%" (list name)
                           #:field 'source)))
      ((? eof-object?)
       (list (make-warning package "~a: empty patch" (list name) #:field 'source)))
      (line
       (warn-if (string-match "^(---|diff |Index: |===)" line)
                package "~a: patch lacks comment and upstream status"
                (list name) #:field 'source))))

  (call-with-patches package
                     (lambda (patches)
                       (append-map check-header (filter-map patch-file patches)))))


;;;
;;; Addresses.
;;;

(define (source-addresses package)
  "Return the addresses of PACKAGE's source."
  (match (package-source package)
    ((? origin? origin)
     (match (origin-uri origin)
       ((? string? address) (list address))
       (((? string? addresses) ...) addresses)
       (_ '())))
    (_ '())))

;; Those that the engine fetches from.
(define %mirrors '("debian"))

(define (check-mirror-url package)
  "Check that the mirrors of PACKAGE's source are known."
  (filter-map (lambda (address)
                (match (string-match "^mirror://([^/]*)/" address)
                  (#f #f)
                  (found
                   (let ((mirror (match:substring found 1)))
                     (and (not (member mirror %mirrors))
                          (make-warning package
                                        "mirror '~a' is not known here (known: ~a)"
                                        (list mirror (string-join %mirrors ", "))
                                        #:field 'source))))))
              (source-addresses package)))

(define (check-source-file-name package)
  "Check that the file name of PACKAGE's source says which package it is of."
  (define (meaningful? origin)
    (let ((name (and (not (git-checkout-without-name? origin))
                     (origin-actual-file-name origin))))
      (and name
           (not (string-match (string-append "^v?"
                                             (regexp-quote (package-version package)))
                              name)))))

  (match (package-source package)
    ((? origin? origin)
     (warn-if (not (meaningful? origin)) package
              "the source file name should contain the package name"
              #:field 'source))
    (_ '())))

(define (git-checkout-without-name? origin)
  (and (git-reference? (origin-uri origin))
       (not (origin-file-name origin))))

(define on-demand
  (make-regexp "^https://github\\.com/[^/]+/[^/]+/archive/"))

(define (check-source-unstable-tarball package)
  "Check that the source of PACKAGE is not an archive that a server makes when it is
asked: its bytes may change."
  (append-map (lambda (address)
                (warn-if (regexp-exec on-demand address) package
                         "the source URI should not be an autogenerated tarball"
                         #:field 'source))
              (source-addresses package)))
