;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Conversion between the engine's errors and Scheme's conditions.  An error of
;;; the engine is raised as the condition that programs expect; an uncaught
;;; exception is described as the engine shows it to a user.
(define-module (nacre errors)
  #:use-module (nacre interpreter)
  #:use-module (nacre printing)
  #:use-module (nacre roots)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 exceptions)
  #:use-module (ice-9 match)
  #:use-module ((system syntax internal) #:select (syntax?))
  #:autoload   (ice-9 ftw) (scandir)
  #:autoload   (ice-9 regex) (string-match match:substring)
  #:export (raise-engine-error
            describe-exception))


;;;
;;; Places.
;;;

;; FILE, and LINE and COLUMN that count from 1, or #f.
(define (place file line column)
  (and (string? file) (list file line column)))

(define (source->place source)
  "Return the place that SOURCE, an alist or vector of Guile's source properties,
stands for, or #f."
  (match source
    (#(file line column)
     (place file (1+ line) (1+ column)))
    ((('filename . file) . _)
     (place file (1+ (assq-ref source 'line)) (1+ (assq-ref source 'column))))
    (((? pair?) . _)
     (and (assq-ref source 'filename)
          (source->place `((filename . ,(assq-ref source 'filename))
                           ,@source))))
    (_ #f)))

(define (below? directory file)
  (string-prefix? (string-append directory "/") file))

(define (users-directories)
  ;; Those before the engine and the channel on the load path.
  (take-while (lambda (directory) (not (string=? directory engine-directory)))
              %load-path))

(define (users-file? file)
  "Return true when FILE is not the engine's, the channel's or Guile's.  Compiled
modules have names relative to the load path."
  (if (absolute-file-name? file)
      (or (any (lambda (directory) (below? directory file)) (users-directories))
          (not (any (lambda (directory) (below? directory file)) %load-path)))
      (or (search-path (users-directories) file)
          (not (search-path %load-path file)))))

(define (frame-place frame)
  (match (frame-source frame)
    ((_ (? string? file) line . column)
     (and (users-file? file)
          (place file (1+ line) (1+ column))))
    (_ #f)))

(define (stack-place stack)
  "Return the place in the user's files nearest to the top of STACK, or #f."
  (and stack
       (let loop ((i 0))
         (and (< i (stack-length stack))
              (or (frame-place (stack-ref stack i))
                  (loop (1+ i)))))))

(define (form-source form)
  (if (syntax? form)
      (syntax-source form)
      (and (pair? form) (source-properties form))))

(define (form-parts form)
  ;; Its elements, when FORM, a syntax object or a datum, is a list or pair.
  (match (if (syntax? form) (syntax-expression form) form)
    ((first . rest) (list first rest))
    (_ '())))

(define (syntax-expression form)
  (syntax-case form ()
    ((first . rest) (cons #'first #'rest))
    (_ #f)))

(define (find-part pred form)
  "Return the first part of FORM, in its order, whose datum satisfies PRED."
  (if (pred (syntax->datum form))
      form
      (any (lambda (part) (find-part pred part)) (form-parts form))))

(define (part-place pred form)
  (and=> (and form (find-part pred form))
         (lambda (part)
           (source->place (form-source part)))))


;;;
;;; Hints.
;;;

(define (did-you-mean name candidates)
  ;; A name of one letter is near to too many.
  (and=> (and (> (string-length name) 1)
              (nearest-name name candidates))
         (lambda (nearest)
           (string-append "did you mean '" nearest "'?"))))

(define (nearest-export name module)
  ;; At any distance: some name of the module that the user wrote is better than none.
  (let ((exports (module-exports module)))
    (or (did-you-mean name exports)
        (and=> (nearest-name name exports 1000)
               (lambda (nearest)
                 (string-append "the nearest name there is '" nearest "'"))))))

(define (module-exports name)
  (match (false-if-exception (resolve-interface name))
    (#f '())
    (interface (module-map (lambda (symbol _) (symbol->string symbol))
                           interface))))

(define (visible-names module)
  "Return the names that MODULE defines or imports."
  (append (module-map (lambda (symbol _) (symbol->string symbol)) module)
          (append-map visible-names (module-uses module))))

(define (loaded-modules-exporting name)
  "Return the names of the loaded modules that have NAME in their interfaces."
  (define (search module names)
    (hash-fold (lambda (_ child names) (search child names))
               (let ((interface (module-public-interface module)))
                 (if (and interface (module-local-variable interface name))
                     (cons (module-name module) names)
                     names))
               (module-submodules module)))

  (sort (search (resolve-module '() #f) '())
        (lambda (a b) (string<? (object->string a) (object->string b)))))

(define (variable-hint name module form)
  (match (qualified-reference name form)
    ((module-name . _)
     (nearest-export (symbol->string name) module-name))
    (#f
     (match (loaded-modules-exporting name)
       ((module-name . _)
        (simple-format #f "did you forget '(use-modules ~s)'?" module-name))
       (()
        (did-you-mean (symbol->string name) (visible-names module)))))))

(define (qualified-reference name form)
  "Return (MODULE . PART) for the '(@ MODULE NAME)' in FORM, or #f."
  (let ((part (and form
                   (find-part (lambda (datum)
                                (match datum
                                  (((or '@ '@@) (_ ...) (? (lambda (n) (eq? n name))))
                                   #t)
                                  (_ #f)))
                              form))))
    (and part
         (cons (cadr (syntax->datum part)) part))))

(define (modules-below directory)
  "Return the names of the modules in DIRECTORY, written as lists."
  (define (file-names directory depth)
    (define (entry name)
      (let ((file (string-append directory "/" name)))
        (cond ((string-suffix? ".scm" name)
               (list (string-drop-right name 4)))
              ((and (> depth 0) (not (string-index name #\.))
                    (false-if-exception
                     (eq? 'directory (stat:type (stat file)))))
               (map (lambda (below) (string-append name " " below))
                    (file-names file (1- depth))))
              (else '()))))

    (append-map entry
                (or (scandir directory
                             (lambda (name) (not (string-prefix? "." name))))
                    '())))

  (map (lambda (name) (string-append "(" name ")"))
       (file-names directory 4)))

(define (module-hint name)
  (or (did-you-mean (object->string name)
                    (append-map modules-below %load-path))
      "modules are looked for in the directories given with -L"))


;;;
;;; Descriptions of what was thrown.
;;;

;; MESSAGE and, if known, the PLACE, a HINT and the program's exit STATUS.
(define* (description message #:key place hint (status 1))
  (list message place hint status))

(define (exception-text key args)
  "Return Guile's text for an exception, without white space at its ends."
  (define bounded
    ;; Guile may print them by (ice-9 format), to a string first.
    (match-lambda
      ((? list? (? (lambda (objects) (< (length objects) 100)) objects))
       (map printable objects))
      (object
       (printable object))))

  (string-trim-both
   (abbreviated-output 4000
                       (lambda (port)
                         (print-exception port #f key (map bounded args))))))

(define (describe-unbound-variable name module form)
  (let ((reference (qualified-reference name form)))
    (description
     (match reference
       ((module-name . _)
        (simple-format #f "~a: unbound variable in module ~s" name module-name))
       (#f
        (simple-format #f "~a: unbound variable" name)))
     #:place (match reference
               ((_ . part) (source->place (form-source part)))
               (#f (part-place (lambda (datum) (eq? datum name)) form)))
     #:hint (variable-hint name module form))))

(define (describe-missing-binding name module-name form)
  (description
   (simple-format #f "~a: not exported by module ~s" name module-name)
   #:place (part-place (lambda (datum) (eq? datum name)) form)
   #:hint (nearest-export (symbol->string name) module-name)))

(define (describe-missing-module name form)
  (description
   (simple-format #f "no code for module ~s" name)
   #:place (part-place (lambda (datum) (equal? datum name)) form)
   #:hint (module-hint name)))

(define (describe-syntax-error who what source problem subform form)
  (description
   (simple-format #f "~a~a~a"
                  (if who (simple-format #f "~a: " who) "")
                  what
                  (match (or subform problem)
                    (#f "")
                    (datum (string-append " in form "
                                          (shortened (abbreviated
                                                      (syntax->datum datum))
                                                     120)))))
   #:place (or (part-place (lambda (datum)
                             (equal? datum (syntax->datum (or subform problem))))
                           form)
               (source->place source))))

(define (describe-read-error text)
  (define located
    (string-match "^(.*):([0-9]+):([0-9]+): (.*)$" text))

  (if located
      (let ((message (match:substring located 4))
            (column  (string->number (match:substring located 3))))
        (description
         (cond ((string-prefix? "unexpected end of input while searching for" message)
                "unexpected end of file: a closing parenthesis is missing")
               (else message))
         #:place (place (match:substring located 1)
                        (string->number (match:substring located 2))
                        ;; The reader's column is one too high then.
                        (if (string-prefix? "unexpected \"" message)
                            (1- column)
                            column))))
      (description text)))

(define (format-arguments message arguments)
  ;; Guile's own messages have only ~A and ~S, which 'simple-format' supports.
  (apply simple-format #f message (map printable arguments)))

(define (describe-throw key args module form)
  (match (cons key args)
    (('unbound-variable _ "Unbound variable: ~S" ((? symbol? name)) . _)
     (describe-unbound-variable name module form))
    (('unbound-variable _ _ ((? symbol? name) (? list? module-name)) . _)
     (describe-missing-binding name module-name form))
    (('misc-error _ (or "no code for module ~S"
                        "Module named ~s has no public interface")
                  ((? list? name)) . _)
     (describe-missing-module name form))
    (('syntax-error who what source problem subform . _)
     (describe-syntax-error who what source problem subform form))
    (('read-error _ (? string? message) (? list? arguments) . _)
     (describe-read-error (format-arguments message arguments)))
    (('system-error _ "~A" (message) . _)
     (description message))
    (('stack-overflow . _)
     (description "the recursion is too deep" #:hint "does it ever end?"))
    (('out-of-memory . _)
     (description "out of memory"))
    (_
     (description (exception-text key args)))))


;;;
;;; Descriptions of conditions.
;;;

;; An error of the engine, with all that the engine records of it.
(define-condition-type &engine-error &error
  engine-error?
  (message engine-error-message)
  (place   engine-error-place)
  (hint    engine-error-hint)
  (status  engine-error-status))

(define (binding module name)
  "Return the value of NAME in MODULE if that is loaded and exports it, else #f."
  (let ((module (resolve-module module #f #:ensure #f)))
    (and module
         (module-variable (module-public-interface module) name)
         ;; It may be inlined: a macro that stands for a procedure.
         (eval name module))))

(define (condition-part condition module predicate . accessors)
  "If CONDITION satisfies PREDICATE, a name in MODULE, return the values of
ACCESSORS, names in MODULE; otherwise a list of #f."
  (let ((pred (binding module predicate)))
    (map (lambda (accessor)
           (and pred (pred condition)
                ((binding module accessor) condition)))
         accessors)))

(define (location->place location)
  (match (condition-part location '(guix diagnostics) 'location?
                         'location-file 'location-line 'location-column)
    ((#f _ _) #f)
    ((file line column) (place file line (and column (1+ column))))))

(define (condition-text condition)
  "Return the message of CONDITION, whatever it is made of."
  (match (append (condition-part condition '(guix store) 'store-protocol-error?
                                 'store-protocol-error-message)
                 (condition-part condition '(guix diagnostics) 'formatted-message?
                                 'formatted-message-string
                                 'formatted-message-arguments))
    (((? string? message) _ _)
     message)
    ((_ (? string? message) arguments)
     (apply (@ (ice-9 format) format) #f message (map printable arguments)))
    (_
     (if (and (exception? condition) (exception-with-message? condition))
         (let ((message (exception-message condition)))
           (if (and (exception-with-irritants? condition)
                    (pair? (exception-irritants condition)))
               (string-join (cons message
                                  (map abbreviated
                                       (exception-irritants condition))))
               message))
         (parts-text condition)))))

(define (parts-text condition)
  (define (part-text part)
    (let ((type (struct-vtable part)))
      (string-join
       (cons (symbol->string (record-type-name type))
             (map (lambda (field)
                    (simple-format #f "~a: ~a" field
                                   (abbreviated
                                    ((record-accessor type field) part))))
                  (record-type-fields type))))))

  (if (exception? condition)
      (string-join (map part-text (simple-exceptions condition)) "; ")
      (string-append (abbreviated condition) " was raised")))

(define (describe-condition condition)
  (if (and (exception? condition) (engine-error? condition))
      (description (engine-error-message condition)
                   #:place (engine-error-place condition)
                   #:hint (engine-error-hint condition)
                   #:status (engine-error-status condition))
      (match (append (condition-part condition '(guix diagnostics)
                                     'error-location? 'error-location)
                     (condition-part condition '(guix diagnostics)
                                     'fix-hint? 'condition-fix-hint)
                     (condition-part condition '(guix store)
                                     'store-protocol-error?
                                     'store-protocol-error-status))
        ((location hint status)
         (description (string-trim-right (condition-text condition))
                      #:place (and location (location->place location))
                      #:hint (and hint (string-trim-both hint))
                      #:status (if (and (integer? status) (< 0 status 256))
                                   status
                                   1))))))

(define (given-name file)
  "Return the user's name for FILE, in which an error is."
  (match (and file (binding '(nacre evaluation) 'given-file-name))
    (#f              file)
    (given-file-name (given-file-name file))))

(define (describe-exception key args stack module form backtrace?)
  "Return the description of the exception KEY with ARGS for a user, as a list:
MESSAGE FILE LINE COLUMN HINT STATUS BACKTRACE, with #f for unknown parts.  STACK
is that at the point of the throw, MODULE the current one, and FORM the user's
top-level form that was being evaluated, a procedure that returns it, or #f."
  (define source-form
    (if (procedure? form) (false-if-exception (form)) form))

  (define (backtrace)
    (and backtrace? stack
         (call-with-output-string
           (lambda (port)
             (display-backtrace stack port)))))

  (match (match (cons key args)
           (('%exception condition) (describe-condition condition))
           (_ (describe-throw key args (or module the-root-module)
                              source-form)))
    ((message place hint status)
     (match (or place
                (stack-place stack)
                (and source-form (source->place (form-source source-form)))
                '(#f #f #f))
       ((file line column)
        (list (without-control-characters message)
              (given-name file) line column
              (and hint (without-control-characters hint))
              status (backtrace)))))))


;;;
;;; Raising the engine's errors.
;;;

(define (daemon-message message)
  ;; Programs that parse the message expect that of the daemon, which omits the
  ;; reason why a build failed.
  (match (string-contains message "' failed: ")
    (#f    message)
    (start (substring message 0 (+ start (string-length "' failed"))))))

(define (conditions-for kind message place hint status)
  "Return the conditions for such an error that programs expect, of those types
that are loaded."
  (define (make type . fields)
    (match type
      (#f '())
      (type (list (apply make-condition type fields)))))

  (define location
    (match place
      ((file line column)
       (and=> (binding '(guix diagnostics) 'location)
              (lambda (location)
                (location file line (1- (max 1 column))))))
      (#f #f)))

  (append (if (eq? kind 'protocol)
              (make (binding '(guix store) '&store-protocol-error)
                    'message (daemon-message message) 'status status)
              (list (make-exception-with-message message)))
          (if location
              (make (binding '(guix diagnostics) '&error-location)
                    'location location)
              '())
          (if hint
              (make (binding '(guix diagnostics) '&fix-hint) 'hint hint)
              '())))

(define (raise-engine-error kind message place hint code)
  "Raise an error of the engine.  KIND is 'system', CODE being the errno; or
'protocol' or 'message', CODE being the exit status.  PLACE is (FILE LINE COLUMN)
or #f, HINT a string or #f."
  (if (eq? kind 'system)
      (scm-error 'system-error #f "~A" (list message) (list code))
      (raise-exception
       ;; The conditions for programs come first, as Guile prints the first one first.
       (apply make-exception
              (append (conditions-for kind message place hint code)
                      (list (make-condition &engine-error
                                            'message message 'place place
                                            'hint hint 'status code)))))))
