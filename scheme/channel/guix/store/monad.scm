;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The store monad: a state monad whose state is the connection.
(define-module (guix store monad)
  #:use-module (guix monads)
  #:use-module (guix store connection)
  #:use-module (guix store items)
  #:use-module (guix store builds)
  #:use-module ((guix utils) #:select (%current-system %current-target-system))
  #:use-module (ice-9 match)
  #:export (%store-monad
            store-bind
            store-return
            store-lift
            store-lower
            run-with-store
            store-parameterize
            %guile-for-build

            current-system
            set-current-system
            current-target-system
            set-current-target

            text-file
            binary-file
            interned-file
            interned-file-tree
            mcached
            mapm/accumulate-builds

            references*
            requisites*
            query-path-info*
            set-build-options*
            build

            %graft?
            without-grafting
            set-grafting
            grafting?))

(define %store-monad %state-monad)
(define store-return state-return)
(define store-bind state-bind)

(define %guile-for-build
  ;; The derivation of the Guile that runs builders, or #f for the default.
  (make-parameter #f))

(define (store-lift proc)
  "Return the monadic form of PROC, a procedure whose first argument is the
store."
  (define (lifted . args)
    (lambda (store)
      (values (apply proc store args) store)))

  (set-object-property! lifted 'documentation
                        (object-property proc 'documentation))
  ;; Without its name, which only Guile's reader of debugging information has.
  lifted)

(define (store-lower proc)
  "Return the form of PROC, a monadic procedure, that takes the store as first
argument."
  (lambda (store . args)
    (run-with-store store (apply proc args))))

(define* (run-with-store store mvalue #:key
                         (guile-for-build (%guile-for-build))
                         (system (%current-system))
                         (target #f))
  "Run MVALUE, a monadic value of %store-monad, over STORE and return its result.
GUILE-FOR-BUILD runs builders, which are for SYSTEM, and for TARGET if it is
not #f."
  (call-with-values
      (lambda ()
        (parameterize ((%guile-for-build guile-for-build)
                       (%current-system system)
                       (%current-target-system target))
          (mvalue store)))
    (lambda (result store)
      result)))

(define-syntax-rule (store-parameterize ((parameter value) ...) mvalue ...)
  "Run the MVALUEs with each PARAMETER set to its VALUE; the last one is the
result."
  (state-parameterize ((parameter value) ...) mvalue ...))


;;;
;;; Parameters.
;;;

(define (reader parameter)
  ;; The parameter counts when the monadic value runs.
  (lambda ()
    (lambda (store)
      (values (parameter) store))))

(define (setter parameter)
  (lambda (value)
    (lambda (store)
      (let ((previous (parameter)))
        (parameter value)
        (values previous store)))))

(define current-system
  ;; (current-system): the current system as a monadic value.
  (reader %current-system))

(define set-current-system
  ;; (set-current-system SYSTEM); the monadic value is the one before.
  (setter %current-system))

(define current-target-system
  ;; (current-target-system): the target triplet, or #f, as a monadic value.
  (reader %current-target-system))

(define set-current-target
  ;; (set-current-target TARGET); the monadic value is the one before.
  (setter %current-target-system))

(define %graft?
  ;; Whether packages get their replacements, as far as (guix grafts) supports
  ;; it.
  (make-parameter #t))

(define grafting?
  ;; (grafting?): whether grafts are on, as a monadic value.
  (reader %graft?))

(define set-grafting
  ;; (set-grafting ON?); the monadic value is the state before.
  (setter %graft?))

(define-syntax-rule (without-grafting mvalue ...)
  "Run the MVALUEs with grafts turned off."
  (store-parameterize ((%graft? #f)) mvalue ...))


;;;
;;; Adding.
;;;

(define* (text-file name text #:optional (references '()))
  "Return as a monadic value the path of an item NAME that holds TEXT, a string,
and has REFERENCES."
  (lambda (store)
    (values (add-text-to-store store name text references) store)))

(define* (binary-file name data #:optional (references '()))
  "Return as a monadic value the path of an item NAME that holds DATA, a
bytevector, and has REFERENCES."
  (lambda (store)
    (values (add-data-to-store store name data references) store)))

(define* (interned-file file #:optional name #:key (recursive? #t) (select? #f))
  "Return as a monadic value the path of FILE in the store, where it is called
NAME, by default its base name.  With RECURSIVE?, what SELECT? accepts of its
tree; otherwise its contents."
  (lambda (store)
    (values (add-to-store store (or name (basename file)) recursive? "sha256"
                          file #:select? select?)
            store)))

(define interned-file-tree
  ;; (interned-file-tree TREE #:recursive? …): see 'add-file-tree-to-store'.
  (store-lift add-file-tree-to-store))


;;;
;;; Caching results.
;;;

(define (call-with-mcache mvalue object keys)
  (lambda (store)
    (let* ((table   (store-object-cache store))
           (results (hashq-ref table object '())))
      (match (assoc keys results)
        ((_ . result)
         (values result store))
        (#f
         (call-with-values (lambda () ((mvalue) store))
           (lambda (result store)
             (hashq-set! table object
                         (acons keys result (hashq-ref table object '())))
             (values result store))))))))

(define-syntax mcached
  (syntax-rules (eq? equal?)
    "Run MVALUE, which gives what OBJECT and KEYS stand for, once for each
connection and remember the result."
    ((_ eq? (=> getter setter) rest ...)
     (mcached rest ...))
    ((_ equal? mvalue object keys ...)
     (call-with-mcache (lambda () mvalue) object (list keys ...)))
    ((_ eq? mvalue object keys ...)
     (call-with-mcache (lambda () mvalue) object (list keys ...)))
    ((_ mvalue object keys ...)
     (call-with-mcache (lambda () mvalue) object (list keys ...)))))


;;;
;;; Monadic forms, with a star where the name is taken.
;;;

(define references* (store-lift references))
(define requisites* (store-lift requisites))
(define query-path-info* (store-lift query-path-info))
(define set-build-options* (store-lift set-build-options))
(define build (store-lift build-things))

(define (mapm/accumulate-builds mproc lst)
  "Like 'mapm' in %store-monad, but build the requests of all calls of MPROC at
once."
  (lambda (store)
    (values (map/accumulate-builds store
                                   (lambda (element)
                                     (run-with-store store (mproc element)
                                       #:target (%current-target-system)))
                                   lst)
            store)))
