;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; G-expressions: code to run in a build, together with its references.  Each of the
;;; modules below holds a part; programs use this one.
(define-module (guix gexp)
  #:use-module (guix gexp records)
  #:use-module (guix gexp syntax)
  #:use-module (guix gexp compilers)
  #:use-module (guix gexp objects)
  #:use-module (guix gexp lowering)
  #:use-module (guix gexp derivation)
  #:use-module (guix gexp files)
  #:use-module (guix gexp modules)
  #:use-module (guix gexp computed-files)
  #:use-module (guix gexp build-variables)
  #:re-export (gexp?
               sexp->gexp
               gexp-location
               gexp-input
               gexp-input?
               gexp-input-thing
               gexp-input-output
               gexp-input-native?
               &gexp-error
               gexp-error?
               &gexp-input-error
               gexp-input-error?
               gexp-error-invalid-input

               gexp
               ungexp
               ungexp-native
               ungexp-splicing
               ungexp-native-splicing
               with-imported-modules
               with-extensions

               define-gexp-compiler
               gexp-compiler?
               file-like?
               lower-object

               let-system
               delayed-object
               delayed-object?
               delayed-object-promise
               with-parameters
               file-append
               file-append?
               file-append-base
               file-append-suffix
               raw-derivation-file
               raw-derivation-file?
               parameterized?

               gexp->approximate-sexp
               gexp-modules
               gexp-extensions

               lower-gexp
               lowered-gexp?
               lowered-gexp-sexp
               lowered-gexp-inputs
               lowered-gexp-sources
               lowered-gexp-guile
               lowered-gexp-load-path
               lowered-gexp-load-compiled-path
               gexp->derivation

               local-file
               local-file?
               assume-valid-file-name
               assume-source-relative-file-name
               local-file-file
               local-file-absolute-file-name
               local-file-name
               local-file-recursive?
               local-file-select?
               plain-file
               plain-file?
               plain-file-name
               plain-file-content

               load-path-expression
               imported-files
               imported-modules
               compiled-modules

               computed-file
               computed-file?
               computed-file-name
               computed-file-gexp
               computed-file-options
               program-file
               program-file?
               program-file-name
               program-file-gexp
               program-file-guile
               program-file-module-path
               scheme-file
               scheme-file?
               scheme-file-name
               scheme-file-gexp
               gexp->file
               gexp->script
               text-file*
               mixed-text-file
               file-union
               directory-union
               symlink-to
               references-file

               with-build-variables
               input-tuples->gexp
               outputs->gexp))
