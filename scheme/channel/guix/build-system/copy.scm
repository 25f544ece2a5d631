;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build system of packages whose files only need to be put in place.
(define-module (guix build-system copy)
  #:use-module (guix build-system)
  #:use-module (guix build-system gnu)
  #:use-module (guix utils)
  #:export (%copy-build-system-modules
            copy-build
            copy-cross-build
            copy-build-system))

(define %copy-build-system-modules
  `((guix build copy-build-system)
    ,@%default-gnu-imported-modules))

(define %copy-modules
  '((guix build copy-build-system)
    (guix build utils)))

(define* (lower name #:rest arguments)
  (apply lower-with-standard-packages name copy-build '()
         #:cross-build copy-cross-build
         arguments))

(define* (builder-arguments #:key
                            system
                            (install-plan ''(("." "./")))
                            (out-of-source? #t)
                            (patch-shebangs? #t)
                            (strip-binaries? #t)
                            (strip-flags %strip-flags)
                            (strip-directories %strip-directories)
                            (validate-runpath? #t))
  "Return the keyword arguments of the builder that a package may give, with their
defaults."
  (list #:install-plan (phases->gexp install-plan)
        #:out-of-source? out-of-source?
        #:patch-shebangs? patch-shebangs?
        #:strip-binaries? strip-binaries?
        #:strip-flags (phases->gexp strip-flags)
        #:strip-directories (phases->gexp strip-directories)
        #:validate-runpath? validate-runpath?))

(define copy-build
  ;; What copies files of the source as the keyword argument #:install-plan says.
  (phase-based-build 'copy-build builder-arguments
                     %copy-build-system-modules %copy-modules))

(define copy-cross-build
  (phase-based-cross-build 'copy-build builder-arguments
                           %copy-build-system-modules %copy-modules))

(define copy-build-system
  (build-system
    (name 'copy)
    (description "The build system that copies files")
    (lower lower)))
