;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Manifest entries of packages, and packages of manifest entries.
(define-module (guix profiles entries)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module ((guix packages record) #:select (raise-dependency-cycle))
  #:use-module (guix profiles manifests)
  #:use-module (guix store)
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (default-package-properties
            package->manifest-entry
            packages->manifest
            package->development-manifest
            lower-entry-item
            lower-manifest-entry
            manifest->code))

(define (default-package-properties package)
  "Return the properties of the entry for PACKAGE: what it was transformed by."
  (match (assq 'transformations (package-properties package))
    (#f '())
    (transformations (list transformations))))

(define* (package->manifest-entry package #:optional (output "out")
                                  #:key (parent (delay #f))
                                  (properties
                                   (default-package-properties package)))
  "Return the entry for OUTPUT of PACKAGE; its dependencies are the packages that
PACKAGE propagates."
  ;; DEPENDENTS are the packages that propagate PACKAGE, the nearest first.
  (define (make-entry package output parent properties dependents)
    (define cycle
      (memq package (reverse dependents)))

    (when cycle
      (raise-dependency-cycle (append cycle (list package))))
    (define entry
      (manifest-entry
       (name (package-name package))
       (version (package-version package))
       (output output)
       (item package)
       (dependencies
        (filter-map (match-lambda
                      ((_ (? package? dependency) . output)
                       (make-entry dependency
                                   (match output (() "out") ((output) output))
                                   (delay entry)
                                   (default-package-properties dependency)
                                   (cons package dependents)))
                      (_ #f))
                    (package-propagated-inputs package)))
       (search-paths (package-transitive-native-search-paths package))
       (parent parent)
       (properties properties)))

    entry)

  (make-entry package output parent properties '()))

(define* (packages->manifest packages
                             #:key (properties default-package-properties))
  "Return the manifest of PACKAGES, each being a package, a list of a package and
an output, or an entry.  PROPERTIES gives the properties of a package's entry."
  (define (package->entry package output)
    (package->manifest-entry package output
                             #:properties (properties package)))

  (manifest
   (map (match-lambda
          (((? package? package) output) (package->entry package output))
          ((? package? package) (package->entry package "out"))
          ((? manifest-entry? entry) entry)
          (other
           (raise (formatted-message
                   (G_ "~s is neither a package nor a list of a package and an output")
                   other))))
        (delete-duplicates packages same-package?))))

(define (same-package? a b)
  (or (eq? a b)
      (match (list a b)
        (((a (? string? output-a)) (b (? string? output-b)))
         (and (eq? a b) (string=? output-a output-b)))
        (_ #f))))

(define* (package->development-manifest package
                                        #:optional (system (%current-system))
                                        #:key target)
  "Return the manifest of PACKAGE's build inputs."
  (manifest
   (filter-map (match-lambda
                 ((_ (? package? input))
                  (package->manifest-entry input))
                 ((_ (? package? input) output)
                  (package->manifest-entry input output))
                 (_ #f))
               (bag-transitive-inputs
                (package->bag package system target)))))

(define* (lower-entry-item entry system #:optional target)
  "Return as a monadic value the lowered item of ENTRY, a derivation or a store path."
  (match (manifest-entry-item entry)
    ((? string? item)
     (if (direct-store-path? item)
         (with-monad %store-monad
           (return item))
         (raise (make-compound-condition
                 (formatted-message
                  (G_ "the item '~a' of the manifest entry '~a' is not a store item")
                  item (manifest-entry-name entry))
                 (condition
                  (&fix-hint
                   (hint (G_ "it has to be a package, another file-like object, \
or the name of a file right below /gnu/store"))))))))
    (item
     (lower-object item system #:target target))))

(define* (lower-manifest-entry entry system #:key target)
  "Return as a monadic value ENTRY with store paths as its item and as those of its
dependencies."
  (if (string? (manifest-entry-item entry))
      (with-monad %store-monad
        (return entry))
      (mlet %store-monad ((lowered (lower-entry-item entry system target))
                          (dependencies
                           (mapm %store-monad
                                 (lambda (entry)
                                   (lower-manifest-entry entry system
                                                         #:target target))
                                 (manifest-entry-dependencies entry))))
        (return (manifest-entry
                 (inherit entry)
                 (item (if (derivation? lowered)
                           (derivation->output-path
                            lowered (manifest-entry-output entry))
                           lowered))
                 (dependencies dependencies))))))

(define* (manifest->code manifest #:key (entry-package-version (const "")))
  "Return code, a 'begin' form, for a manifest with the packages of MANIFEST.  It names
them, with the version that ENTRY-PACKAGE-VERSION gives for an entry unless that is \"\",
and applies the transformations that their entries record."
  (define (transformations entry)
    (assq-ref (manifest-entry-properties entry) 'transformations))

  (define (specification entry)
    (match (entry-package-version entry)
      (""      (manifest-entry-name entry))
      (version (string-append (manifest-entry-name entry) "@" version))))

  (define (specification-with-output entry)
    (match (manifest-entry-output entry)
      ("out"  (specification entry))
      (output (string-append (specification entry) ":" output))))

  (define variables                     ;OPTIONS -> variable
    (let ((options (delete-duplicates
                    (filter-map transformations (manifest-entries manifest)))))
      (map (lambda (options number)
             (cons options
                   (string->symbol (format #f "transform~a" number))))
           options
           (iota (length options) 1))))

  (define (package-code entry)
    (let* ((code    `(specification->package ,(specification entry)))
           (options (transformations entry))
           (code    (if options
                        (list (assoc-ref variables options) code)
                        code)))
      (match (manifest-entry-output entry)
        ("out"  code)
        (output `(list ,code ,output)))))

  (if (null? variables)
      `(begin
         (specifications->manifest
          (list ,@(map specification-with-output (manifest-entries manifest)))))
      `(begin
         (use-modules (guix transformations))
         ,@(map (match-lambda
                  ((options . variable)
                   `(define ,variable
                      (options->transformation ',options))))
                variables)
         (packages->manifest
          (list ,@(map package-code (manifest-entries manifest)))))))
