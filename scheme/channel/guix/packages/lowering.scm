;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Packages as derivations, and the Guile that runs their builders.
(define-module (guix packages lowering)
  #:use-module (guix derivations)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix packages bag)
  #:use-module (guix packages record)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (ice-9 match)
  #:export (package->derivation
            package->cross-derivation
            package-derivation
            package-cross-derivation
            package-source-derivation
            package-output
            package-file
            default-guile
            default-guile-derivation
            guile-for-grafts
            package-grafts
            set-guile-for-build))

(define (default-guile)
  "Return the package of the Guile that runs builders."
  (module-ref (resolve-interface '(gnu packages commencement))
              'guile-final))

(define* (default-guile-derivation #:optional (system (%current-system)))
  "Return as a monadic value the derivation of the Guile that runs builders."
  (package->derivation (default-guile) system))

(define guile-for-grafts default-guile)

(define* (package-grafts store package #:optional (system (%current-system))
                         #:key target)
  "Return the grafts that apply to PACKAGE: none, because replacements are built in
place."
  '())

(define (set-guile-for-build guile)
  "Make the package GUILE run later builders, in %store-monad."
  (lambda (store)
    (let ((previous (%guile-for-build)))
      (%guile-for-build (package-derivation store guile))
      (values previous store))))

(define (lower-package package system target)
  (bag->derivation (package->bag package system target) package))

(define* (package->derivation package #:optional (system (%current-system))
                              #:key (graft? (%graft?)))
  "Return as a monadic value the derivation of PACKAGE for SYSTEM; with GRAFT?, that
of its replacement, if it has one."
  (store-parameterize ((%graft? graft?))
    (lower-object package system #:target #f)))

(define* (package->cross-derivation package target
                                    #:optional (system (%current-system))
                                    #:key (graft? (%graft?)))
  "Return as a monadic value the derivation of PACKAGE, or with GRAFT? of its
replacement, that SYSTEM builds for TARGET."
  (store-parameterize ((%graft? graft?))
    (lower-object package system #:target target)))

;; Dependents of a package with a replacement are built with it, not grafted.
(define-gexp-compiler (package-compiler (package <package>) system target)
  (match (and (%graft?) (package-replacement package))
    (#f          (lower-package package system target))
    (replacement (lower-object replacement system #:target target))))

(define* (package-derivation store package #:optional
                             (system (%current-system))
                             #:key (graft? (%graft?)))
  "Return the derivation of PACKAGE for SYSTEM."
  (run-with-store store (package->derivation package system #:graft? graft?)
                  #:system system))

(define* (package-cross-derivation store package target #:optional
                                   (system (%current-system))
                                   #:key (graft? (%graft?)))
  "Return the derivation of PACKAGE that SYSTEM builds for TARGET."
  (run-with-store store (package->cross-derivation package target system
                                                   #:graft? graft?)
                  #:system system #:target target))

(define* (package-source-derivation store source #:optional
                                    (system (%current-system)))
  "Return the derivation of SOURCE, an origin or other file-like object, or its
path when there is nothing to build, or when SOURCE is the name of a file."
  (match source
    ((and (? string?) (? direct-store-path? item))
     item)
    ((? string? file)
     (add-to-store store (basename file) #t "sha256" file))
    (_
     (run-with-store store (lower-object source system) #:system system))))

(define* (package-output store package #:optional (output "out")
                         (system (%current-system)))
  "Return the path of OUTPUT of PACKAGE."
  (derivation->output-path (package-derivation store package system) output))

(define* (package-file package #:optional file #:key
                       system (output "out") target)
  "Return as a monadic value the name of FILE in OUTPUT of PACKAGE, or of the
output."
  (mlet* %store-monad ((system (if system (return system) (current-system)))
                       (drv    (lower-object package system #:target target)))
    (return (let ((path (derivation->output-path drv output)))
              (if file (string-append path "/" file) path)))))
