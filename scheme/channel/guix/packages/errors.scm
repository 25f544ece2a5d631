;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The types of errors that name a package.
(define-module (guix packages errors)
  #:use-module (srfi srfi-35)
  #:export (&package-error
            package-error?
            package-error-package
            &package-license-error
            package-license-error?
            package-error-invalid-license
            &package-unsupported-target-error
            package-unsupported-target-error?
            package-unsupported-target-error-target
            &unsupported-cross-compilation-target-error
            unsupported-cross-compilation-target-error?
            unsupported-cross-compilation-target-error-build-system
            unsupported-cross-compilation-target-error-target
            &package-input-error
            package-input-error?
            package-error-invalid-input
            &package-cross-build-system-error
            package-cross-build-system-error?
            &package-cyclic-dependency-error
            package-cyclic-dependency-error?
            package-error-dependency-cycle))

(define-condition-type &package-error &error
  package-error?
  (package package-error-package))

(define-condition-type &package-license-error &package-error
  package-license-error?
  (license package-error-invalid-license))

(define-condition-type &package-input-error &package-error
  package-input-error?
  (input package-error-invalid-input))

(define-condition-type &package-cross-build-system-error &package-error
  package-cross-build-system-error?)

(define-condition-type &package-unsupported-target-error &package-error
  package-unsupported-target-error?
  (target package-unsupported-target-error-target))

(define-condition-type &unsupported-cross-compilation-target-error &error
  unsupported-cross-compilation-target-error?
  (build-system unsupported-cross-compilation-target-error-build-system)
  (target unsupported-cross-compilation-target-error-target))

(define-condition-type &package-cyclic-dependency-error &package-error
  package-cyclic-dependency-error?
  (dependency-cycle package-error-dependency-cycle))
