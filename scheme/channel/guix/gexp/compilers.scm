;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; How objects become derivations or store items: the compilers of their types.
(define-module (guix gexp compilers)
  #:use-module (guix derivations)
  #:use-module (guix gexp records)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (define-gexp-compiler
            <gexp-compiler>
            gexp-compiler
            gexp-compiler?
            register-compiler!
            lookup-compiler
            lookup-expander
            default-expander
            file-like?
            lower-object
            lower-once
            lowered-objects
            %gexp-compilers
            lower-fully
            target-or-current
            system-or-current
            run))

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
  "Return the procedure that returns the code for OBJECT, or #f."
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
  ;; Derivations are objects of the engine, and already lowered.
  (gexp-compiler derivation?
                 (lambda (drv system target)
                   (store-return drv))
                 default-expander))

(define (run mvalue store)
  (call-with-values (lambda () (mvalue store))
    (lambda (value store) value)))

;; Store -> table from objects to lists of (LOWERED SYSTEM . TARGET).
;; Objects stay as long as the store is open: most are used again.
(define %lowered-objects (make-weak-key-hash-table))
(define %lowered-and-replaced-objects (make-weak-key-hash-table))

(define (lowered-objects store)
  "Return the table of STORE for the current value of '%graft?'."
  (let ((tables (if (%graft?) %lowered-and-replaced-objects %lowered-objects)))
    (or (hashq-ref tables store)
        (let ((table (make-hash-table)))
          (hashq-set! tables store table)
          table))))

;; The objects that are being lowered, the innermost first, and for each its keys
;; (GRAFT? SYSTEM . TARGET).
(define %objects '())
(define %object-keys (make-hash-table))

;; No graph of packages is nearly as deep; a program may make new objects without end.
(define %maximum-depth 20000)
(define %depth 0)

(define raise-dependency-cycle
  ;; The module of packages uses this one.
  (let ((proc (delay (module-ref (resolve-interface '(guix packages record))
                                 'raise-dependency-cycle))))
    (lambda (objects)
      ((force proc) objects))))

(define (objects-from object)
  "Return the objects that are being lowered from OBJECT inwards, and OBJECT again."
  (let loop ((objects %objects) (inner (list object)))
    (match objects
      ((other . outer)
       (if (eq? other object)
           (cons other inner)
           (loop outer (cons other inner)))))))

(define (call-while-lowering object system target thunk)
  "Call THUNK, which lowers OBJECT; raise an error if OBJECT depends on itself."
  (let ((key     (cons* (%graft?) system target))
        (keys    (hashq-ref %object-keys object '()))
        (objects %objects)
        (depth   %depth))
    (when (member key keys)
      (raise-dependency-cycle (objects-from object)))
    (when (= depth %maximum-depth)
      (raise-dependency-cycle (reverse (cons object objects))))
    (dynamic-wind
      (lambda ()
        (hashq-set! %object-keys object (cons key keys))
        (set! %objects (cons object objects))
        (set! %depth (+ depth 1)))
      thunk
      (lambda ()
        (if (null? keys)
            (hashq-remove! %object-keys object)
            (hashq-set! %object-keys object keys))
        (set! %objects objects)
        (set! %depth depth)))))

(define (lower-once store object system target location)
  "Return the result of the compiler of OBJECT, cached for STORE."
  (define (remembered entries)
    (match entries
      (() #f)
      (((lowered s . t) . rest)
       (if (and (equal? s system) (equal? t target))
           lowered
           (remembered rest)))))

  (let ((lower (lookup-compiler object))
        (table (lowered-objects store)))
    (unless lower
      (raise-input-error object location))
    (or (remembered (hashq-ref table object '()))
        (let ((lowered (call-while-lowering
                        object system target
                        (lambda ()
                          (run (lower object system target) store)))))
          (hashq-set! table object
                      (cons (cons* lowered system target)
                            (hashq-ref table object '())))
          lowered))))

(define* (lower-fully store object system target location
                      #:optional (before '()))
  ;; BEFORE has the objects that stood for OBJECT.
  (let ((lowered (lower-once store object system target location)))
    (cond ((or (not (struct? lowered))
               (derivation? lowered)
               (eq? lowered object))
           lowered)
          ((or (memq lowered before)
               (> (length before) 100))
           (let ((chain (reverse (cons* lowered object before))))
             (raise-dependency-cycle (if (memq lowered before)
                                         (memq lowered chain)
                                         chain))))
          (else
           (lower-fully store lowered system target location
                        (cons object before))))))

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
