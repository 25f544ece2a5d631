;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The language's side of the command line, in terms of the contract's names (docs/contract.md).
(define-module (nacre commands)
  #:use-module ((gnu packages)
                #:select (%package-module-path specification->package
                          specification->package+output
                          specifications->manifest))
  #:use-module ((guix derivations) #:select (derivation-file-name derivation?))
  #:use-module ((guix diagnostics)
                #:select (&error-location &fix-hint formatted-message
                          source-properties->location))
  #:use-module ((guix gexp)
                #:select (file-like? gexp->derivation gexp? lower-object))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix packages)
                #:select (%supported-systems package-full-name package-name
                          package-source package-supported-systems package?))
  #:use-module ((guix profiles)
                #:select (concatenate-manifests manifest manifest-entries
                          manifest-entry-item manifest-entry-output
                          manifest-entry? manifest?
                          package->development-manifest
                          package->manifest-entry))
  #:use-module ((guix store) #:select (%store-prefix run-with-store))
  #:use-module ((guix utils) #:select (%current-system))
  #:autoload   (nacre evaluation) (last-form-source)
  #:use-module (nacre channel)
  #:use-module (nacre printing)
  #:use-module (nacre transformations)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (add-package-directories!
            objects->requests
            objects->manifest
            object->entries
            check-manifest
            build-systems
            build-targets))

(define (add-package-directories! directories)
  "Look for packages in DIRECTORIES, too."
  (%package-module-path (append directories (%package-module-path))))

(define (origin-location origin)
  "Return the location of the last expression of ORIGIN if that is a file, or #f."
  (and (file-exists? origin)
       (eq? 'regular (stat:type (stat origin)))
       (source-properties->location (last-form-source origin))))

(define (raise-unusable value origin wanted)
  "Raise an error: ORIGIN, the name of a file or of other code of the user's,
evaluates to VALUE, which is not WANTED."
  (define location (origin-location origin))

  (define problem
    (condition
     (&message
      (message (format #f (G_ "~a evaluates to ~s, which is not ~a")
                       (if location (G_ "the last expression") origin)
                       (printable value) wanted)))
     (&fix-hint
      (hint (format #f (G_ "the last expression has to return ~a")
                    wanted)))))

  (raise (if location
             (make-compound-condition
              problem
              (condition (&error-location (location location))))
             problem)))

(define (check-manifest value origin)
  "Return VALUE, which ORIGIN evaluates to; raise an error if it is not a manifest."
  (unless (manifest? value)
    (raise-unusable value origin
                    (G_ "a manifest, as 'specifications->manifest' returns")))
  value)


;;;
;;; Building.
;;;

(define (derivation->request drv outputs)
  (cons (derivation-file-name drv) outputs))

(define (check-system package system)
  (unless (member system (package-supported-systems package))
    (raise (condition
            (&message
             (message (format #f (G_ "package '~a' does not support '~a'")
                              (package-full-name package) system)))
            (&fix-hint
             (hint (format #f (G_ "it supports ~a")
                           (string-join (package-supported-systems package)
                                        ", "))))))))

(define (lower store object system target outputs)
  "Return the request for OUTPUTS of OBJECT, all if OUTPUTS is empty."
  (when (package? object)
    (check-system object system))
  (match (run-with-store store
           (lower-object object system #:target target)
           #:system system #:target target)
    ((? derivation? drv)  (derivation->request drv outputs))
    ((? string? item)     item)))

(define (store-item? specification)
  (string-prefix? (string-append (%store-prefix) "/") specification))

(define (specification->request store specification transform
                                system target source?)
  (if (store-item? specification)
      (if (string-suffix? ".drv" specification)
          (list specification)
          specification)
      (call-with-values
          (lambda () (specification->package+output specification #f))
        (lambda (package output)
          (let ((package (transform package)))
            (if source?
                (source->request store package system)
                (lower store package system target
                       (if output (list output) '()))))))))

(define (source->request store package system)
  (match (package-source package)
    (#f
     (raise (formatted-message (G_ "package '~a' has no source")
                               (package-name package))))
    (source
     (lower store source system #f '()))))

(define (object->requests store object origin transform system target source?)
  "Return the requests for OBJECT, the value of the code at ORIGIN, with TRANSFORM applied
to packages."
  (match object
    ((? package? package)
     (let ((package (transform package)))
       (list (if source?
                 (source->request store package system)
                 (lower store package system target '())))))
    ((? derivation? drv)
     (list (derivation->request drv '())))
    ((? manifest? manifest)
     (manifest->requests store manifest transform system target source?))
    ((? gexp? gexp)
     (list (derivation->request
            (run-with-store store
              (gexp->derivation "gexp" gexp #:system system #:target target)
              #:system system #:target target)
            '())))
    ((? file-like? file)
     (list (lower store file system target '())))
    ((? procedure? monadic)
     (object->requests store
                       (run-with-store store monadic
                         #:system system #:target target)
                       origin transform system target source?))
    ((? string? item)
     (if (store-item? item)
         (list item)
         (raise-unusable object origin (G_ "something that can be built"))))
    ((objects ...)
     (append-map (lambda (object)
                   (object->requests store object origin transform
                                     system target source?))
                 objects))
    (_
     (raise-unusable object origin (G_ "something that can be built")))))

(define (manifest->requests store manifest transform system target source?)
  (map (lambda (entry)
         (match (transform (manifest-entry-item entry))
           ((? package? package)
            (if source?
                (source->request store package system)
                (lower store package system target
                       (list (manifest-entry-output entry)))))
           ((? string? item)
            item)
           (item
            (lower store item system target
                   (list (manifest-entry-output entry))))))
       (manifest-entries manifest)))

(define* (objects->requests store specifications objects manifests
                            system target source?
                            #:key (transformations '()))
  "Return what to ask the store to build: a list of store paths and of lists
of a derivation's file name and outputs, all if there are none.  SPECIFICATIONS
are strings; OBJECTS and MANIFESTS pairs of a value and the name of the code that
evaluated to it; SYSTEM and TARGET strings or #f; TRANSFORMATIONS are changes of
packages, as 'options->transformation' takes them."
  (let ((system    (or system (%current-system)))
        (transform (transformation transformations)))
    (append (map (lambda (specification)
                   (specification->request store specification transform
                                           system target source?))
                 specifications)
            (append-map (match-lambda
                          ((object . origin)
                           (object->requests store object origin transform
                                             system target source?)))
                        objects)
            (append-map (match-lambda
                          ((value . origin)
                           (manifest->requests store
                                               (check-manifest value origin)
                                               transform
                                               system target source?)))
                        manifests))))

(define (build-systems)
  "Return the possible values of --system."
  %supported-systems)

(define (build-targets)
  "Return the possible values of --target; raise an error if the channel does not
list them."
  (or (channel-value '(gnu packages cross-base) '%cross-triplets)
      (raise (condition
              (&message
               (message (G_ "this channel does not list the targets that it can \
build for")))
              (&fix-hint
               (hint (G_ "--target takes a GNU triplet, such as aarch64-linux-gnu")))))))


;;;
;;; Packing.
;;;

(define (object->entries object origin)
  "Return the entries for OBJECT, the value of the code at ORIGIN."
  (match object
    ((? package? package)
     (list (package->manifest-entry package)))
    (((? package? package) (? string? output))
     (list (package->manifest-entry package output)))
    ((? manifest-entry? entry)
     (list entry))
    ((? manifest? manifest)
     (manifest-entries manifest))
    ((objects ..1)
     (append-map (lambda (object)
                   (object->entries object origin))
                 objects))
    (_
     (raise-unusable object origin (G_ "a package")))))

(define (object->packages object origin)
  (match object
    ((? package? package)
     (list package))
    (((? package? package) (? string? output))
     (list package))
    ((objects ..1)
     (append-map (lambda (object)
                   (object->packages object origin))
                 objects))
    (_
     (raise-unusable object origin (G_ "a package")))))

(define* (objects->manifest specifications objects manifests
                            #:key (development-specifications '())
                            (development-objects '()) system target
                            (transformations '()))
  "Return the manifest of all of SPECIFICATIONS, OBJECTS and MANIFESTS (see
objects->requests), and of the build inputs of DEVELOPMENT-SPECIFICATIONS and
DEVELOPMENT-OBJECTS, on SYSTEM or for TARGET; all packages are changed as
TRANSFORMATIONS says."
  (define transform
    (transformation transformations))

  (define (development-manifest package)
    (package->development-manifest (transform package)
                                   (or system (%current-system))
                                   #:target target))

  (concatenate-manifests
   (append (map (match-lambda
                  ((value . origin)
                   (transform-manifest transform (check-manifest value origin))))
                manifests)
           (map (lambda (manifest)
                  (transform-manifest transform manifest))
                (list (specifications->manifest specifications)
                      (manifest (append-map (match-lambda
                                              ((object . origin)
                                               (object->entries object origin)))
                                            objects))))
           (map (compose development-manifest specification->package)
                development-specifications)
           (append-map (match-lambda
                         ((object . origin)
                          (map development-manifest
                               (object->packages object origin))))
                       development-objects))))
