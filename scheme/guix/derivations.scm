;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Derivations, to programs: the objects, and what is done with them.
(define-module (guix derivations)
  #:use-module (guix derivations objects)
  #:use-module (guix store)
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (rnrs io ports)
  #:use-module (rnrs bytevectors)
  #:use-module ((ice-9 string-fun) #:select (string-replace-substring))
  #:re-export (%guile-for-build)
  #:export (raw-derivation
            build-derivations
            built-derivations
            derivation-build-plan
            substitution-oracle
            map-derivation
            build-expression->derivation

            &file-search-error file-search-error?
            file-search-error-file-name file-search-error-search-path
            search-path*
            module->source-file-name))

;; What this module offers of the objects is all that there is.
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
  "Return a procedure that says, given the path of an output among INPUTS and all
that they need, what substitute there is for it: a <substitutable>, or #f."
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
    ;; What has to be there, too, once INFOS are: outputs of what INPUTS need.
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
;;; Changing what a derivation is made from.
;;;

(define (replace-strings pairs)
  "Return a procedure that replaces in a string the car of each of PAIRS by its
cdr."
  (lambda (str)
    (fold (match-lambda*
            (((old . new) str)
             (if (string-contains str old)
                 (string-replace-substring str old new)
                 str)))
          str pairs)))

(define (text-of file)
  ;; The text in FILE, an item of the store; #f if it holds no text.
  (and (eq? 'regular (stat:type (lstat file)))
       (false-if-exception
        (let ((bytes (call-with-input-file file get-bytevector-all #:binary #t)))
          (if (eof-object? bytes) "" (utf8->string bytes))))))

(define* (map-derivation store drv mapping #:key (system (%current-system)))
  "Return DRV with each derivation and path that is a key of MAPPING, an alist,
replaced by its value, a derivation or a path, wherever DRV or what it needs
refers to it; text among the sources is changed as well."
  (define (same? a b)
    (match (list a b)
      (((? string?) (? string?)) (string=? a b))
      (((? derivation?) (? derivation?)) (equal? a b))
      (_ #f)))

  (define (replacement thing)
    (match (find (lambda (pair) (same? thing (car pair))) mapping)
      ((_ . new) new)
      (#f        thing)))

  (define results (make-hash-table))

  (define (mapped drv)
    (let ((new (replacement drv)))
      (cond ((not (eq? new drv)) new)
            ((hash-ref results (derivation-file-name drv)) => identity)
            (else
             (let ((new (remake drv)))
               (hash-set! results (derivation-file-name drv) new)
               new)))))

  (define (path-pairs input new)
    ;; What the outputs that INPUT stands for become.
    (map (lambda (output old)
           (cons old (if (derivation? new)
                         (derivation->output-path new output)
                         new)))
         (derivation-input-sub-derivations input)
         (derivation-input-output-paths input)))

  (define (mapped-source file change)
    (let ((new (replacement file)))
      (if (and (eq? new file) (valid-path? store file))
          (let* ((text    (text-of file))
                 (changed (and text (change text))))
            (if (or (not text) (string=? text changed))
                file
                (add-text-to-store store (store-path-package-name file) changed
                                   (map change (references store file)))))
          new)))

  (define (remake drv)
    (let* ((inputs    (derivation-inputs drv))
           (news      (map (compose mapped derivation-input-derivation) inputs))
           (outputs   (append-map path-pairs inputs news))
           (change    (replace-strings outputs))
           (sources   (map (lambda (file)
                             (cons file (mapped-source file change)))
                           (derivation-sources drv)))
           (pairs     (remove (match-lambda ((old . new) (string=? old new)))
                              (append outputs sources))))
      (if (null? pairs)
          drv
          (remake-with drv (replace-strings pairs)
                       (filter-map (lambda (input new)
                                     (and (derivation? new)
                                          (derivation-input
                                           new (derivation-input-sub-derivations
                                                input))))
                                   inputs news)
                       (append (filter string? news) (map cdr sources))))))

  (define (remake-with drv change inputs sources)
    (define outputs (derivation-outputs drv))

    (define fixed
      (match outputs
        ((("out" . output))
         (if (derivation-output-hash output)
             (list #:hash (derivation-output-hash output)
                   #:hash-algo (derivation-output-hash-algo output)
                   #:recursive? (derivation-output-recursive? output))
             '()))
        (_ '())))

    (apply derivation store (derivation-name drv)
           (change (derivation-builder drv))
           (map change (derivation-builder-arguments drv))
           #:system (derivation-system drv)
           #:env-vars (filter-map (match-lambda
                                    ((name . value)
                                     (and (not (assoc name outputs))
                                          (cons name (change value)))))
                                  (derivation-builder-environment-vars drv))
           #:inputs inputs
           #:sources sources
           #:outputs (map first outputs)
           fixed))

  (mapped drv))


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

;; A builder has no locale; what it writes is UTF-8 all the same.
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
MODULES are available to EXP.  This is how things were done before 'gexp->derivation'."
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
