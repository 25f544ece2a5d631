;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build system of packages that are nothing but Guile modules.  The Guile
;;; that they are for is one of their native inputs.
(define-module (guix build-system guile)
  #:use-module (guix build-system)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:use-module (guix utils)
  #:export (%guile-build-system-modules
            guile-build
            guile-build-system))

(define %guile-build-system-modules
  `((guix build guile-build-system)
    ,@%default-gnu-imported-modules))

(define* (lower name #:rest arguments)
  (apply lower-with-standard-packages name guile-build '() arguments))

(define* (builder-arguments #:key
                            system
                            (source-directory ".")
                            (scheme-file-regexp "\\.scm$")
                            (not-compiled-file-regexp #f)
                            (compile-options ''()))
  "Return the keyword arguments of the builder that a package may give, with their
defaults."
  (list #:source-directory source-directory
        #:scheme-file-regexp scheme-file-regexp
        #:not-compiled-file-regexp not-compiled-file-regexp
        #:compile-options (phases->gexp compile-options)))

(define guile-build
  ;; What installs and compiles the Guile modules of a source.
  (phase-based-build 'guile-build builder-arguments
                     %guile-build-system-modules
                     '((guix build guile-build-system)
                       (guix build utils))))

(define guile-build-system
  (build-system
    (name 'guile)
    (description "The build system of packages of Guile modules")
    (lower lower)))
