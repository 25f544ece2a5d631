;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Checks of packages: mistakes that a build does not find, and what readers expect.
(define-module (guix lint)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix lint arguments)
  #:use-module (guix lint formatting)
  #:use-module (guix lint inputs)
  #:use-module (guix lint lowering)
  #:use-module (guix lint sources)
  #:use-module (guix lint texts)
  #:use-module (guix lint warning)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:re-export (check-name
               check-synopsis-style
               check-description-style
               check-license
               check-home-page
               check-inputs-should-be-native
               check-inputs-should-not-be-an-input-at-all
               check-inputs-should-use-a-minimal-variant
               check-input-labels
               check-wrapper-inputs
               check-patch-file-names
               check-patch-headers
               check-derivation
               check-profile-collisions
               check-source-file-name
               check-source-unstable-tarball
               check-optional-tests
               check-mirror-url
               check-formatting
               check-misplaced-flags
               check-tests-true
               check-compiler-for-target

               lint-warning
               lint-warning?
               lint-warning-package
               lint-warning-message
               lint-warning-message-text
               lint-warning-message-data
               lint-warning-location)
  #:export (lint-checker
            lint-checker?
            lint-checker-name
            lint-checker-description
            lint-checker-check
            lint-checker-requires-store?

            %local-checkers
            %network-dependent-checkers
            %all-checkers))

(define-record-type* <lint-checker> lint-checker make-lint-checker
  lint-checker?
  this-lint-checker
  (name            lint-checker-name)           ;symbol
  (description     lint-checker-description)    ;string
  (check           lint-checker-check)          ;package -> list of warnings
  (requires-store? lint-checker-requires-store? ;whether it takes '#:store', too
                   (default #f)))

(define-syntax-rule (checkers (name* check* description*) ...)
  (list (lint-checker (name 'name*) (description description*) (check check*))
        ...))

(define %local-checkers
  (append
   (checkers
    (name check-name "the name has hyphens instead of underscores")
    (synopsis check-synopsis-style "the style of synopses")
    (description check-description-style "the style of descriptions")
    (license check-license "the license is one of (guix licenses)")
    (home-page check-home-page "the form of the home page's address; no server is asked")
    (inputs-should-be-native check-inputs-should-be-native
                             "tools of the build are native inputs")
    (inputs-should-not-be-input check-inputs-should-not-be-an-input-at-all
                                "inputs that no package should have")
    (inputs-should-be-minimal check-inputs-should-use-a-minimal-variant
                              "inputs of which there is a smaller variant")
    (input-labels check-input-labels "labels of inputs are names of packages")
    (wrapper-inputs check-wrapper-inputs
                    "packages that use 'wrap-program' have a shell among their inputs")
    (optional-tests check-optional-tests "the phase 'check' respects '#:tests?'")
    (tests-true check-tests-true "'#:tests?' is not #t for all targets")
    (compiler-for-target check-compiler-for-target
                         "a cross-compiler is used where one is needed")
    (misplaced-flags check-misplaced-flags
                     "flags for which the build system has a keyword")
    (mirror-url check-mirror-url "mirrors are known")
    (source-file-name check-source-file-name
                      "the source's file name says which package it is of")
    (source-unstable-tarball check-source-unstable-tarball
                             "the source is not an archive that is made on demand")
    (patch-file-names check-patch-file-names
                      "patches exist, and are named after their package")
    (patch-headers check-patch-headers "patches say what they are for")
    (formatting check-formatting
                "tabulators, trailing white space and long lines in the definition"))
   (list (lint-checker
          (name 'derivation)
          (description "the package can be made a derivation on each of its systems")
          (check check-derivation)
          (requires-store? #t))
         (lint-checker
          (name 'profile-collisions)
          (description "what the package propagates fits into one profile")
          (check check-profile-collisions)
          (requires-store? #t)))))

(define (unavailable name)
  "Return the procedure of the checker called NAME, which this implementation lacks."
  (lambda* (package #:rest _)
    (raise (make-compound-condition
            (formatted-message
             (G_ "checker '~a' is not available: it asks servers, which nacre does \
not do yet")
             name)
            (condition
             (&fix-hint
              (hint (G_ "'nacre lint --list-checkers' lists those that are"))))))))

(define-syntax-rule (unavailable-checkers (name* description*) ...)
  (list (lint-checker (name 'name*) (description description*)
                      (check (unavailable 'name*)))
        ...))

;; Not available: they are listed so that scripts that name them get a clear error.
(define %network-dependent-checkers
  (unavailable-checkers
   (source "the source's addresses answer")
   (github-url "the source's address is where its server redirects to")
   (gnu-description "texts of GNU packages are those of the GNU project")
   (cve "known vulnerabilities")
   (refresh "newer releases of the authors")
   (archival "the source is in the Software Heritage archive")
   (haskell-stackage "versions of Haskell packages are those of a Stackage release")))

(define %all-checkers
  (append %local-checkers %network-dependent-checkers))
