;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Derivations: the interface for programs.
(define-module (guix derivations)
  #:use-module (guix derivations objects)
  #:use-module ((guix derivations mapping) #:select (map-derivation))
  #:use-module (guix store)
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:re-export (%guile-for-build
               map-derivation)
  #:export (raw-derivation
            build-derivations
            built-derivations
            derivation-build-plan
            derivation-prerequisites-to-build
            invalidate-derivation-caches!
            substitution-oracle
            build-expression->derivation

            &file-search-error file-search-error?
            file-search-error-file-name file-search-error-search-path
            search-path*
            module->source-file-name))

;; This module exports all of (guix derivations objects).
(eval-when (expand load eval)
  (module-re-export! (current-module)
                     (module-map (lambda (name variable) name)
                                 (resolve-interface '(guix derivations objects)))))


;;;
;;; Building.
;;;

(define (input->things input)
  ;; 'build-things' takes one output at a time.
  (match input
    ((? derivation-input?)
     (map (lambda (output)
            (cons (derivation-input-path input) output))
          (derivation-input-sub-derivations input)))
    ((? derivation?)
     (list (derivation-file-name input)))
    (((? derivation? drv) . (? string? output))
     (list (cons (derivation-file-name drv) output)))
    (((? derivation? drv) outputs ...)
     (map (lambda (output) (cons (derivation-file-name drv) output)) outputs))
    ((? string? file)
     (list file))))

(define* (build-derivations store derivations #:optional
                            (mode (build-mode normal)))
  "Build DERIVATIONS: derivations, their file names, <derivation-input>, or pairs
of a derivation and the name of an output.  Return #t, or raise a
'&store-protocol-error'."
  (build-things store (append-map input->things derivations) mode))

(define (->input thing)
  (if (derivation? thing)
      (derivation-input thing (derivation-output-names thing))
      thing))

(define (input-key input)
  (cons (derivation-input-path input)
        (derivation-input-sub-derivations input)))

(define* (substitution-oracle store inputs #:key (mode (build-mode normal)))
  "Return a procedure that returns the <substitutable> of a path, or #f if there is no
substitute; the path is that of an output of INPUTS or of their dependencies."
  (define (valid? input)
    (and (eq? mode (build-mode normal))
         (valid-derivation-input? store input)))

  (define (cons-paths input result)
    (if (substitutable-derivation? (derivation-input-derivation input))
        (append (derivation-input-output-paths input) result)
        result))

  (define paths
    (delete-duplicates
     (derivation-input-fold cons-paths '() (map ->input inputs)
                            #:cut? valid?)))

  (define table
    (map (lambda (info) (cons (substitutable-path info) info))
         (substitutable-path-info store paths)))

  (lambda (path)
    (assoc-ref table path)))

(define* (derivation-build-plan store inputs #:key
                                (mode (build-mode normal))
                                (substitutable-info
                                 (substitution-oracle store inputs #:mode mode)))
  "Return two values: the derivations that have to be built for INPUTS, a list of
<derivation-input> or derivations, each after those that it needs; and the
<substitutable> that have to be downloaded.  SUBSTITUTABLE-INFO is a procedure
like those of 'substitution-oracle'."
  (define seen (make-hash-table))
  (define build '())
  (define download '())

  (define (needed? input top?)
    (or (and top? (eq? mode (build-mode check)))
        (not (valid-derivation-input? store input))))

  (define (visit input top?)
    (unless (hash-ref seen (input-key input))
      (hash-set! seen (input-key input) #t)
      (when (needed? input top?)
        (obtain input top?))))

  (define (references-of infos inputs)
    ;; Outputs of INPUTS' dependencies that INFOS refer to.
    (let ((paths (remove (lambda (path) (valid-path? store path))
                         (append-map substitutable-references infos))))
      (if (null? paths)
          '()
          (derivation-input-fold
           (lambda (input result)
             (if (any (lambda (path) (member path paths))
                      (derivation-input-output-paths input))
                 (cons input result)
                 result))
           '() inputs))))

  (define (obtain input top?)
    (let* ((drv   (derivation-input-derivation input))
           (infos (and (substitutable-derivation? drv)
                       (not (and top? (eq? mode (build-mode check))))
                       (map substitutable-info
                            (derivation-input-output-paths input)))))
      (if (and infos (every identity infos))
          (begin
            (for-each (lambda (input) (visit input #f))
                      (references-of infos (derivation-inputs drv)))
            (set! download (append infos download)))
          (begin
            (for-each (lambda (input) (visit input #f))
                      (derivation-inputs drv))
            (unless (member drv build)
              (set! build (cons drv build)))))))

  (for-each (lambda (input) (visit (->input input) #t)) inputs)
  (values (reverse build) (reverse download)))

(define built-derivations
  (store-lift build-derivations))

(define raw-derivation
  (store-lift derivation))


;;;
;;; Source files of modules.
;;;

(define-condition-type &file-search-error &error
  file-search-error?
  (file file-search-error-file-name)
  (path file-search-error-search-path))

(define (search-path* path file)
  "Return the name of FILE in one of the directories in PATH; raise a
'&file-search-error' if it is in none."
  (or (search-path path file)
      (raise (condition
              (&file-search-error (file file) (path path))))))

(define (module->source-file-name module)
  "Return the name, relative to the load path, of the source of MODULE, a list of
symbols."
  (string-append (string-join (map symbol->string module) "/") ".scm"))


;;;
;;; Builders without g-expressions.
;;;

;; A builder has no locale, but its output is in UTF-8.
(define %utf8-ports
  '((fluid-set! %default-port-encoding "UTF-8")
    (set-port-encoding! (current-output-port) "UTF-8")
    (set-port-encoding! (current-error-port) "UTF-8")))

(define (builder-code exp)
  "Return the code of a builder that evaluates EXP and fails when that gives #f.
The modules that EXP, a 'begin', uses come first: their macros must be known when
the rest is expanded."
  (define (use? form)
    (match form
      (('use-modules _ ...) #t)
      (_ #f)))

  (match exp
    (('begin forms ...)
     (call-with-values (lambda () (span use? forms))
       (lambda (uses rest)
         `(begin ,@uses ,@%utf8-ports (exit (begin *unspecified* ,@rest))))))
    (_
     `(begin ,@%utf8-ports (exit ,exp)))))

(define* (build-expression->derivation store name exp
                                       #:key
                                       (system (%current-system))
                                       (inputs '())
                                       (outputs '("out"))
                                       hash hash-algo recursive?
                                       (env-vars '())
                                       (modules '())
                                       guile-for-build
                                       references-graphs
                                       allowed-references
                                       disallowed-references
                                       local-build? (substitutable? #t)
                                       (properties '()))
  "Return the derivation NAME that runs EXP, an s-expression, by GUILE-FOR-BUILD,
a derivation; the build fails when EXP gives #f.  EXP sees '%outputs', an alist of OUTPUTS and their paths, '%output',
and '%build-inputs', an alist of the labels and paths of INPUTS, a list of (LABEL
DERIVATION-OR-PATH [OUTPUT]).  The other arguments are those of 'derivation';
MODULES are available to EXP.  Newer code uses 'gexp->derivation'."
  (define gexps (resolve-interface '(guix gexp)))

  (define (call name . args)
    (apply (module-ref gexps name) args))

  (for-each (lambda (module)
              (search-path* %load-path (module->source-file-name module)))
            modules)

  (run-with-store store
    (call 'gexp->derivation name
          (call 'with-build-variables inputs outputs
                (call 'sexp->gexp (builder-code exp)))
          #:system system
          #:target #f
          #:hash hash #:hash-algo hash-algo #:recursive? recursive?
          #:env-vars env-vars
          #:modules modules
          #:guile-for-build (or guile-for-build (%guile-for-build))
          #:references-graphs references-graphs
          #:allowed-references allowed-references
          #:disallowed-references disallowed-references
          #:local-build? local-build?
          #:substitutable? substitutable?
          #:properties properties
          #:script-name (string-append name "-guile-builder"))))


;;;
;;; Names that old programs use.
;;;

(define* (derivation-prerequisites-to-build store drv #:key
                                            (mode (build-mode normal))
                                            (outputs (derivation-output-names drv))
                                            (substitutable-info
                                             (substitution-oracle
                                              store (list drv) #:mode mode)))
  "Return the <derivation-input>s that have to be built for OUTPUTS of DRV, and the
<substitutable>s that have to be downloaded: two values."
  (call-with-values
      (lambda ()
        (derivation-build-plan store (list (derivation-input drv outputs))
                               #:mode mode
                               #:substitutable-info substitutable-info))
    (lambda (build download)
      (values (map derivation-input build) download))))

(define (invalidate-derivation-caches!)
  "Forget derivations that were read.  There is nothing to do: the engine's cache holds
files of the store, which do not change."
  #t)
