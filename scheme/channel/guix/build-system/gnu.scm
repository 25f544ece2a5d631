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
            gnu-cross-build
            gnu-build-system
            standard-packages
            standard-cross-packages
            phases->gexp
            lower-with-standard-packages
            phase-based-build
            phase-based-cross-build
            with-cross-build-variables))

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

(define (standard-cross-packages target kind)
  "Return what packages of gnu-build-system have in addition when they are built
for TARGET: when KIND is 'host', what runs where the build does; when it is
'target', what runs on TARGET."
  (define (cross name)
    ((module-ref (resolve-interface '(gnu packages cross-base)) name) target))

  (match kind
    ('host
     `(("cross-gcc" ,(cross 'cross-gcc))
       ("cross-ld-wrapper" ,(cross 'cross-ld-wrapper)) ;before the linker itself
       ("cross-binutils" ,(cross 'cross-binutils))))
    ('target
     `(("cross-libc" ,(cross 'cross-libc))))))

(define* (lower-with-standard-packages name build private-keywords
                                       #:key source inputs native-inputs outputs
                                       target system cross-build
                                       (implicit-inputs? #t)
                                       (implicit-cross-inputs? #t)
                                       (extra-build-inputs '())
                                       #:allow-other-keys
                                       #:rest arguments)
  "Return the bag of package NAME, which the procedure BUILD builds, or
CROSS-BUILD if there is a TARGET; #f if there is one and no CROSS-BUILD.
Arguments named by PRIVATE-KEYWORDS do not reach BUILD."
  (define (cross-packages kind)
    (if (and target implicit-cross-inputs?)
        (standard-cross-packages target kind)
        '()))

  (and (or cross-build (not target))
       (bag
        (name name)
        (system system)
        (target target)
        (build-inputs `(,@(if source `(("source" ,source)) '())
                        ,@native-inputs
                        ,@extra-build-inputs
                        ,@(cross-packages 'host)
                        ,@(if implicit-inputs? (standard-packages) '())))
        (host-inputs inputs)
        (target-inputs (cross-packages 'target))
        (outputs outputs)
        (build (if target cross-build build))
        (arguments (strip-keyword-arguments
                    `(#:inputs #:native-inputs #:outputs #:target #:system
                      #:implicit-inputs? #:implicit-cross-inputs?
                      #:extra-build-inputs #:cross-build
                      ,@private-keywords)
                    arguments)))))

(define* (lower name #:rest arguments)
  (apply lower-with-standard-packages name gnu-build '()
         #:cross-build gnu-cross-build
         arguments))

(define (code->gexp code)
  ;; Arguments of packages are gexps, or lists as they were written before there were gexps.
  (if (pair? code) (sexp->gexp code) code))

(define phases->gexp code->gexp)

(define (search-paths->gexp search-paths)
  (sexp->gexp (map search-path-specification->sexp search-paths)))

(define* (builder->derivation name builder
                              #:key system target guile substitutable?
                              allowed-references disallowed-references)
  (mlet %store-monad ((guile (package->derivation (or guile (default-guile))
                                                  system)))
    (gexp->derivation name builder
                      #:system system
                      #:target target
                      #:substitutable? substitutable?
                      #:allowed-references allowed-references
                      #:disallowed-references disallowed-references
                      #:guile-for-build guile)))

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
                             '#$(search-paths->gexp search-paths)
                             #:phases #$(code->gexp phases)
                             #$@arguments)))))

  (builder->derivation name builder
                       #:system system #:guile guile
                       #:substitutable? substitutable?
                       #:allowed-references allowed-references
                       #:disallowed-references disallowed-references))

(define (with-cross-build-variables build-inputs host-inputs target-inputs outputs
                                    body)
  "Do for BODY, a gexp, what 'with-build-variables' does, when it builds for
another machine: with BUILD-INPUTS, which run where the build does, HOST-INPUTS,
which were built for the other machine, and TARGET-INPUTS, which were imported for
it."
  #~(begin
      (define %build-host-inputs
        #+(input-tuples->gexp build-inputs))
      (define %build-target-inputs
        (append #$(input-tuples->gexp host-inputs)
                #+(input-tuples->gexp target-inputs)))
      (define %build-inputs
        (append %build-host-inputs %build-target-inputs))
      (define %outputs
        #$(outputs->gexp outputs))
      (define %output
        (assoc-ref %outputs "out"))

      #$body))

(define* (phase-based-cross-derivation name procedure
                                       #:key build-inputs host-inputs target-inputs
                                       source outputs system target
                                       search-paths native-search-paths
                                       imported-modules modules guile
                                       (phases '%standard-phases)
                                       (arguments '())
                                       (substitutable? #t)
                                       allowed-references disallowed-references)
  "Return, as a monadic value, the derivation that does for TARGET what that of
'phase-based-derivation' does; 'with-cross-build-variables' tells what the inputs
are."
  (define builder
    (with-imported-modules imported-modules
      #~(begin
          (use-modules #$@(sexp->gexp modules))

          #$(with-cross-build-variables build-inputs host-inputs target-inputs
                                        outputs
              #~(#$procedure #:name #$name
                             #:source #+source
                             #:system #$system
                             #:target #$target
                             #:outputs %outputs
                             #:inputs %build-target-inputs
                             #:native-inputs %build-host-inputs
                             #:search-paths
                             '#$(search-paths->gexp search-paths)
                             #:native-search-paths
                             '#$(search-paths->gexp native-search-paths)
                             #:phases #$(code->gexp phases)
                             #$@arguments)))))

  (builder->derivation name builder
                       #:system system #:target target #:guile guile
                       #:substitutable? substitutable?
                       #:allowed-references allowed-references
                       #:disallowed-references disallowed-references))

;; What the derivation of a package takes, for all build systems; what else the
;; package gives is for the builder.
(define %derivation-keywords
  '(#:guile #:source #:outputs #:target #:build-inputs #:host-inputs
    #:target-inputs #:search-paths #:native-search-paths #:phases
    #:imported-modules #:modules #:substitutable? #:allowed-references
    #:disallowed-references))

(define* (builder-arguments #:key
                            system
                            (build (nix-system->gnu-triplet system))
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
                            (locale "C.UTF-8"))
  "Return the keyword arguments of the builder that a package may give, with their
defaults."
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
        #:locale locale))

(define (keyword-arguments keywords arguments)
  ;; Those of ARGUMENTS, keywords and values, that KEYWORDS name.
  (match arguments
    (() '())
    ((keyword value . rest)
     (if (memq keyword keywords)
         (cons* keyword value (keyword-arguments keywords rest))
         (keyword-arguments keywords rest)))))

(define (derivation-arguments arguments imported-modules modules)
  (default-keyword-arguments (keyword-arguments (cons #:system
                                                      %derivation-keywords)
                                                arguments)
    (list #:outputs '("out") #:search-paths '()
          #:system (%current-system)
          #:imported-modules imported-modules
          #:modules modules)))

(define (own-arguments arguments)
  (strip-keyword-arguments %derivation-keywords arguments))

(define (phase-based-build procedure builder-arguments imported-modules modules)
  "Return what a build system calls with a name, inputs, and keyword arguments to
get, as a monadic value, the derivation that calls PROCEDURE.  Keywords that are not
for the derivation go to BUILDER-ARGUMENTS, with #:system, which returns those of
PROCEDURE.  IMPORTED-MODULES and MODULES are what a package does not say otherwise."
  (lambda (name inputs . arguments)
    (let ((arguments (default-keyword-arguments arguments
                       (list #:system (%current-system)))))
      (apply phase-based-derivation name inputs procedure
             #:arguments (apply builder-arguments (own-arguments arguments))
             (derivation-arguments arguments imported-modules modules)))))

(define (phase-based-cross-build procedure builder-arguments
                                 imported-modules modules)
  "Return what 'phase-based-build' returns, for a target: it is called with a name and
keyword arguments, as 'phase-based-cross-derivation' has them."
  (lambda (name . arguments)
    (let ((arguments (default-keyword-arguments arguments
                       (list #:system (%current-system)))))
      (apply phase-based-cross-derivation name procedure
             #:arguments (apply builder-arguments (own-arguments arguments))
             (default-keyword-arguments
                 (derivation-arguments arguments imported-modules modules)
               (list #:build-inputs '() #:host-inputs '() #:target-inputs '()
                     #:native-search-paths '()))))))

(define gnu-build
  ;; What builds sources that have a 'configure' script and makefiles, as the GNU
  ;; standards have them.
  (phase-based-build 'gnu-build builder-arguments
                     %default-gnu-imported-modules %default-gnu-modules))

(define gnu-cross-build
  (phase-based-cross-build 'gnu-build
                           (lambda arguments
                             ;; Programs for the target don't run here.
                             (apply builder-arguments
                                    (default-keyword-arguments arguments
                                      (list #:tests? #f))))
                           %default-gnu-imported-modules %default-gnu-modules))

(define gnu-build-system
  (build-system
    (name 'gnu)
    (description "The build system of GNU packages: configure, make, make install")
    (lower lower)))
