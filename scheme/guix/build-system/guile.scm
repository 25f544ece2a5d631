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

(define* (guile-build name inputs
                      #:key
                      guile source
                      (outputs '("out"))
                      (search-paths '())
                      (source-directory ".")
                      (scheme-file-regexp "\\.scm$")
                      (not-compiled-file-regexp #f)
                      (compile-options ''())
                      (phases '%standard-phases)
                      (system (%current-system))
                      (imported-modules %guile-build-system-modules)
                      (modules '((guix build guile-build-system)
                                 (guix build utils)))
                      (substitutable? #t)
                      allowed-references
                      disallowed-references)
  "Return, as a monadic value, the derivation NAME that installs and compiles the
Guile modules of SOURCE."
  (phase-based-derivation
   name inputs 'guile-build
   #:source source #:outputs outputs #:search-paths search-paths
   #:system system #:guile guile
   #:imported-modules imported-modules #:modules modules
   #:phases phases
   #:substitutable? substitutable?
   #:allowed-references allowed-references
   #:disallowed-references disallowed-references
   #:arguments
   (list #:source-directory source-directory
         #:scheme-file-regexp scheme-file-regexp
         #:not-compiled-file-regexp not-compiled-file-regexp
         #:compile-options (phases->gexp compile-options))))

(define guile-build-system
  (build-system
    (name 'guile)
    (description "The build system of packages of Guile modules")
    (lower lower)))
