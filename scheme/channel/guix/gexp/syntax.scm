;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The syntax of g-expressions: the macros, and the readers of #~ #$ #$@ #+ #+@.
(define-module (guix gexp syntax)
  #:use-module (guix gexp records)
  #:use-module (guix gexp source)
  #:use-module (ice-9 match)
  #:export (gexp
            ungexp
            ungexp-native
            ungexp-splicing
            ungexp-native-splicing
            with-imported-modules
            with-extensions))

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
    ;; The place of FORM as a constant.
    (let ((source (source-of form)))
      (and (pair? source)
           (vector (assq-ref source 'filename)
                   (assq-ref source 'line)
                   (assq-ref source 'column)))))

  (define (at-place-of form thing)
    ;; THING; if it is a name, errors report it at the place of FORM.
    (match (and (identifier? thing) (source-of form))
      ((? pair? source)
       (datum->syntax thing (syntax->datum thing) #:source source))
      (_ thing)))

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
      (escape! #`(%gexp-input #,(at-place-of form thing) #,output #,native?
                              #,(place form))))

    (define (place form)
      (quoted context (or (source-vector form) (source-vector context))))

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
         (splice (head-of form) #'(thing ...) #'#f #'rest))
        (((ungexp-native-splicing thing ...) . rest)
         (splice (head-of form) #'(thing ...) #'#t #'rest))
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

    (define (head-of form)
      (syntax-case form ()
        ((head . tail) #'head)))

    (define (splice form thing native? rest)
      (let* ((spliced (syntax-case thing ()
                        ((thing)      (input form #'thing #'"out" native?))
                        ((thing name) (input form #'thing #'name native?))))
             (code (walk rest)))
        #`(append-spliced #,spliced #,(constant-or code rest)
                          #,(place form))))

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
