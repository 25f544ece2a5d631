;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build system of packages that Meson configures and Ninja builds.
(define-module (guix build-system meson)
  #:use-module (guix build-system)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:use-module (guix utils)
  #:export (%meson-build-system-modules
            meson-build
            meson-build-system))

(define %meson-build-system-modules
  `((guix build meson-build-system)
    ,@%default-gnu-imported-modules))

(define (build-tool name)
  ;; Late, because these packages are made by build systems, too.
  (module-ref (resolve-interface '(gnu packages build-tools)) name))

(define* (lower name #:key (meson (build-tool 'meson)) (ninja (build-tool 'ninja))
                #:allow-other-keys #:rest arguments)
  (apply lower-with-standard-packages name meson-build '(#:meson #:ninja)
         #:extra-build-inputs `(("meson" ,meson)
                                ("ninja" ,ninja))
         arguments))

(define* (builder-arguments #:key
                            system
                            (configure-flags ''())
                            (build-type "debugoptimized")
                            (tests? #t)
                            (test-options ''())
                            (parallel-build? #t)
                            (parallel-tests? #t)
                            (patch-shebangs? #t)
                            (strip-binaries? #t)
                            (strip-flags %strip-flags)
                            (strip-directories %strip-directories)
                            (validate-runpath? #t))
  "Return the keyword arguments of the builder that a package may give, with their
defaults."
  (list #:configure-flags (phases->gexp configure-flags)
        #:build-type build-type
        #:tests? tests?
        #:test-options (phases->gexp test-options)
        #:parallel-build? parallel-build?
        #:parallel-tests? parallel-tests?
        #:patch-shebangs? patch-shebangs?
        #:strip-binaries? strip-binaries?
        #:strip-flags (phases->gexp strip-flags)
        #:strip-directories (phases->gexp strip-directories)
        #:validate-runpath? validate-runpath?))

(define meson-build
  ;; What builds a source that has a 'meson.build'.
  (phase-based-build 'meson-build builder-arguments
                     %meson-build-system-modules
                     '((guix build meson-build-system)
                       (guix build utils))))

(define meson-build-system
  (build-system
    (name 'meson)
    (description "The build system of packages that use Meson")
    (lower lower)))
