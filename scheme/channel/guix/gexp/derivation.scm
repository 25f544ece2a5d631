;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; From g-expressions to derivations.
(define-module (guix gexp derivation)
  #:use-module (guix derivations)
  #:use-module (guix gexp compilers)
  #:use-module (guix gexp lowering)
  #:use-module (guix gexp records)
  #:use-module (guix store)
  #:use-module (nacre store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (lower-gexp
            lowered-gexp?
            lowered-gexp-sexp
            lowered-gexp-inputs
            lowered-gexp-sources
            lowered-gexp-guile
            lowered-gexp-load-path
            lowered-gexp-load-compiled-path
            lower-guile
            default-guile
            gexp->derivation))

;; These modules use this one, so they cannot be loaded before it.
(define (late-bound module name)
  (let ((proc (delay (module-ref (resolve-interface module) name))))
    (lambda args
      (apply (force proc) args))))

(define modules-for-builder
  (late-bound '(guix gexp modules) 'modules-for-builder))
(define default-guile
  (late-bound '(guix packages) 'default-guile))

(define-record-type <lowered-gexp>
  (lowered-gexp sexp inputs sources guile load-path load-compiled-path)
  lowered-gexp?
  (sexp               lowered-gexp-sexp)
  (inputs             lowered-gexp-inputs)        ;list of <derivation-input>
  (sources            lowered-gexp-sources)       ;list of store paths
  (guile              lowered-gexp-guile)         ;<derivation-input>, path
  (load-path          lowered-gexp-load-path)
  (load-compiled-path lowered-gexp-load-compiled-path))

(define (lower-guile store guile system)
  "Return GUILE, a derivation, a store item or other object, or the default if it is #f,
lowered: a derivation or a store item."
  (match (or guile (%guile-for-build) (default-guile))
    ((? string? item) item)
    (guile            (lower-fully store guile system #f #f))))

;; A need is a pair: a derivation or the path of a store item, and an output.

(define (needed-path need)
  (match need
    ((thing . output) (default-expander thing thing output))))

(define (derivation-needs needs)
  (filter (match-lambda ((thing . _) (derivation? thing))) needs))

(define (needed-inputs needs)
  (map (match-lambda ((drv . output) (derivation-input drv (list output))))
       (derivation-needs needs)))

(define (needed-sources needs)
  (filter-map (match-lambda
                (((? string? path) . _)
                 (and (store-path? path) (direct-store-path path)))
                (_ #f))
              needs))

(define (in-directory need directory)
  (string-append (needed-path need) directory))

;; Modules that are available to a builder: needs, and directories of sources and of
;; compiled files.
(define-record-type <imports>
  (make-imports needs load-path load-compiled-path)
  imports?
  (needs              imports-needs)
  (load-path          imports-load-path)
  (load-compiled-path imports-load-compiled-path))

(define %no-imports
  (make-imports '() '() '()))

(define (lower-imports store exp system guile module-path modules
                       effective-version)
  "Return the <imports> of EXP, to which MODULES are added."
  (match (cons (append modules (gexp-modules exp)) (gexp-extensions exp))
    ((() . ())
     %no-imports)
    ((modules . extensions)
     (lower-modules store system guile module-path
                    (delete-duplicates modules same-attribute?)
                    extensions effective-version
                    (and (gexp? exp) (gexp-location exp))))))

(define (lower-modules store system guile module-path modules extensions
                       effective-version location)
  (let* ((needs      (map (lambda (extension)
                            (cons (lower-fully store extension system #f #f)
                                  "out"))
                          extensions))
         (directories (if (pair? modules)
                          (call-at location
                                   (lambda ()
                                     (modules-for-builder store modules system
                                                          guile module-path
                                                          extensions)))
                          '(#f . #f)))
         (need       (lambda (directory)
                       (if directory (list (cons directory "out")) '())))
         (imported   (need (car directories)))
         (compiled   (need (cdr directories)))
         (in-extensions (lambda (directory)
                          (map (lambda (extension)
                                 (in-directory extension directory))
                               needs))))
    (make-imports (append needs imported compiled)
                  (append (map needed-path imported)
                          (in-extensions (string-append "/share/guile/site/"
                                                        effective-version)))
                  (append (map needed-path compiled)
                          (in-extensions (string-append "/lib/guile/"
                                                        effective-version
                                                        "/site-ccache"))))))

(define (lower/store store exp system target guile module-path
                     effective-version)
  (let* ((code    (gexp->code store exp system target))
         (guile   (lower-guile store guile system))
         (imports (lower-imports store exp system guile module-path '()
                                 effective-version)))
    (lowered-gexp (code-sexp code)
                  (append (needed-inputs (code-inputs code))
                          (needed-inputs (imports-needs imports)))
                  (append (code-sources code)
                          (needed-sources (imports-needs imports)))
                  (if (derivation? guile)
                      (derivation-input guile '("out"))
                      guile)
                  (imports-load-path imports)
                  (imports-load-compiled-path imports))))

(define* (lower-gexp exp #:key
                     (module-path %load-path)
                     (system 'current) (target 'current)
                     (graft? (%graft?))
                     guile-for-build (effective-version "3.0")
                     deprecation-warnings)
  "Return as a monadic value EXP, a gexp, lowered for SYSTEM and TARGET: its
code, and the derivations and store items that the code needs."
  (lambda (store)
    (values (call-with-grafting
             graft?
             (lambda ()
               (lower/store store exp (system-or-current system)
                            (target-or-current target) guile-for-build
                            module-path effective-version)))
            store)))

(define (call-with-grafting graft? thunk)
  (if (eq? graft? (%graft?))
      (thunk)
      (parameterize ((%graft? graft?))
        (thunk))))

(define (lower-reference-graphs store graphs system target)
  "Return GRAPHS, a list of (FILE-NAME THING [OUTPUT]), as an alist of file names
and needs."
  (define (thing->need thing output)
    (match thing
      ((? string?)
       (cons thing "out"))
      (($ <gexp-input> thing output native?)
       (cons (lower-fully store thing system (and (not native?) target) #f)
             output))
      (_
       (cons (lower-fully store thing system target #f) output))))

  (map (match-lambda
         ((name thing) (cons name (thing->need thing "out")))
         ((name thing output) (cons name (thing->need thing output)))
         ((name . thing) (cons name (thing->need thing "out"))))
       graphs))

(define (lower-references store references system target)
  "Return REFERENCES, a list of output names and of objects, or #f, as strings."
  (define (reference->string reference)
    (match reference
      ((? string?) reference)
      (($ <gexp-input> thing output native?)
       (path thing output (and (not native?) target)))
      ((thing output) (path thing output target))
      (thing (path thing "out" target))))

  (define (path thing output target)
    (default-expander thing (lower-fully store thing system target #f) output))

  (and references (map reference->string references)))

(define %plain-arguments
  '("--no-auto-compile"))

(define (builder-arguments imports)
  "Return the arguments of Guile that make IMPORTS available."
  (define (flags name values)
    (append-map (lambda (value) (list name value)) values))

  (if (eq? imports %no-imports)
      %plain-arguments
      (append %plain-arguments
              (flags "-L" (imports-load-path imports))
              (flags "-C" (imports-load-compiled-path imports)))))

(define* (gexp->derivation name exp #:key
                           system (target 'current)
                           hash hash-algo recursive?
                           (env-vars '()) (modules '())
                           (module-path %load-path)
                           (guile-for-build (%guile-for-build))
                           (effective-version "3.0") (graft? (%graft?))
                           references-graphs
                           allowed-references disallowed-references
                           leaked-env-vars local-build? (substitutable? #t)
                           (properties '()) deprecation-warnings
                           (script-name (string-append name "-builder")))
  "Return as a monadic value the derivation NAME that runs EXP, a gexp, with
GUILE-FOR-BUILD, on SYSTEM, with its references built for TARGET.  The
MODULES, searched in MODULE-PATH, are available to EXP besides its own; its
extensions are for the Guile of EFFECTIVE-VERSION.  The script that holds the
code is called SCRIPT-NAME.  With GRAFT?, packages that have replacements stand for
these.

REFERENCES-GRAPHS is a list of (FILE-NAME THING [OUTPUT]): the build finds in each
file the closure of THING.  ALLOWED-REFERENCES and DISALLOWED-REFERENCES are lists
of objects and of output names.  The other arguments are those of 'derivation'."
  (define (request store system target)
    (let* ((guile   (lower-guile store guile-for-build system))
           (imports (lower-imports store exp system guile module-path modules
                                   effective-version))
           (graphs  (lower-reference-graphs store (or references-graphs '())
                                            system target))
           (needs   (append (imports-needs imports) (map cdr graphs))))
      (vector name script-name guile
              (builder-arguments imports)
              (append env-vars
                      (derivation-variables
                       #:references-graphs
                       (map (match-lambda
                              ((name . need) (cons name (needed-path need))))
                            graphs)
                       #:allowed-references
                       (lower-references store allowed-references system target)
                       #:disallowed-references
                       (lower-references store disallowed-references
                                         system target)
                       #:leaked-env-vars leaked-env-vars
                       #:local-build? local-build?
                       #:substitutable? substitutable?
                       #:properties properties))
              (derivation-needs needs)
              (needed-sources needs)
              (fixed-output-specification hash hash-algo recursive?))))

  (lambda (store)
    (let ((system (system-or-current system))
          (target (target-or-current target)))
      (values (call-with-grafting
               graft?
               (lambda ()
                 (code->derivation store exp system target
                                   (request store system target))))
              store))))
