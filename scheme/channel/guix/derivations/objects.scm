;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Derivations: the program to run, its inputs and its outputs.  The engine
;;; implements the objects and the graph work.
(define-module (guix derivations objects)
  #:use-module (guix store)
  #:use-module ((nacre derivation)
                #:renamer (lambda (name)
                            (case name
                              ((derivation-file-name derivation-name
                                derivation-system derivation-builder
                                derivation? derivation-sources
                                make-derivation parse-derivation
                                derivation-text)
                               name)
                              (else (symbol-append 'native: name)))))
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module ((nacre gexp) #:select (code->string))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module ((ice-9 binary-ports) #:select (get-bytevector-all put-bytevector))
  #:re-export (derivation?
               derivation-file-name
               derivation-name
               derivation-system
               derivation-builder
               derivation-sources)
  #:export (derivation
            derivation-variables
            fixed-output-specification
            derivation-outputs
            derivation-output-names
            derivation-inputs
            derivation-builder-arguments
            derivation-builder-environment-vars
            derivation-hash
            derivation-properties
            derivation-prerequisites
            offloadable-derivation?
            substitutable-derivation?
            fixed-output-derivation?

            <derivation-output>
            derivation-output?
            derivation-output-path
            derivation-output-hash-algo
            derivation-output-hash
            derivation-output-recursive?

            <derivation-input>
            derivation-input?
            derivation-input
            derivation-input-derivation
            derivation-input-sub-derivations
            derivation-input-path
            derivation-input-output-path
            derivation-input-output-paths
            derivation-input-fold
            valid-derivation-input?

            derivation-name->output-path
            derivation->output-path
            derivation->output-paths
            derivation-path->output-path
            derivation-path->output-paths

            read-derivation
            read-derivation-from-file
            write-derivation

            &derivation-error derivation-error? derivation-error-derivation
            &derivation-missing-output-error
            derivation-missing-output-error?
            derivation-missing-output))


;;;
;;; Errors.
;;;

(define-condition-type &derivation-error &store-error
  derivation-error?
  (derivation derivation-error-derivation))

(define-condition-type &derivation-missing-output-error &derivation-error
  derivation-missing-output-error?
  (output derivation-missing-output))


;;;
;;; Outputs and inputs.
;;;

(define-record-type <derivation-output>
  (make-derivation-output path hash-algo hash recursive?)
  derivation-output?
  (path       derivation-output-path)
  (hash-algo  derivation-output-hash-algo)
  (hash       derivation-output-hash)
  (recursive? derivation-output-recursive?))

(define-record-type <derivation-input>
  (make-derivation-input derivation sub-derivations)
  derivation-input?
  (derivation      derivation-input-derivation)
  (sub-derivations derivation-input-sub-derivations))

(set-record-type-printer! <derivation-input>
  (lambda (input port)
    (simple-format port "#<derivation-input ~a ~s>"
                   (derivation-input-path input)
                   (derivation-input-sub-derivations input))))

(define* (derivation-input drv #:optional (outputs '("out")))
  "Return the input that stands for OUTPUTS of DRV."
  (make-derivation-input drv outputs))

(define (derivation-input-path input)
  "Return the file name of the derivation of INPUT."
  (derivation-file-name (derivation-input-derivation input)))

(define (derivation-input-output-paths input)
  "Return the paths of the outputs that INPUT stands for."
  (map (lambda (output)
         (derivation->output-path (derivation-input-derivation input) output))
       (derivation-input-sub-derivations input)))

(define (derivation-input-output-path input)
  "Return the path of the one output that INPUT stands for."
  (match (derivation-input-output-paths input)
    ((path) path)))

(define (valid-derivation-input? store input)
  "Return #t when the outputs that INPUT stands for are all valid."
  (every (lambda (path) (valid-path? store path))
         (derivation-input-output-paths input)))

(define (derivation-outputs drv)
  "Return the outputs of DRV, an alist of names and <derivation-output>."
  (map (match-lambda
         ((name path algorithm hash recursive?)
          (cons name (make-derivation-output path algorithm hash recursive?))))
       (native:derivation-output-list drv)))

(define (derivation-output-names drv)
  "Return the names of the outputs of DRV."
  (map first (native:derivation-output-list drv)))

(define (derivation-inputs drv)
  "Return the derivations that DRV needs, a list of <derivation-input>."
  (map (match-lambda
         ((file outputs ...)
          (make-derivation-input (read-derivation-from-file file) outputs)))
       (native:derivation-input-list drv)))

(define derivation-builder-arguments native:derivation-arguments)
(define derivation-builder-environment-vars native:derivation-environment)

(define (environment-variable drv name)
  (assoc-ref (native:derivation-environment drv) name))

(define (derivation-properties drv)
  "Return the properties that DRV was given, an alist."
  (match (environment-variable drv "guix properties")
    (#f  '())
    (str (call-with-input-string str read))))

(define (fixed-output-derivation? drv)
  "Return #t when the contents of DRV's output are known by their hash."
  (native:derivation-fixed? drv))

(define (offloadable-derivation? drv)
  "Return #t when DRV may be built on another machine."
  (not (equal? "1" (environment-variable drv "preferLocalBuild"))))

(define (substitutable-derivation? drv)
  "Return #t when the outputs of DRV may be downloaded rather than built."
  (not (equal? "0" (environment-variable drv "allowSubstitutes"))))


;;;
;;; Output paths.
;;;

(define* (derivation->output-path drv #:optional (output "out"))
  "Return the path of OUTPUT of DRV; raise a '&derivation-missing-output-error'
if it has none."
  (match (native:derivation-output-path-of drv output)
    ((? string? path) path)
    (#f
     (raise (condition
             (&derivation-missing-output-error (derivation drv)
                                               (output output)))))))

(define (derivation->output-paths drv)
  "Return an alist of the names and paths of the outputs of DRV."
  (map (match-lambda
         ((name path . _) (cons name path)))
       (native:derivation-output-list drv)))

(define derivation-name->output-path derivation->output-path)

(define* (derivation-path->output-path path #:optional (output "out"))
  "Return the path of OUTPUT of the derivation in the file PATH."
  (derivation->output-path (read-derivation-from-file path) output))

(define (derivation-path->output-paths path)
  "Return an alist of the outputs of the derivation in the file PATH."
  (derivation->output-paths (read-derivation-from-file path)))


;;;
;;; Reading and making.
;;;

(define (read-derivation-from-file file)
  "Return the derivation in FILE, an item of the store."
  (native:read-derivation (default-connection) file))

(define* (read-derivation port #:optional read-input)
  "Return the derivation whose text PORT gives.  Its file name is that of PORT if
it is one of the store, else the one that this text would have there.  READ-INPUT
is ignored: inputs are read when they are needed."
  (let ((text (get-bytevector-all port))
        (file (port-filename port)))
    (parse-derivation text
                      (and (string? file) (derivation-path? file) file))))

(define (write-derivation drv port)
  "Write the text of DRV to PORT."
  (put-bytevector port (derivation-text drv)))

(define* (derivation-variables #:key (references-graphs '())
                               allowed-references disallowed-references
                               leaked-env-vars local-build? (substitutable? #t)
                               (properties '()))
  "Return the environment variables that pass these keyword arguments of 'derivation'
to the engine."
  (define (graph-entry entry)
    (match entry
      ((name . file)
       (string-append name " " file))))

  `(,@(if local-build? '(("preferLocalBuild" . "1")) '())
    ,@(if substitutable? '() '(("allowSubstitutes" . "0")))
    ,@(if (pair? references-graphs)
          `(("exportReferencesGraph"
             . ,(string-join (map graph-entry references-graphs))))
          '())
    ,@(if allowed-references
          `(("allowedReferences" . ,(string-join allowed-references)))
          '())
    ,@(if disallowed-references
          `(("disallowedReferences" . ,(string-join disallowed-references)))
          '())
    ,@(if leaked-env-vars
          `(("impureEnvVars" . ,(string-join leaked-env-vars)))
          '())
    ,@(match properties
        (() '())
        (_ `(("guix properties" . ,(code->string properties)))))))

(define (split-inputs store inputs)
  "Return two values: the derivations among INPUTS, in the engine's form, and the
paths."
  (define (input->request input)
    (match input
      ((? derivation-input?)
       (cons (derivation-input-derivation input)
             (derivation-input-sub-derivations input)))
      ((? derivation?)
       (list input "out"))
      (((? derivation? drv))
       (list drv "out"))
      (((? derivation? drv) outputs ...)
       (cons drv outputs))
      (_ #f)))

  (define (intern file)
    (if (direct-store-path? file)
        file
        (add-to-store store (basename file) #t "sha256" file)))

  (let loop ((inputs inputs) (requests '()) (sources '()))
    (match inputs
      (()
       (values (reverse requests) (reverse sources)))
      ((input . rest)
       (match (input->request input)
         (#f
          (match input
            ((or (? string? file) ((? string? file)))
             (loop rest requests (cons (intern file) sources)))))
         (request
          (loop rest (cons request requests) sources)))))))

(define* (derivation store name builder args
                     #:key
                     (system (%current-system)) (env-vars '())
                     (inputs '()) (sources '()) (outputs '("out"))
                     hash hash-algo recursive?
                     references-graphs
                     allowed-references disallowed-references
                     leaked-env-vars local-build?
                     (substitutable? #t)
                     (properties '())
                     deprecation-warnings)
  "Return the derivation NAME, added to STORE, that runs BUILDER, a file name,
with ARGS and the environment ENV-VARS, an alist, on SYSTEM.  INPUTS are
<derivation-input>, SOURCES paths of the store.

HASH and HASH-ALGO, if given, say what the only output must contain: a file, or
its archive if RECURSIVE?.  REFERENCES-GRAPHS is an alist of file names and store
paths: the builder finds in these files what the paths refer to.  The outputs may
refer to ALLOWED-REFERENCES, if given, and to none of DISALLOWED-REFERENCES;
both hold paths and names of outputs.  LEAKED-ENV-VARS name variables of the
build daemon that a fixed-output derivation sees.  LOCAL-BUILD? and
SUBSTITUTABLE? say where the result may come from; PROPERTIES, an alist, is kept
with the derivation."
  (define fixed
    (or (fixed-output-specification hash hash-algo recursive?) '()))

  (call-with-values (lambda () (split-inputs store inputs))
    (lambda (requests files)
      (make-derivation store name system builder args
                       (append env-vars
                               (derivation-variables
                                #:references-graphs (or references-graphs '())
                                #:allowed-references allowed-references
                                #:disallowed-references disallowed-references
                                #:leaked-env-vars leaked-env-vars
                                #:local-build? local-build?
                                #:substitutable? substitutable?
                                #:properties properties))
                       requests (append files sources)
                       (map (lambda (output) (cons output fixed)) outputs)))))

(define (fixed-output-specification hash hash-algo recursive?)
  "Return the engine's description of an output with HASH, a bytevector, or #f if HASH is
#f."
  (define (->symbol algorithm)
    (if (string? algorithm) (string->symbol algorithm) algorithm))

  (and hash
       (list (->symbol (or hash-algo 'sha256)) hash (->bool recursive?))))

(define (derivation-hash drv)
  "Return the hash part of the file name of DRV, a string that identifies it."
  (store-path-hash-part (derivation-file-name drv)))

(define* (derivation-prerequisites drv #:optional (cut? (const #f)))
  "Return the inputs of DRV, recursively and without duplicates, as
<derivation-input>; do not go into those for which CUT? returns true."
  (define seen (make-hash-table))

  (define (visit drv result)
    (fold (lambda (input result)
            (let ((key (cons (derivation-input-path input)
                             (derivation-input-sub-derivations input))))
              (if (or (hash-ref seen key) (cut? input))
                  result
                  (begin
                    (hash-set! seen key #t)
                    (visit (derivation-input-derivation input)
                           (cons input result))))))
          result
          (derivation-inputs drv)))

  (visit drv '()))

(define* (derivation-input-fold proc seed inputs #:key (cut? (const #f)))
  "Call PROC on each of INPUTS and of their dependencies, once, and on its last
result, SEED at first."
  (define seen (make-hash-table))

  (define (visit input result)
    (let ((key (cons (derivation-input-path input)
                     (derivation-input-sub-derivations input))))
      (if (or (hash-ref seen key) (cut? input))
          result
          (begin
            (hash-set! seen key #t)
            (fold visit (proc input result)
                  (derivation-inputs (derivation-input-derivation input)))))))

  (fold visit seed inputs))


