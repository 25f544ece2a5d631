;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Objects on top of other objects.
(define-module (guix gexp objects)
  #:use-module (guix derivations)
  #:use-module (guix gexp compilers)
  #:use-module (guix monads)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (ice-9 match)
  #:export (file-append
            file-append?
            file-append-base
            file-append-suffix
            raw-derivation-file
            raw-derivation-file?
            <system-binding>
            let-system
            delayed-object
            delayed-object?
            delayed-object-promise
            with-parameters
            <parameterized>
            parameterized?
            parameterized-bindings
            parameterized-thunk
            parameterized-system
            parameterized-target
            call-with-bindings))

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
                      (match ((parameterized-thunk object))
                        ((? string? item) item)
                        (base
                         (lower-fully store base
                                      (parameterized-system object system)
                                      (parameterized-target object target)
                                      #f)))))
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

(define-record-type <delayed-object>
  (%delayed-object promise)
  delayed-object?
  (promise delayed-object-promise))

(define-syntax-rule (delayed-object exp)
  "Return an object that stands for the value of EXP, a file-like object, which is
evaluated when it is lowered."
  (%delayed-object (delay exp)))

(define-gexp-compiler delayed-object-compiler <delayed-object>
  compiler => (lambda (object system target)
                (lower-object (force (delayed-object-promise object)) system
                              #:target target))
  expander => (lambda (object lowered output)
                (let* ((base   (force (delayed-object-promise object)))
                       (expand (or (lookup-expander base)
                                   (lookup-expander lowered)
                                   default-expander)))
                  (expand base lowered output))))
