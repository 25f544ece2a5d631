;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; G-expressions: code to run in a build, together with what it refers to.
(define-module (guix gexp)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix monads)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module ((system syntax internal) #:select (syntax? syntax-expression))
  #:autoload   (guix modules) (module-name->file-name
                               sort-by-dependency)
  #:export (gexp
            gexp?
            ungexp
            ungexp-native
            ungexp-splicing
            ungexp-native-splicing
            sexp->gexp
            gexp-location
            gexp->approximate-sexp
            with-imported-modules
            with-extensions
            let-system
            with-parameters
            with-build-variables
            input-tuples->gexp
            outputs->gexp

            gexp-input
            gexp-input?
            gexp-input-thing
            gexp-input-output
            gexp-input-native?

            local-file
            local-file?
            local-file-file
            local-file-absolute-file-name
            local-file-name
            local-file-recursive?
            local-file-select?

            plain-file
            plain-file?
            plain-file-name
            plain-file-content

            computed-file
            computed-file?
            computed-file-name
            computed-file-gexp
            computed-file-options

            program-file
            program-file?
            program-file-name
            program-file-gexp
            program-file-guile
            program-file-module-path

            scheme-file
            scheme-file?
            scheme-file-name
            scheme-file-gexp

            file-append
            file-append?
            file-append-base
            file-append-suffix

            raw-derivation-file
            raw-derivation-file?

            parameterized?
            load-path-expression
            gexp-modules
            gexp-extensions

            lower-gexp
            lowered-gexp?
            lowered-gexp-sexp
            lowered-gexp-inputs
            lowered-gexp-sources
            lowered-gexp-guile
            lowered-gexp-load-path
            lowered-gexp-load-compiled-path

            gexp->derivation
            gexp->file
            gexp->script
            text-file*
            mixed-text-file
            file-union
            directory-union
            imported-files
            imported-modules
            compiled-modules

            define-gexp-compiler
            gexp-compiler?
            file-like?
            lower-object

            &gexp-error
            gexp-error?
            &gexp-input-error
            gexp-input-error?
            gexp-error-invalid-input))


;;;
;;; Gexps and what they refer to.
;;;

(define-record-type <gexp>
  (make-gexp references modules extensions proc location)
  gexp?
  (references gexp-references)                    ;list of inputs and outputs
  (modules    gexp-self-modules)                  ;list of module names
  (extensions gexp-self-extensions)               ;list of lowerable objects
  (proc       gexp-proc)                          ;references' code -> code
  (location   %gexp-location))                    ;#(file line column) or #f

(define-record-type <gexp-input>
  (%gexp-input thing output native? location)
  gexp-input?
  (thing    gexp-input-thing)
  (output   gexp-input-output)
  (native?  gexp-input-native?)
  (location %gexp-input-location))                ;#(file line column) or #f

(define-record-type <gexp-output>
  (gexp-output name)
  gexp-output?
  (name gexp-output-name))

(define (gexp-location gexp)
  "Return the place in the source where GEXP stands, or #f."
  (source-properties->location (%gexp-location gexp)))

(define* (gexp-input thing #:optional (output "out") #:key native?)
  "Return the input that stands for OUTPUT of THING, built for the machine that
builds when NATIVE? is true."
  (%gexp-input thing output native? #f))

(set-record-type-printer! <gexp>
  (lambda (gexp port)
    (display "#<gexp " port)
    ;; Inputs stand for the code that is not known yet; they may be spliced as
    ;; if they were lists, which fails.
    (false-if-exception
     (write (apply (gexp-proc gexp) (gexp-references gexp)) port))
    (and=> (gexp-location gexp)
           (lambda (location)
             (simple-format port " ~a" (location->string location))))
    (simple-format port " ~a>" (number->string (object-address gexp) 16))))

(set-record-type-printer! <gexp-input>
  (lambda (input port)
    (simple-format port "#<gexp-input ~a~s:~a>"
                   (if (gexp-input-native? input) "native " "")
                   (gexp-input-thing input)
                   (gexp-input-output input))))

(set-record-type-printer! <gexp-output>
  (lambda (output port)
    (simple-format port "#<gexp-output ~a>" (gexp-output-name output))))

(define (sexp->gexp sexp)
  "Return the gexp of SEXP, which refers to nothing."
  (make-gexp '() '() '() (lambda () sexp) #f))


;;;
;;; Errors.
;;;

(define-condition-type &gexp-error &error
  gexp-error?)

(define-condition-type &gexp-input-error &gexp-error
  gexp-input-error?
  (input gexp-error-invalid-input))

(define (raise-at location . conditions)
  ;; LOCATION is a vector of source properties, or #f.
  (raise (apply make-compound-condition
                (match (source-properties->location location)
                  (#f conditions)
                  (location
                   (append conditions
                           (list (condition
                                  (&error-location (location location))))))))))

(define (raise-input-error thing location)
  (raise-at location
            (condition (&gexp-input-error (input thing)))
            (formatted-message "~s: cannot be used in a g-expression" thing)
            (condition
             (&fix-hint
              (hint "A g-expression may refer to packages, files, other \
lowerable objects, g-expressions, and to strings, numbers, symbols and lists \
of them.")))))

(define (raise-output-error drv output location)
  (raise-at location
            (condition (&derivation-missing-output-error (derivation drv)
                                                         (output output)))
            (formatted-message "~a: no output '~a'" (derivation-name drv)
                               output)
            (condition
             (&fix-hint
              (hint (string-append "Its outputs are: "
                                   (string-join (derivation-output-names drv)
                                                ", ")
                                   "."))))))


;;;
;;; Syntax.
;;;

(define-syntax-rule (define-only-in-gexp name ...)
  (begin
    (define-syntax name
      (lambda (s)
        (syntax-violation 'name "used outside of a g-expression" s)))
    ...))

(define-only-in-gexp ungexp ungexp-splicing
  ungexp-native ungexp-native-splicing)

(define-syntax-parameter current-imported-modules
  ;; The modules that gexps in this scope need.
  (identifier-syntax '()))

(define-syntax-parameter current-imported-extensions
  (identifier-syntax '()))

(define-syntax-rule (with-imported-modules modules body ...)
  "Evaluate BODY, whose gexps have MODULES available: a list of module names and
of (NAME => FILE-LIKE-OBJECT)."
  (let ((imported modules))
    (syntax-parameterize ((current-imported-modules
                           (identifier-syntax imported)))
      body ...)))

(define-syntax-rule (with-extensions extensions body ...)
  "Evaluate BODY, whose gexps have the modules of EXTENSIONS, a list of
packages, available."
  (let ((imported extensions))
    (syntax-parameterize ((current-imported-extensions
                           (identifier-syntax imported)))
      body ...)))

(eval-when (expand load eval)
  (define (source-vector form)
    ;; The place of FORM as a constant.  What a reader extension read is plain
    ;; data, which has its place as a property.
    (define (properties form)
      (or (and (syntax? form)
               (syntax-source form))
          (let ((datum (if (syntax? form) (syntax-expression form) form)))
            (if (pair? datum) (source-properties datum) '()))))

    (let ((source (properties form)))
      (and (pair? source)
           (vector (assq-ref source 'filename)
                   (assq-ref source 'line)
                   (assq-ref source 'column)))))

  (define (quoted form constant)
    #`(quote #,(datum->syntax form constant)))

  (define (compile-gexp-body context body)
    "Return two values: the code that makes the code of BODY from the code of
its references, bound to variables, and a list of (VARIABLE CODE-OF-REFERENCE)."
    (define escapes '())

    (define (escape! reference)
      (match (generate-temporaries '(reference))
        ((variable)
         (set! escapes (cons (list variable reference) escapes))
         variable)))

    (define (input form thing output native?)
      (escape! #`(%gexp-input #,thing #,output #,native?
                              #,(quoted context (or (source-vector form)
                                                    (source-vector context))))))

    (define (constant-or code form)
      (or code #`(quote #,form)))

    ;; Return code, or #f when FORM refers to nothing.
    (define (walk form)
      (syntax-case form (ungexp ungexp-splicing
                         ungexp-native ungexp-native-splicing output)
        ((ungexp output)
         (escape! #'(gexp-output "out")))
        ((ungexp output name)
         (escape! #'(gexp-output name)))
        ((ungexp thing)
         (input form #'thing #'"out" #'#f))
        ((ungexp thing name)
         (input form #'thing #'name #'#f))
        ((ungexp-native thing)
         (input form #'thing #'"out" #'#t))
        ((ungexp-native thing name)
         (input form #'thing #'name #'#t))
        (((ungexp-splicing thing ...) . rest)
         (splice form #'(thing ...) #'#f #'rest))
        (((ungexp-native-splicing thing ...) . rest)
         (splice form #'(thing ...) #'#t #'rest))
        ((head . tail)
         (let* ((head-code (walk #'head))
                (tail-code (walk #'tail)))
           (and (or head-code tail-code)
                #`(cons #,(constant-or head-code #'head)
                        #,(constant-or tail-code #'tail)))))
        (#(element ...)
         (let ((code (walk #'(element ...))))
           (and code #`(list->vector #,code))))
        (_ #f)))

    (define (splice form thing native? rest)
      (let* ((spliced (syntax-case thing ()
                        ((thing)      (input form #'thing #'"out" native?))
                        ((thing name) (input form #'thing #'name native?))))
             (code (walk rest)))
        #`(append #,spliced #,(constant-or code rest))))

    (let ((code (walk body)))
      (values (constant-or code body) (reverse escapes)))))

(define-syntax gexp
  (lambda (s)
    "Return the g-expression of EXP: code in which (ungexp THING) and the like
stand for what THING will be where the code runs."
    (syntax-case s ()
      ((_ exp)
       (call-with-values (lambda () (compile-gexp-body s #'exp))
         (lambda (code escapes)
           (with-syntax ((((variable reference) ...) escapes))
             #`(make-gexp (list reference ...)
                          current-imported-modules
                          current-imported-extensions
                          (lambda (variable ...) #,code)
                          #,(quoted s (source-vector s))))))))))

(eval-when (expand load eval)
  (define (read-ungexp port plain splicing)
    (let* ((operator (if (eqv? #\@ (peek-char port))
                         (begin (read-char port) splicing)
                         plain)))
      (match (read port)
        ((? symbol? symbol)
         (let* ((str   (symbol->string symbol))
                (colon (string-rindex str #\:)))
           (if colon
               (list operator
                     (string->symbol (substring str 0 colon))
                     (substring str (1+ colon)))
               (list operator symbol))))
        (form
         (list operator form)))))

  (define (at-source form port line column)
    (set-source-properties! form `((filename . ,(port-filename port))
                                   (line . ,line)
                                   (column . ,column)))
    form)

  (define (with-position proc)
    ;; The two characters of the reader syntax are behind us.
    (lambda (chr port)
      (let ((line (port-line port))
            (column (max 0 (- (port-column port) 2))))
        (at-source (proc port) port line column))))

  (read-hash-extend #\~
    (with-position (lambda (port) (list 'gexp (read port)))))
  (read-hash-extend #\$
    (with-position (lambda (port)
                     (read-ungexp port 'ungexp 'ungexp-splicing))))
  (read-hash-extend #\+
    (with-position (lambda (port)
                     (read-ungexp port 'ungexp-native
                                  'ungexp-native-splicing)))))


;;;
;;; Compilers: how objects become derivations or store items.
;;;

(define-record-type <gexp-compiler>
  (gexp-compiler type lower expand)
  gexp-compiler?
  (type   gexp-compiler-type)           ;record type
  (lower  gexp-compiler-lower)          ;object, system, target -> monadic value
  (expand gexp-compiler-expand))        ;object, lowered, output -> code; or #f

(define %gexp-compilers
  ;; Record type -> compiler.
  (make-hash-table 40))

(define (default-expander thing obj output)
  "Return the path of OUTPUT of OBJ, a derivation, or OBJ itself, the path of a
store item."
  (if (derivation? obj)
      (derivation->output-path obj output)
      obj))

(define (register-compiler! compiler)
  (hashq-set! %gexp-compilers (gexp-compiler-type compiler) compiler))

(define (find-compiler object)
  (cond ((derivation? object) %derivation-compiler)
        ((struct? object) (hashq-ref %gexp-compilers (struct-vtable object)))
        (else #f)))

(define (lookup-compiler object)
  "Return the procedure that lowers OBJECT, or #f."
  (and=> (find-compiler object) gexp-compiler-lower))

(define (lookup-expander object)
  "Return the procedure that gives the code that stands for OBJECT, or #f."
  (and=> (find-compiler object) gexp-compiler-expand))

(define (file-like? object)
  "Return #t when OBJECT can be used in gexps and lowered to a file."
  (->bool (find-compiler object)))

(define-syntax define-gexp-compiler
  (syntax-rules (=> compiler expander)
    "Define NAME as the compiler of objects of RECORD-TYPE.  The first form gives
what lowers them, as a monadic value; the second one also what stands for them in
code:
  (define-gexp-compiler (NAME (PARAMETER RECORD-TYPE) SYSTEM TARGET) BODY ...)
  (define-gexp-compiler NAME RECORD-TYPE compiler => PROC expander => PROC)"
    ((_ (name (parameter record-type) system target) body ...)
     (define-gexp-compiler name record-type
       compiler => (lambda (parameter system target) body ...)
       expander => default-expander))
    ((_ name record-type compiler => compile expander => expand)
     (begin
       (define name
         (gexp-compiler record-type compile expand))
       (register-compiler! name)))))

(define %derivation-compiler
  ;; Derivations are objects of the engine, and lowered already.
  (gexp-compiler derivation?
                 (lambda (drv system target)
                   (store-return drv))
                 default-expander))

(define (run mvalue store)
  (call-with-values (lambda () (mvalue store))
    (lambda (value store) value)))

(define (lower-once store object system target location)
  "Return what the compiler of OBJECT makes of it, remembered for STORE."
  (let ((lower (lookup-compiler object)))
    (unless lower
      (raise-input-error object location))
    (let* ((table (store-object-cache store))
           (known (find (match-lambda
                          ((_ s . t)
                           (and (equal? s system) (equal? t target))))
                        (hashq-ref table object '()))))
      (match known
        ((lowered . _) lowered)
        (#f
         (let ((lowered (run (lower object system target) store)))
           (hashq-set! table object
                       (cons (cons* lowered system target)
                             (hashq-ref table object '())))
           lowered))))))

(define (lower-fully store object system target location)
  (let ((lowered (lower-once store object system target location)))
    (if (and (struct? lowered)
             (not (derivation? lowered))
             (not (eq? lowered object)))
        (lower-fully store lowered system target location)
        lowered)))

(define* (lower-object obj #:optional (system (%current-system))
                       #:key (target 'current))
  "Return as a monadic value the derivation or the store item that OBJ stands
for on SYSTEM, or on TARGET if it is a triplet."
  (lambda (store)
    (values (lower-fully store obj system (target-or-current target) #f)
            store)))

(define (target-or-current target)
  (if (eq? 'current target) (%current-target-system) target))

(define (system-or-current system)
  (if (or (not system) (eq? 'current system)) (%current-system) system))


;;;
;;; From gexps to code.
;;;

(define (self-quoting? obj)
  (or (symbol? obj) (string? obj) (keyword? obj) (pair? obj) (null? obj)
      (number? obj) (boolean? obj) (char? obj) (array? obj)
      (unspecified? obj)))

(define-record-type <parameterized>
  (parameterized bindings thunk)
  parameterized?
  (bindings parameterized-bindings)     ;list of (PARAMETER VALUE-THUNK)
  (thunk    parameterized-thunk))

(define-syntax-rule (with-parameters ((parameter value) ...) body ...)
  "Return an object that stands for the value of BODY, lowered with each
PARAMETER, such as '%current-system', set to VALUE."
  (parameterized (list (list parameter (lambda () value)) ...)
                 (lambda () body ...)))

(define (parameterized-system object system)
  ;; SYSTEM, unless OBJECT sets it; to be called within its bindings.
  (if (assq %current-system (parameterized-bindings object))
      (%current-system)
      system))

(define (parameterized-target object target)
  (if (assq %current-target-system (parameterized-bindings object))
      (%current-target-system)
      target))

(define (call-with-bindings bindings thunk)
  (match bindings
    (() (thunk))
    (((parameter value) . rest)
     (parameterize ((parameter (value)))
       (call-with-bindings rest thunk)))))

;; What a gexp needs, gathered while its code is made.
(define-record-type <needs>
  (make-needs seen inputs sources outputs)
  needs?
  (seen    needs-seen)                  ;(derivation . output) or path -> #t
  (inputs  needs-inputs  set-needs-inputs!)       ;reversed
  (sources needs-sources set-needs-sources!)      ;reversed
  (outputs needs-outputs set-needs-outputs!))     ;reversed

(define (no-needs)
  (make-needs (make-hash-table) '() '() '()))

(define (once! needs key proc)
  (let ((seen (needs-seen needs)))
    (unless (hash-ref seen key)
      (hash-set! seen key #t)
      (proc))))

(define (need! needs lowered output location)
  "Add LOWERED, a derivation or a string, to NEEDS."
  (cond ((derivation? lowered)
         (unless (member output (derivation-output-names lowered))
           (raise-output-error lowered output location))
         (once! needs (cons (derivation-file-name lowered) output)
           (lambda ()
             (set-needs-inputs! needs
                                (cons (derivation-input lowered (list output))
                                      (needs-inputs needs))))))
        ((and (string? lowered) (store-path? lowered))
         (let ((item (direct-store-path lowered)))
           (once! needs item
             (lambda ()
               (set-needs-sources! needs
                                   (cons item (needs-sources needs)))))))))

(define (need-output! needs name)
  (once! needs (string->symbol name)
    (lambda ()
      (set-needs-outputs! needs (cons name (needs-outputs needs))))))

(define (gexp->code store exp system target needs)
  "Return the code of EXP, a gexp, for SYSTEM and TARGET; add to NEEDS what it
refers to."
  (define (object->code object output target location)
    ;; Lower and expand; a compiler without expander gives another object.
    (match (lookup-expander object)
      (#f
       (unless (lookup-compiler object)
         (raise-input-error object location))
       (thing->code (lower-once store object system target location)
                    output target location))
      (expand
       (let ((lowered (lower-fully store object system target location)))
         (need! needs lowered output location)
         (let ((code (expand object lowered output)))
           (if (struct? code)
               (thing->code code output target location)
               code))))))

  (define (thing->code thing output target location)
    (cond ((gexp? thing)
           (gexp->code store thing system target needs))
          ((gexp-input? thing)
           (input->code thing target))
          ((gexp-output? thing)
           (output->code thing))
          ((parameterized? thing)
           (parameterized->code thing output target location))
          ((or (derivation? thing) (struct? thing))
           (object->code thing output target location))
          ((list? thing)
           (map (lambda (element)
                  (thing->code element "out" target location))
                thing))
          ((vector? thing)
           (vector-map* (lambda (element)
                          (thing->code element "out" target location))
                        thing))
          ((self-quoting? thing)
           (when (and (string? thing) (direct-store-path? thing))
             (need! needs thing output location))
           thing)
          (else
           (raise-input-error thing location))))

  (define (parameterized->code object output target location)
    (call-with-bindings
     (parameterized-bindings object)
     (lambda ()
       (let ((input (%gexp-input ((parameterized-thunk object)) output #f
                                 location)))
         (gexp->code store (make-gexp (list input) '() '() identity #f)
                     (parameterized-system object system)
                     (parameterized-target object target)
                     needs)))))

  (define (input->code input target)
    (match input
      (($ <gexp-input> thing output native? location)
       (thing->code thing output (if native? #f target) location))))

  (define (output->code reference)
    (match reference
      (($ <gexp-output> name)
       (need-output! needs name)
       `((@ (guile) getenv) ,name))))

  (apply (gexp-proc exp)
         (map (lambda (reference)
                (if (gexp-output? reference)
                    (output->code reference)
                    (input->code reference target)))
              (gexp-references exp))))

(define (vector-map* proc vector)
  (list->vector (map proc (vector->list vector))))

(define (gexp->sexp exp system target)
  "Return as a monadic value the code of EXP, a gexp."
  (lambda (store)
    (values (gexp->code store exp system target (no-needs)) store)))

(define (gexp->approximate-sexp gexp)
  "Return the code of GEXP, in which '(*approximate*) stands for what is known
only once things are lowered."
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
  "Call PROC on each input and output that GEXP refers to, also by way of other
gexps and of lists, and on its last result."
  (fold (lambda (reference result)
          (visit-reference proc reference result))
        seed
        (gexp-references gexp)))

(define (visit-reference proc reference result)
  (match reference
    ((? gexp-output?) (proc reference result))
    (($ <gexp-input> (? gexp? exp))
     (fold-references proc result exp))
    (($ <gexp-input> (things ...) output native? location)
     (fold (lambda (thing result)
             (visit-reference proc
                              (if (gexp-input? thing)
                                  thing
                                  (%gexp-input thing output native? location))
                              result))
           result things))
    (($ <gexp-input> (? gexp-input? input))
     (visit-reference proc input result))
    (_ (proc reference result))))

(define (gexp-outputs gexp)
  "Return the names of the outputs that GEXP refers to."
  (delete-duplicates
   (reverse (fold-references (lambda (reference result)
                               (if (gexp-output? reference)
                                   (cons (gexp-output-name reference) result)
                                   result))
                             '() gexp))))

(define (gexp-inputs gexp)
  "Return the inputs of GEXP that are to be lowered."
  (reverse (fold-references (lambda (reference result)
                              (if (and (gexp-input? reference)
                                       (file-like?
                                        (gexp-input-thing reference)))
                                  (cons reference result)
                                  result))
                            '() gexp)))

(define (gexp-attribute gexp self-attribute)
  "Return what SELF-ATTRIBUTE gives for GEXP and for all gexps that it refers
to, without duplicates."
  (define (gather thing result)
    (match thing
      ((? gexp?)
       (fold gather
             (append (self-attribute thing) result)
             (gexp-references thing)))
      (($ <gexp-input> thing) (gather thing result))
      ((things ...) (fold gather result things))
      (_ result)))

  (if (gexp? gexp)
      (delete-duplicates (gather gexp '()) same-attribute?)
      '()))

(define (same-attribute? a b)
  (match (list a b)
    (((name-a '=> file-a) (name-b '=> file-b))
     (and (equal? name-a name-b) (eq? file-a file-b)))
    (_ (equal? a b))))

(define (gexp-modules gexp)
  "Return the modules that GEXP needs."
  (gexp-attribute gexp gexp-self-modules))

(define (gexp-extensions gexp)
  "Return the packages whose modules GEXP needs."
  (gexp-attribute gexp gexp-self-extensions))


;;;
;;; Lowered gexps.
;;;

(define-record-type <lowered-gexp>
  (lowered-gexp sexp inputs sources guile load-path load-compiled-path)
  lowered-gexp?
  (sexp               lowered-gexp-sexp)
  (inputs             lowered-gexp-inputs)        ;list of <derivation-input>
  (sources            lowered-gexp-sources)       ;list of store paths
  (guile              lowered-gexp-guile)         ;<derivation-input>
  (load-path          lowered-gexp-load-path)
  (load-compiled-path lowered-gexp-load-compiled-path))

(define (default-guile)
  ((module-ref (resolve-interface '(guix packages)) 'default-guile)))

(define (lower-guile store guile system)
  "Return the input for GUILE, a derivation, a store item or other object, or the
default."
  (match (or guile (%guile-for-build) (default-guile))
    ((? string? item) item)
    (guile
     (match (lower-fully store guile system #f #f)
       ((? derivation? drv) (derivation-input drv '("out")))
       ((? string? item) item)))))

(define (guile-program guile)
  (string-append (if (string? guile)
                     guile
                     (derivation-input-output-path guile))
                 "/bin/guile"))

(define (extension-directories extensions effective-version subdirectory)
  (map (lambda (extension)
         (string-append extension (subdirectory effective-version)))
       extensions))

(define (site-directory version)
  (string-append "/share/guile/site/" version))

(define (site-ccache-directory version)
  (string-append "/lib/guile/" version "/site-ccache"))

(define (lower/store store exp system target guile module-path modules
                     effective-version)
  "Return two values: EXP lowered, and the names of its outputs."
  (let* ((needs      (no-needs))
         (code       (gexp->code store exp system target needs))
         (guile      (lower-guile store guile system))
         (extensions (map (lambda (extension)
                            (let ((lowered (lower-fully store extension system
                                                        #f #f)))
                              (need! needs lowered "out" #f)
                              (default-expander #f lowered "out")))
                          (gexp-extensions exp)))
         (modules    (delete-duplicates
                      (append modules (gexp-modules exp))
                      same-attribute?))
         (imports    (if (pair? modules)
                         (modules-for-builder store modules system guile
                                              module-path)
                         '(#f . #f)))
         (imported   (car imports))
         (compiled   (cdr imports)))
    (when imported (need! needs imported "out" #f))
    (when compiled (need! needs compiled "out" #f))
    (values
     (lowered-gexp code
                   (reverse (needs-inputs needs))
                   (reverse (needs-sources needs))
                   guile
                   (append (if imported
                               (list (default-expander #f imported "out"))
                               '())
                           (extension-directories extensions effective-version
                                                  site-directory))
                   (append (if compiled
                               (list (default-expander #f compiled "out"))
                               '())
                           (extension-directories extensions effective-version
                                                  site-ccache-directory)))
     (match (reverse (needs-outputs needs))
       (()      '("out"))
       (outputs outputs)))))

(define* (lower-gexp exp #:key
                     (module-path %load-path)
                     (system 'current) (target 'current) (graft? #t)
                     guile-for-build (effective-version "3.0")
                     deprecation-warnings)
  "Return as a monadic value EXP, a gexp, lowered for SYSTEM and TARGET: its
code, and the derivations and store items that the code needs."
  (lambda (store)
    (values (lower/store store exp (system-or-current system)
                         (target-or-current target) guile-for-build
                         module-path '() effective-version)
            store)))

(define (lower-reference-graphs store graphs system target needs)
  "Return GRAPHS, a list of (FILE-NAME THING [OUTPUT]), as an alist of file names
and store paths."
  (define (thing->path thing output)
    (match thing
      ((? string?)
       (need! needs thing "out" #f)
       thing)
      (($ <gexp-input> thing output native?)
       (lowered->path (lower-fully store thing system (and (not native?) target)
                                   #f)
                      output))
      (_
       (lowered->path (lower-fully store thing system target #f) output))))

  (define (lowered->path lowered output)
    (need! needs lowered output #f)
    (default-expander #f lowered output))

  (map (match-lambda
         ((name thing) (cons name (thing->path thing "out")))
         ((name thing output) (cons name (thing->path thing output)))
         ((name . thing) (cons name (thing->path thing "out"))))
       graphs))

(define (lower-references store references system target)
  "Return REFERENCES, a list of output names and of things, or #f, as strings."
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

(define* (gexp->derivation name exp #:key
                           system (target 'current)
                           hash hash-algo recursive?
                           (env-vars '()) (modules '())
                           (module-path %load-path)
                           (guile-for-build (%guile-for-build))
                           (effective-version "3.0") (graft? #t)
                           references-graphs
                           allowed-references disallowed-references
                           leaked-env-vars local-build? (substitutable? #t)
                           (properties '()) deprecation-warnings
                           (script-name (string-append name "-builder")))
  "Return as a monadic value the derivation NAME that runs EXP, a gexp, with
GUILE-FOR-BUILD, on SYSTEM, with things it refers to built for TARGET.  The
MODULES, searched in MODULE-PATH, are available to EXP besides its own; its
extensions are for the Guile of EFFECTIVE-VERSION.  The script that holds the
code is called SCRIPT-NAME.

REFERENCES-GRAPHS is a list of (FILE-NAME THING [OUTPUT]): the build finds in each
file the closure of THING.  ALLOWED-REFERENCES and DISALLOWED-REFERENCES are lists
of things and of output names.  The other arguments are those of 'derivation'."
  (lambda (store)
    (let ((system (system-or-current system))
          (target (target-or-current target)))
      (call-with-values
          (lambda ()
            (lower/store store exp system target guile-for-build module-path
                         modules effective-version))
        (lambda (lowered outputs)
          (let* ((needs  (no-needs))
                 (graphs (lower-reference-graphs store (or references-graphs '())
                                                 system target needs))
                 (script (add-text-to-store store script-name
                                            (object->string
                                             (lowered-gexp-sexp lowered))))
                 (guile  (lowered-gexp-guile lowered)))
            (values
             (derivation store name (guile-program guile)
                         `("--no-auto-compile"
                           ,@(flag "-L" (lowered-gexp-load-path lowered))
                           ,@(flag "-C"
                                   (lowered-gexp-load-compiled-path lowered))
                           ,script)
                         #:system system
                         #:env-vars env-vars
                         #:outputs outputs
                         #:inputs (cons guile
                                        (append (lowered-gexp-inputs lowered)
                                                (needs-inputs needs)))
                         #:sources (cons script
                                         (append (lowered-gexp-sources lowered)
                                                 (needs-sources needs)))
                         #:hash hash #:hash-algo hash-algo
                         #:recursive? recursive?
                         #:references-graphs graphs
                         #:allowed-references
                         (lower-references store allowed-references
                                           system target)
                         #:disallowed-references
                         (lower-references store disallowed-references
                                           system target)
                         #:leaked-env-vars leaked-env-vars
                         #:local-build? local-build?
                         #:substitutable? substitutable?
                         #:properties properties)
             store)))))))

(define (flag name values)
  (append-map (lambda (value) (list name value)) values))


;;;
;;; Files with a given text.
;;;

(define-record-type <plain-file>
  (%plain-file name content references)
  plain-file?
  (name       plain-file-name)
  (content    plain-file-content)
  (references plain-file-references))

(define (plain-file name content)
  "Return an object for the file NAME that holds CONTENT, a string or a
bytevector."
  (%plain-file name content '()))

(define-gexp-compiler (plain-file-compiler (file <plain-file>) system target)
  (match file
    (($ <plain-file> name content references)
     (text-file name content references))))


;;;
;;; Files of this machine.
;;;

(define-record-type <local-file>
  (%%local-file file absolute name recursive? select?)
  local-file?
  (file       local-file-file)
  (absolute   %local-file-absolute-file-name)     ;promise
  (name       local-file-name)
  (recursive? local-file-recursive?)
  (select?    local-file-select?))

(define (true file stat) #t)

(define* (%local-file file promise #:optional (name (basename file))
                      #:key recursive? (select? true))
  (%%local-file file promise name recursive? select?))

(define (absolute-file-name file directory)
  (cond ((string-prefix? "/" file) file)
        (directory (string-append directory "/" file))
        (else
         (raise (formatted-message
                 "~a: relative file name in code that is in no file" file)))))

(define-syntax local-file
  (lambda (s)
    "Return an object for FILE of this machine, called NAME in the store.  A
literal FILE that is relative is found beside the source file where it stands.
With #:recursive?, FILE's tree, or the part of it that #:select? accepts, is
meant; otherwise its contents."
    (syntax-case s ()
      ((_ file rest ...)
       (string? (syntax->datum #'file))
       #`(let ((name file))
           (%local-file name
                        (delay (absolute-file-name
                                name
                                #,(datum-source-directory s)))
                        rest ...)))
      ((_ file rest ...)
       #'(let ((name file))
           (%local-file name
                        (delay (absolute-file-name name (getcwd)))
                        rest ...)))
      (id
       (identifier? #'id)
       #'(lambda (file . rest)
           (apply %local-file file
                  (delay (absolute-file-name file (getcwd)))
                  rest))))))

(eval-when (expand load eval)
  (define (datum-source-directory form)
    ;; Code that finds the directory of the file where FORM stands.
    (match (assoc-ref (or (syntax-source form) '()) 'filename)
      ((? string? file)
       #`(source-file-directory #,(datum->syntax #'here file)))
      (_ #'(getcwd)))))

(define (source-file-directory file)
  (cond ((string-prefix? "/" file)
         (dirname file))
        ((search-path %load-path file) => dirname)
        ((file-exists? file)
         (dirname (canonicalize-path file)))
        (else #f)))

(define (local-file-absolute-file-name file)
  "Return the absolute name of FILE on this machine."
  (force (%local-file-absolute-file-name file)))

(define-gexp-compiler (local-file-compiler (file <local-file>) system target)
  (match file
    (($ <local-file> base (= force absolute) name recursive? select?)
     (unless (file-exists? absolute)
       (raise (formatted-message "~a: no such file" absolute)))
     (interned-file absolute name #:recursive? recursive?
                    #:select? (if (eq? select? true) #f select?)))))


;;;
;;; Modules for builders.
;;;

(define (search-module file module-path)
  "Return the absolute name of FILE in MODULE-PATH."
  (match (search-path module-path file)
    (#f
     (raise (formatted-message
             "~a: module not found in the load path" file)))
    (found
     (if (string-prefix? "/" found)
         found
         (string-append (getcwd) "/" found)))))

(define (module->mapping module module-path)
  ;; Return (FILE . SOURCE), SOURCE being a file name or an object.
  (match module
    (((name ...) '=> thing)
     (cons (module-name->file-name name) thing))
    ((name ...)
     (let ((file (module-name->file-name name)))
       (cons file (search-module file module-path))))))

(define (import-modules store modules system guile module-path)
  "Return the store item or derivation of a directory that holds MODULES."
  (import-files store
                (map (lambda (module) (module->mapping module module-path))
                     modules)
                "module-import" system guile))

(define %modules-for-builders
  ;; The key of the cache of modules among those of a connection.
  (list 'modules-for-builders))

(define (modules-for-builder store modules system guile module-path)
  "Return a pair: the directory of MODULES, and that of their compiled form.  Most
packages ask for the same ones, whose files are read once for each connection."
  (define (lower)
    (let ((imported (import-modules store modules system guile module-path)))
      (cons imported
            (compile-modules store modules imported system guile
                             module-path))))

  (define (plain-name? module)
    (every symbol? module))

  (if (every plain-name? modules)
      (let* ((caches (store-object-cache store))
             (cache  (or (hashq-ref caches %modules-for-builders)
                         (hashq-set! caches %modules-for-builders
                                     (make-hash-table))))
             (key    (list modules module-path system
                           (if (derivation-input? guile)
                               (derivation-input-path guile)
                               guile))))
        (or (hash-ref cache key)
            (hash-set! cache key (lower))))
      (lower)))

(define (import-files store mapping name system guile)
  (if (every (match-lambda ((_ . source) (string? source))) mapping)
      (intern-files store mapping name)
      (run (files-derivation mapping name system guile) store)))

(define (intern-files store mapping name)
  "Add to STORE a directory called NAME with the files of MAPPING, an alist of
names in it and files."
  (match (common-root mapping)
    (#f   (intern-copies store mapping name))
    (root (intern-selection store root (map car mapping) name))))

(define (common-root mapping)
  "Return the directory under which each file of MAPPING has the name that it is
to have, or #f."
  (define root
    (match-lambda
      ((file . source)
       (and (string-suffix? (string-append "/" file) source)
            (string-drop-right source (1+ (string-length file)))))))

  (match (delete-duplicates (map root mapping))
    ((root) root)
    (_ #f)))

(define (intern-selection store root files name)
  (define selected (make-hash-table))

  (define (select! file)
    (unless (string=? file ".")
      (hash-set! selected (string-append root "/" file) #t)
      (select! (dirname file))))

  (for-each select! files)
  (hash-set! selected root #t)
  (add-to-store store name #t "sha256" root
                #:select? (lambda (file stat) (hash-ref selected file))))

(define (intern-copies store mapping name)
  (define (make-directories directory)
    (unless (file-exists? directory)
      (make-directories (dirname directory))
      (mkdir directory)))

  (call-with-temporary-directory
   (lambda (directory)
     (for-each (match-lambda
                 ((file . source)
                  (let ((target (string-append directory "/" file)))
                    (make-directories (dirname target))
                    (copy-file source target))))
               mapping)
     (add-to-store store name #t "sha256" directory))))

(define (->derivation thing)
  ;; THING is a derivation, or an input that is one.
  (if (derivation-input? thing)
      (derivation-input-derivation thing)
      thing))

(define* (files-derivation mapping name system guile #:key (symlink? #f))
  "Return as a monadic value the derivation of a directory with the files of
MAPPING, an alist of names and of file names or objects."
  (define files
    (map (match-lambda
           ((file . (? string? source))
            (list file (local-file source #:recursive? #t)))
           ((file . source)
            (list file source)))
         mapping))

  (gexp->derivation
   name
   #~(let ((out (getenv "out")))
       (define (make-directories directory)
         (unless (file-exists? directory)
           (make-directories (dirname directory))
           (mkdir directory)))

       (mkdir out)
       (for-each (lambda (entry)
                   (let ((file (string-append out "/" (car entry))))
                     (make-directories (dirname file))
                     ((if #$symlink? symlink copy-file) (cadr entry) file)))
                 '#$files))
   #:system system
   #:target #f
   #:guile-for-build (->derivation guile)
   #:local-build? #t
   #:script-name (string-append name "-builder")))

(define* (imported-files files #:key (name "file-import") (symlink? #f)
                         (system (%current-system))
                         (guile (%guile-for-build)))
  "Return as a monadic value a directory that holds FILES, an alist of names in
it and of file names or file-like objects."
  (lambda (store)
    (values (if (and (not symlink?)
                     (every (match-lambda ((_ . source) (string? source)))
                            files))
                (intern-files store files name)
                (run (files-derivation files name system guile
                                       #:symlink? symlink?)
                     store))
            store)))

(define* (imported-modules modules #:key (name "module-import")
                           (system (%current-system))
                           (guile (%guile-for-build))
                           (module-path %load-path))
  "Return as a monadic value a directory that holds the source of MODULES, names
of modules or (NAME => FILE-LIKE-OBJECT)."
  (imported-files (map (lambda (module) (module->mapping module module-path))
                       modules)
                  #:name name #:system system #:guile guile))

(define (ordered-module-files modules module-path)
  "Return the file names of MODULES, each after those it depends on."
  (map car (sort-by-dependency
            (map (lambda (module) (module->mapping module module-path))
                 modules))))

(define (compile-modules store modules imported system guile module-path)
  "Return the derivation of the compiled form of MODULES, whose source is in
IMPORTED."
  (define files (ordered-module-files modules module-path))

  (run (gexp->derivation
        "module-import-compiled"
        #~(begin
            (use-modules (system base compile))

            (define out (getenv "out"))
            (define source #$imported)

            ;; Little of the code is run more than once in a build: what
            ;; optimisation takes is never won back.
            (define options
              ((@ (system base optimize) optimizations-for-level) 1))

            (define (make-directories directory)
              (unless (file-exists? directory)
                (make-directories (dirname directory))
                (mkdir directory)))

            (define (go-file file)
              (string-append out "/" (string-drop-right file 4) ".go"))

            (mkdir out)
            (set! %load-path (cons source %load-path))
            (set! %load-compiled-path (cons out %load-compiled-path))
            (set! %load-should-auto-compile #f)
            (for-each (lambda (file)
                        (make-directories (dirname (go-file file)))
                        (compile-file (string-append source "/" file)
                                      #:output-file (go-file file)
                                      #:opts options)
                        ;; Compiling a module makes it exist, but empty; those
                        ;; that follow need its bindings.
                        (save-module-excursion
                         (lambda ()
                           (load-compiled (go-file file)))))
                      '#$files))
        #:system system
        #:target #f
        #:guile-for-build (->derivation guile)
        #:local-build? #t
        #:env-vars '(("GUILE_AUTO_COMPILE" . "0")))
       store))

(define* (compiled-modules modules #:key (name "module-import-compiled")
                           (system (%current-system))
                           (target #f)
                           (guile (%guile-for-build))
                           (module-path %load-path))
  "Return as a monadic value the derivation of a directory with the compiled form
of MODULES."
  (lambda (store)
    (let ((guile (lower-guile store guile system)))
      (values (compile-modules store modules
                               (import-modules store modules system guile
                                               module-path)
                               system guile module-path)
              store))))


;;;
;;; Files that are computed.
;;;

(define-record-type <computed-file>
  (%computed-file name gexp guile options)
  computed-file?
  (name    computed-file-name)
  (gexp    computed-file-gexp)
  (guile   computed-file-guile)
  (options computed-file-options))

(define* (computed-file name gexp #:key guile (local-build? #t) (options '()))
  "Return an object for NAME, a file or directory that GEXP makes.  OPTIONS are
keyword arguments of 'gexp->derivation'."
  (%computed-file name gexp guile
                  (default-keyword-arguments options
                    (list #:local-build? local-build?))))

(define-gexp-compiler (computed-file-compiler (file <computed-file>)
                                              system target)
  (match file
    (($ <computed-file> name gexp guile options)
     (apply gexp->derivation name gexp
            #:guile-for-build (or guile (%guile-for-build))
            #:system system #:target target options))))

(define-record-type <program-file>
  (%program-file name gexp guile path)
  program-file?
  (name program-file-name)
  (gexp program-file-gexp)
  (guile program-file-guile)
  (path program-file-module-path))

(define* (program-file name gexp #:key guile (module-path %load-path))
  "Return an object for NAME, an executable script that runs GEXP with GUILE."
  (%program-file name gexp guile module-path))

(define-gexp-compiler (program-file-compiler (file <program-file>)
                                             system target)
  (match file
    (($ <program-file> name gexp guile module-path)
     (gexp->script name gexp
                   #:module-path module-path
                   #:guile (or guile (default-guile))
                   #:system system #:target target))))

(define-record-type <scheme-file>
  (%scheme-file name gexp splice? guile load-path?)
  scheme-file?
  (name       scheme-file-name)
  (gexp       scheme-file-gexp)
  (splice?    scheme-file-splice?)
  (guile      scheme-file-guile)
  (load-path? scheme-file-set-load-path?))

(define* (scheme-file name gexp #:key splice? guile (set-load-path? #t))
  "Return an object for the file NAME that holds GEXP; with SPLICE?, GEXP is a
list of which each element is an expression of the file."
  (%scheme-file name gexp splice? guile set-load-path?))

(define-gexp-compiler (scheme-file-compiler (file <scheme-file>) system target)
  (match file
    (($ <scheme-file> name gexp splice? guile set-load-path?)
     (gexp->file name gexp
                 #:set-load-path? set-load-path?
                 #:splice? splice?
                 #:guile (or guile (default-guile))
                 #:system system #:target target))))

(define* (load-path-expression modules #:optional (path %load-path)
                               #:key (extensions '()) system target)
  "Return as a monadic value a gexp that puts MODULES, searched in PATH, and the
modules of EXTENSIONS into the load path; #f when there are none."
  (mlet %store-monad ((system -> (system-or-current system))
                      (imported (imported-or-none modules imported-modules
                                                  path system))
                      (compiled (imported-or-none modules compiled-modules
                                                  path system)))
    (return
     (and (or imported (pair? extensions))
          #~(eval-when (expand load eval)
              (let ((extensions '#$extensions)
                    (prepend (lambda (items list)
                               ;; Keep what is there already in its place.
                               (append items
                                       (let loop ((list list))
                                         (cond ((null? list) '())
                                               ((member (car list) items)
                                                (loop (cdr list)))
                                               (else
                                                (cons (car list)
                                                      (loop (cdr list))))))))))
                (set! %load-path
                      (prepend (append
                                (map (lambda (extension)
                                       (string-append extension
                                                      "/share/guile/site/"
                                                      (effective-version)))
                                     extensions)
                                '#$(if imported (list imported) '()))
                               %load-path))
                (set! %load-compiled-path
                      (prepend (append
                                (map (lambda (extension)
                                       (string-append extension
                                                      "/lib/guile/"
                                                      (effective-version)
                                                      "/site-ccache"))
                                     extensions)
                                '#$(if compiled (list compiled) '()))
                               %load-compiled-path))))))))

(define (imported-or-none modules import path system)
  (if (null? modules)
      (store-return #f)
      (import modules #:module-path path #:system system)))

(define* (gexp->script name exp #:key guile (module-path %load-path)
                       system (target 'current))
  "Return as a monadic value the derivation of NAME, an executable script that
runs EXP with GUILE and with the modules that EXP needs."
  (mlet* %store-monad ((set-load-path
                        (load-path-expression (gexp-modules exp) module-path
                                              #:extensions
                                              (gexp-extensions exp)
                                              #:system system)))
    (gexp->derivation
     name
     #~(let ((out #$output))
         (call-with-output-file out
           (lambda (port)
             (display "#!" port)
             (display #$(file-append (or guile (default-guile)) "/bin/guile")
                      port)
             (display " --no-auto-compile\n!#\n" port)
             (for-each (lambda (exp)
                         (write exp port)
                         (newline port))
                       '(#$@(if set-load-path (list set-load-path) '())
                         #$(without-attributes exp)))))
         (chmod out #o555))
     #:system system
     #:target target
     #:local-build? #t
     #:substitutable? #f)))

(define* (gexp->file name exp #:key guile (set-load-path? #t)
                     (module-path %load-path) (splice? #f)
                     system (target 'current))
  "Return as a monadic value the derivation of NAME, a file that holds EXP, or,
with SPLICE?, each of the expressions in it.  With SET-LOAD-PATH?, it starts by
making available the modules that EXP needs."
  (mlet* %store-monad ((set-load-path
                        (if set-load-path?
                            (load-path-expression (gexp-modules exp)
                                                  module-path
                                                  #:extensions
                                                  (gexp-extensions exp)
                                                  #:system system)
                            (return #f))))
    (gexp->derivation
     name
     #~(call-with-output-file #$output
         (lambda (port)
           (for-each (lambda (exp)
                       (write exp port)
                       (newline port))
                     '(#$@(if set-load-path (list set-load-path) '())
                       #$@(if splice?
                              (without-attributes exp)
                              (list (without-attributes exp)))))))
     #:system system
     #:target target
     #:guile-for-build (or guile (%guile-for-build))
     #:local-build? #t
     #:substitutable? #f)))

(define (without-attributes exp)
  ;; EXP as text: it does not run in the build, so its modules are not needed.
  (match exp
    (($ <gexp> references modules extensions proc location)
     (make-gexp (map (lambda (reference)
                       (match reference
                         (($ <gexp-input> (? gexp? thing) output native? place)
                          (%gexp-input (without-attributes thing) output
                                       native? place))
                         (_ reference)))
                     references)
                '() '() proc location))
    (_ exp)))

(define* (text-file* name #:rest text)
  "Return as a monadic value the derivation of NAME, a file that holds the
concatenation of TEXT, strings and file-like objects."
  (gexp->derivation name (text-builder text)
                    #:local-build? #t #:substitutable? #f))

(define (text-builder text)
  #~(call-with-output-file #$output
      (lambda (port)
        (set-port-encoding! port "UTF-8")
        (display (string-append #$@text) port))))

(define* (mixed-text-file name #:key guile #:rest text)
  "Return an object for NAME, a file that holds the concatenation of TEXT,
strings and file-like objects."
  (computed-file name (text-builder (strip-keyword-arguments '(#:guile) text))
                 #:guile guile))

(define* (file-union name files #:key guile)
  "Return an object for NAME, a directory of symbolic links: FILES is a list of
(FILE-NAME FILE-LIKE-OBJECT)."
  (computed-file name
                 #~(begin
                     (define (make-directories directory)
                       (unless (file-exists? directory)
                         (make-directories (dirname directory))
                         (mkdir directory)))

                     (mkdir #$output)
                     (chdir #$output)
                     (for-each (lambda (entry)
                                 (make-directories (dirname (car entry)))
                                 (symlink (cadr entry) (car entry)))
                               '#$files))
                 #:guile guile))

(define* (directory-union name things #:key (copy? #f) (quiet? #f)
                          (resolve-collision 'warn-about-collision))
  "Return an object for NAME, a directory that is the union of THINGS: symbolic
links, or with COPY? copies."
  (match things
    ((thing)
     thing)
    (_
     (computed-file
      name
      (with-imported-modules '((guix build union))
        #~(begin
            (use-modules (guix build union))
            (union-build #$output '#$things
                         #:symlink (if #$copy? copy-file symlink)
                         #:log-port (if #$quiet?
                                        (%make-void-port "w")
                                        (current-error-port))
                         #:resolve-collision #$resolve-collision)))))))


;;;
;;; Objects on top of other objects.
;;;

(define-record-type <file-append>
  (%file-append base suffix)
  file-append?
  (base   file-append-base)
  (suffix file-append-suffix))

(define (file-append base . suffix)
  "Return an object for the file whose name is that of BASE followed by SUFFIX,
strings."
  (%file-append base suffix))

(set-record-type-printer! <file-append>
  (lambda (file port)
    (simple-format port "#<file-append ~s ~s>"
                   (file-append-base file)
                   (string-concatenate (file-append-suffix file)))))

(define-gexp-compiler file-append-compiler <file-append>
  compiler => (lambda (file system target)
                (lower-object (file-append-base file) system #:target target))
  expander => (lambda (file lowered output)
                (let* ((base (file-append-base file))
                       (expand (or (lookup-expander base)
                                   (lookup-expander lowered)
                                   default-expander)))
                  (string-append (expand base lowered output)
                                 (string-concatenate
                                  (file-append-suffix file))))))

(define-record-type <raw-derivation-file>
  (raw-derivation-file obj)
  raw-derivation-file?
  (obj raw-derivation-file-object))

(define-gexp-compiler raw-derivation-file-compiler <raw-derivation-file>
  compiler => (lambda (file system target)
                (mlet %store-monad ((drv (lower-object
                                          (raw-derivation-file-object file)
                                          system #:target target)))
                  (return (if (derivation? drv)
                              (derivation-file-name drv)
                              drv))))
  expander => default-expander)

(define-record-type <system-binding>
  (system-binding proc)
  system-binding?
  (proc system-binding-proc))

(define-syntax let-system
  (syntax-rules ()
    "Return an object that stands for the value of BODY, which sees the system and
the target that it is lowered for."
    ((_ (system target) body ...)
     (system-binding (lambda (system target) body ...)))
    ((_ system body ...)
     (system-binding (lambda (system target) body ...)))))

(define-gexp-compiler system-binding-compiler <system-binding>
  compiler => (lambda (binding system target)
                (store-return ((system-binding-proc binding) system target)))
  expander => #f)

(define-gexp-compiler parameterized-compiler <parameterized>
  compiler => (lambda (object system target)
                (lambda (store)
                  (values
                   (call-with-bindings
                    (parameterized-bindings object)
                    (lambda ()
                      (lower-fully store ((parameterized-thunk object))
                                   (parameterized-system object system)
                                   (parameterized-target object target)
                                   #f)))
                   store)))
  expander => (lambda (object lowered output)
                (call-with-bindings
                 (parameterized-bindings object)
                 (lambda ()
                   (let* ((base   ((parameterized-thunk object)))
                          (expand (or (lookup-expander base)
                                      (lookup-expander lowered)
                                      default-expander)))
                     (expand base lowered output))))))


;;;
;;; The variables of traditional builders.
;;;

(define (input-tuples->gexp inputs)
  "Return the gexp of an alist of names and paths, made from INPUTS, a list of
(NAME THING [OUTPUT])."
  (define tuples
    (map (match-lambda
           ((label thing)        (cons label (gexp-input thing)))
           ((label thing output) (cons label (gexp-input thing output))))
         inputs))

  #~(list #$@(map (match-lambda
                    ((label . input) #~(cons #$label #$input)))
                  tuples)))

(define (outputs->gexp outputs)
  "Return the gexp of an alist of OUTPUTS, names, and their paths."
  #~(list #$@(map (lambda (name)
                    #~(cons #$name (ungexp output name)))
                  outputs)))

(define (with-build-variables inputs outputs body)
  "Return BODY, a gexp, in which '%build-inputs', '%outputs', '%output' and
'%build-host-inputs' have their customary values."
  #~(begin
      (define %build-inputs
        #$(input-tuples->gexp inputs))
      (define %outputs
        #$(outputs->gexp outputs))
      (define %output
        (assoc-ref %outputs "out"))

      (define %build-host-inputs %build-inputs)
      (define %build-target-inputs '())

      #$body))
