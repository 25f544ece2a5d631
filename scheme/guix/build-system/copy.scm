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

(define* (copy-build name inputs
                     #:key
                     guile source
                     (outputs '("out"))
                     (search-paths '())
                     (phases '%standard-phases)
                     (system (%current-system))
                     (imported-modules %copy-build-system-modules)
                     (modules %copy-modules)
                     (substitutable? #t)
                     allowed-references
                     disallowed-references
                     #:allow-other-keys
                     #:rest arguments)
  "Return, as a monadic value, the derivation NAME that copies files of SOURCE as
the keyword argument #:install-plan says.  See 'builder-arguments' for others."
  (phase-based-derivation
   name inputs 'copy-build
   #:source source #:outputs outputs #:search-paths search-paths
   #:system system #:guile guile
   #:imported-modules imported-modules #:modules modules
   #:phases phases
   #:substitutable? substitutable?
   #:allowed-references allowed-references
   #:disallowed-references disallowed-references
   #:arguments (apply builder-arguments
                      (strip-keyword-arguments (cons #:system %derivation-keywords)
                                               arguments))))

(define* (copy-cross-build name
                           #:key
                           target
                           guile source
                           (build-inputs '()) (host-inputs '()) (target-inputs '())
                           (outputs '("out"))
                           (search-paths '()) (native-search-paths '())
                           (phases '%standard-phases)
                           (system (%current-system))
                           (imported-modules %copy-build-system-modules)
                           (modules %copy-modules)
                           (substitutable? #t)
                           allowed-references
                           disallowed-references
                           #:allow-other-keys
                           #:rest arguments)
  "Return, as a monadic value, the derivation that does for TARGET what that of
'copy-build' does."
  (phase-based-cross-derivation
   name 'copy-build
   #:build-inputs build-inputs #:host-inputs host-inputs
   #:target-inputs target-inputs
   #:source source #:outputs outputs
   #:search-paths search-paths #:native-search-paths native-search-paths
   #:system system #:target target #:guile guile
   #:imported-modules imported-modules #:modules modules
   #:phases phases
   #:substitutable? substitutable?
   #:allowed-references allowed-references
   #:disallowed-references disallowed-references
   #:arguments (apply builder-arguments
                      (strip-keyword-arguments (cons #:system %derivation-keywords)
                                               arguments))))

(define copy-build-system
  (build-system
    (name 'copy)
    (description "The build system that copies files")
    (lower lower)))
