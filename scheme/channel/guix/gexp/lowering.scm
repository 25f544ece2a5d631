;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; From g-expressions to code.
(define-module (guix gexp lowering)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp compilers)
  #:use-module (guix gexp objects)
  #:use-module (guix gexp records)
  #:use-module ((guix store) #:select (direct-store-path?))
  #:use-module ((nacre gexp) #:prefix native:)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (gexp->code
            code->derivation
            code-sexp
            code-inputs
            code-sources
            code-outputs
            gexp->sexp
            gexp->approximate-sexp
            gexp-outputs
            gexp-inputs
            gexp-modules
            gexp-extensions
            same-attribute?))

;; The code of a gexp on a system, and its inputs.
(define-record-type <code>
  (make-code sexp inputs sources outputs)
  code?
  (sexp    code-sexp)
  (inputs  code-inputs)                 ;list of (DERIVATION . OUTPUT)
  (sources code-sources)                ;list of store paths
  (outputs code-outputs))               ;list of names

(define (call-lowering store proc)
  "Call PROC with the table of lowered objects.  While it returns a list of objects,
lower these and call it again; return its result."
  (match (proc (lowered-objects store))
    ((? pair? requests)
     (for-each (match-lambda
                 (#(object system target location)
                  (call-at (source-properties->location location)
                           (lambda ()
                             (lower-once store object system target
                                         location)))))
               requests)
     (call-lowering store proc))
    (result result)))

(define (gexp->code store exp system target)
  "Return the <code> of EXP, a gexp, for SYSTEM and TARGET."
  (match (call-lowering store
           (lambda (table)
             (native:gexp-code store table exp system target)))
    (#(sexp inputs sources outputs)
     (make-code sexp inputs sources outputs))))

(define (code->derivation store exp system target request)
  "Return the derivation that runs the code of EXP, a gexp; REQUEST is what
'gexp-derivation!' of (nacre gexp) takes."
  (call-lowering store
    (lambda (table)
      (native:gexp-derivation! store table exp system target request))))

(define (parameterized->code object output store system target location)
  ;; The engine calls this for OBJECT, whose bindings hold for all objects below it.
  (call-with-bindings
   (parameterized-bindings object)
   (lambda ()
     (let ((input (%gexp-input ((parameterized-thunk object)) output #f
                               location)))
       (match (gexp->code store (make-gexp (list input) '() '() identity #f)
                          (parameterized-system object system)
                          (parameterized-target object target))
         (($ <code> sexp inputs sources outputs)
          (vector sexp inputs sources outputs)))))))

(native:set-gexp-types!
 `((gexp . ,<gexp>)
   (input . ,<gexp-input>)
   (output . ,<gexp-output>)
   (compiler . ,<gexp-compiler>)
   (parameterized . ,<parameterized>)
   (compilers . ,%gexp-compilers)
   (default-expander . ,default-expander)
   (lower-parameterized . ,parameterized->code)
   (raise-input-error . ,raise-input-error)
   (raise-output-error . ,raise-output-error)))

(define (gexp->sexp exp system target)
  "Return as a monadic value the code of EXP, a gexp."
  (lambda (store)
    (values (code-sexp (gexp->code store exp system target)) store)))

(define (gexp->approximate-sexp gexp)
  "Return the code of GEXP, in which '(*approximate*) stands for parts that are known
only once objects are lowered."
  (define (approximate thing)
    (match thing
      ((? gexp?)        (gexp->approximate-sexp thing))
      (($ <gexp-input> thing) (approximate thing))
      ((? gexp-output?) '(*approximate*))
      ((things ...)     (map approximate thing))
      ((? struct?)      '(*approximate*))
      (_ (if (file-like? thing) '(*approximate*) thing))))

  (apply (gexp-proc gexp)
         (map approximate (gexp-references gexp))))

(define (fold-references proc seed gexp)
  "Call PROC on each input and output that GEXP refers to, also through other gexps
and lists, and on its last result.  References below a native one are native."
  (define (visit reference native? result)
    (match reference
      ((? gexp-output?)
       (proc reference result))
      (($ <gexp-input> thing output own-native? location)
       (let ((native? (or native? own-native?)))
         (match thing
           ((? gexp?)
            (visit-all (gexp-references thing) native? result))
           ((things ...)
            (visit-all (map (lambda (thing)
                              (if (gexp-input? thing)
                                  thing
                                  (%gexp-input thing output native? location)))
                            things)
                       native? result))
           ((? gexp-input?)
            (visit thing native? result))
           (_
            (proc (%gexp-input thing output native? location) result)))))))

  (define (visit-all references native? result)
    (fold (lambda (reference result)
            (visit reference native? result))
          result references))

  (visit-all (gexp-references gexp) #f seed))

(define (gexp-outputs gexp)
  "Return the names of the outputs that GEXP refers to."
  (delete-duplicates
   (reverse (fold-references (lambda (reference result)
                               (if (gexp-output? reference)
                                   (cons (gexp-output-name reference) result)
                                   result))
                             '() gexp))))

(define (gexp-inputs gexp)
  "Return the inputs of GEXP that are to be lowered, without duplicates."
  (define (input? reference)
    (and (gexp-input? reference)
         (let ((thing (gexp-input-thing reference)))
           (or (file-like? thing)
               (and (string? thing) (direct-store-path? thing))))))

  (define (same? a b)
    (and (eq? (gexp-input-thing a) (gexp-input-thing b))
         (string=? (gexp-input-output a) (gexp-input-output b))
         (eq? (->bool (gexp-input-native? a)) (->bool (gexp-input-native? b)))))

  (delete-duplicates (fold-references (lambda (reference result)
                                        (if (input? reference)
                                            (cons reference result)
                                            result))
                                      '() gexp)
                     same?))

(define (gexp-attribute gexp field)
  "Return the elements of FIELD of GEXP and of all gexps that it refers to, without
duplicates."
  (match (native:gexp-attribute-list gexp field)
    (()   '())
    (list (delete-duplicates list same-attribute?))))

(define (same-attribute? a b)
  ;; Of two objects for one module, the first counts.
  (match (list a b)
    (((name-a '=> _) (name-b '=> _)) (equal? name-a name-b))
    (_ (equal? a b))))

(define (gexp-modules gexp)
  "Return the modules that GEXP needs."
  (let ((modules (gexp-attribute gexp 'modules)))
    (when (member '(guix config) modules)
      (warn-about-host-configuration gexp))
    modules))

(define (warn-about-host-configuration gexp)
  ;; The values of (guix config) for this machine must not reach a builder.
  (if (member '(guix config) (gexp-self-modules gexp))
      (warning (gexp-location gexp)
               "importing module ~a from the host~%" '(guix config))
      (for-each warn-about-host-configuration
                (filter-map (match-lambda
                              (($ <gexp-input> (? gexp? gexp)) gexp)
                              (_ #f))
                            (gexp-references gexp)))))

(define (gexp-extensions gexp)
  "Return the packages whose modules GEXP needs."
  (gexp-attribute gexp 'extensions))
