;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build system of packages whose files only need to be put in place.
(define-module (guix build-system copy)
  #:use-module (guix build-system)
  #:use-module (guix build-system gnu)
  #:use-module (guix utils)
  #:export (%copy-build-system-modules
            copy-build
            copy-build-system))

(define %copy-build-system-modules
  `((guix build copy-build-system)
    ,@%default-gnu-imported-modules))

(define* (lower name #:rest arguments)
  (apply lower-with-standard-packages name copy-build '() arguments))

(define* (copy-build name inputs
                     #:key
                     guile source
                     (outputs '("out"))
                     (install-plan ''(("." "./")))
                     (search-paths '())
                     (out-of-source? #t)
                     (patch-shebangs? #t)
                     (strip-binaries? #t)
                     (strip-flags %strip-flags)
                     (strip-directories %strip-directories)
                     (validate-runpath? #t)
                     (phases '%standard-phases)
                     (system (%current-system))
                     (imported-modules %copy-build-system-modules)
                     (modules '((guix build copy-build-system)
                                (guix build utils)))
                     (substitutable? #t)
                     allowed-references
                     disallowed-references)
  "Return, as a monadic value, the derivation NAME that copies files of SOURCE as
INSTALL-PLAN says."
  (phase-based-derivation
   name inputs 'copy-build
   #:source source #:outputs outputs #:search-paths search-paths
   #:system system #:guile guile
   #:imported-modules imported-modules #:modules modules
   #:phases phases
   #:substitutable? substitutable?
   #:allowed-references allowed-references
   #:disallowed-references disallowed-references
   #:arguments
   (list #:install-plan (phases->gexp install-plan)
         #:out-of-source? out-of-source?
         #:patch-shebangs? patch-shebangs?
         #:strip-binaries? strip-binaries?
         #:strip-flags (phases->gexp strip-flags)
         #:strip-directories (phases->gexp strip-directories)
         #:validate-runpath? validate-runpath?)))

(define copy-build-system
  (build-system
    (name 'copy)
    (description "The build system that copies files")
    (lower lower)))
