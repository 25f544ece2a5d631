;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build system of "./configure && make && make check && make install".
(define-module (guix build-system gnu)
  #:use-module (guix build-system)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (%default-gnu-imported-modules
            %default-gnu-modules
            %strip-flags
            %strip-directories
            gnu-build
            gnu-build-system
            standard-packages
            phases->gexp
            lower-with-standard-packages
            phase-based-derivation))

;; The modules that a build has at hand, and those its code uses.
(define %default-gnu-imported-modules
  '((guix build gnu-build-system)
    (guix build utils)
    (guix build gremlin)
    (guix elf)))

(define %default-gnu-modules
  '((guix build gnu-build-system)
    (guix build utils)))

(define %strip-flags
  ''("--strip-unneeded" "--enable-deterministic-archives"))

(define %strip-directories
  ''("lib" "lib64" "libexec" "bin" "sbin"))

(define (standard-packages)
  "Return the inputs that every package of gnu-build-system has, (LABEL PACKAGE)
tuples."
  ;; Late, because these packages are made by build systems themselves.
  (map (match-lambda
         ((label (? package? package) output ...)
          (cons* label package output)))
       (module-ref (resolve-interface '(gnu packages commencement))
                   '%final-inputs)))

(define (refuse-target target)
  (when target
    (raise (formatted-message
            (G_ "cannot cross-compile for '~a': this collection has no cross-compilers yet")
            target))))

(define* (lower-with-standard-packages name build private-keywords
                                       #:key source inputs native-inputs outputs
                                       target system (implicit-inputs? #t)
                                       (extra-build-inputs '())
                                       #:allow-other-keys
                                       #:rest arguments)
  "Return the bag of package NAME, which the procedure BUILD builds.  Arguments
named by PRIVATE-KEYWORDS do not reach BUILD."
  (refuse-target target)
  (bag
   (name name)
   (system system)
   (target target)
   (build-inputs `(,@(if source `(("source" ,source)) '())
                   ,@native-inputs
                   ,@extra-build-inputs
                   ,@(if implicit-inputs? (standard-packages) '())))
   (host-inputs inputs)
   (outputs outputs)
   (build build)
   (arguments (strip-keyword-arguments
               `(#:inputs #:native-inputs #:outputs #:target #:system
                 #:implicit-inputs? #:extra-build-inputs
                 ,@private-keywords)
               arguments))))

(define* (lower name #:rest arguments)
  (apply lower-with-standard-packages name gnu-build '() arguments))

(define (code->gexp code)
  ;; Arguments of packages are gexps, or lists as they were written before there were gexps.
  (if (pair? code) (sexp->gexp code) code))

(define phases->gexp code->gexp)

(define* (phase-based-derivation name inputs procedure
                                 #:key source outputs search-paths system
                                 imported-modules modules guile
                                 (phases '%standard-phases)
                                 (arguments '())
                                 (substitutable? #t)
                                 allowed-references disallowed-references)
  "Return, as a monadic value, the derivation that calls PROCEDURE, the name of
a procedure of one of MODULES, with SOURCE, INPUTS, OUTPUTS and PHASES and
ARGUMENTS, a list of keywords and gexps."
  (define builder
    (with-imported-modules imported-modules
      #~(begin
          (use-modules #$@(sexp->gexp modules))

          #$(with-build-variables inputs outputs
              #~(#$procedure #:name #$name
                             #:source #+source
                             #:system #$system
                             #:outputs %outputs
                             #:inputs %build-inputs
                             #:search-paths
                             '#$(sexp->gexp
                                 (map search-path-specification->sexp
                                      search-paths))
                             #:phases #$(code->gexp phases)
                             #$@arguments)))))

  (mlet %store-monad ((guile (package->derivation (or guile (default-guile))
                                                  system #:graft? #f)))
    (gexp->derivation name builder
                      #:system system
                      #:target #f
                      #:graft? #f
                      #:substitutable? substitutable?
                      #:allowed-references allowed-references
                      #:disallowed-references disallowed-references
                      #:guile-for-build guile)))

(define* (gnu-build name inputs
                    #:key
                    guile source
                    (outputs '("out"))
                    (search-paths '())
                    (bootstrap-scripts ''("bootstrap" "bootstrap.sh" "autogen.sh"))
                    (configure-flags ''())
                    (make-flags ''())
                    (out-of-source? #f)
                    (tests? #t)
                    (test-target "check")
                    (parallel-build? #t)
                    (parallel-tests? #t)
                    (patch-shebangs? #t)
                    (strip-binaries? #t)
                    (strip-flags %strip-flags)
                    (strip-directories %strip-directories)
                    (validate-runpath? #t)
                    (make-dynamic-linker-cache? #t)
                    (license-file-regexp "^(COPYING.*|LICEN[CS]E.*|[Ll]icen[cs]e.*|Copy[Rr]ight(\\.(txt|md))?)$")
                    (phases '%standard-phases)
                    (locale "C.UTF-8")
                    (system (%current-system))
                    (build (nix-system->gnu-triplet system))
                    (imported-modules %default-gnu-imported-modules)
                    (modules %default-gnu-modules)
                    (substitutable? #t)
                    allowed-references
                    disallowed-references)
  "Return, as a monadic value, the derivation NAME that builds SOURCE, which has
a 'configure' script and makefiles as the GNU standards have them, with INPUTS."
  (phase-based-derivation
   name inputs 'gnu-build
   #:source source #:outputs outputs #:search-paths search-paths
   #:system system #:guile guile
   #:imported-modules imported-modules #:modules modules
   #:phases phases
   #:substitutable? substitutable?
   #:allowed-references allowed-references
   #:disallowed-references disallowed-references
   #:arguments
   (list #:build build
         #:bootstrap-scripts (code->gexp bootstrap-scripts)
         #:configure-flags (code->gexp configure-flags)
         #:make-flags (code->gexp make-flags)
         #:out-of-source? out-of-source?
         #:tests? tests?
         #:test-target test-target
         #:parallel-build? parallel-build?
         #:parallel-tests? parallel-tests?
         #:patch-shebangs? patch-shebangs?
         #:strip-binaries? strip-binaries?
         #:strip-flags (code->gexp strip-flags)
         #:strip-directories (code->gexp strip-directories)
         #:validate-runpath? validate-runpath?
         #:make-dynamic-linker-cache? make-dynamic-linker-cache?
         #:license-file-regexp license-file-regexp
         #:locale locale)))

(define gnu-build-system
  (build-system
    (name 'gnu)
    (description "The build system of GNU packages: configure, make, make install")
    (lower lower)))
