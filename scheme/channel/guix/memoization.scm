;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Procedures that remember their results.
(define-module (guix memoization)
  #:use-module (ice-9 match)
  #:export (memoize
            mlambda
            mlambdaq
            invalidate-memoization!))

;; Memoized procedure -> its cache.
(define %caches (make-weak-key-hash-table))

(define (remember! proc cache)
  (hashq-set! %caches proc cache)
  proc)

(define (invalidate-memoization! proc)
  "Make PROC, a memoized procedure, forget its results."
  (hash-clear! (hashq-ref %caches proc)))

(define (call-with-cache ref set cache key thunk)
  ;; Results are kept as lists, as procedures may return several values.
  (match (ref cache key)
    (#f
     (call-with-values thunk
       (lambda results
         (set cache key results)
         (apply values results))))
    ((result) result)
    (results (apply values results))))

(define (memoize proc)
  "Return a procedure like PROC that computes the results once for each list of
arguments, compared by 'equal?'."
  (let ((cache (make-hash-table)))
    (remember! (lambda args
                 (call-with-cache hash-ref hash-set! cache args
                                  (lambda () (apply proc args))))
               cache)))

(define-syntax-rule (define-memoizing-lambda name docstring ref set)
  (define-syntax name
    (syntax-rules ()
      docstring
      ((_ (argument) body (... ...))
       (let ((cache (make-hash-table)))
         (remember! (lambda (argument)
                      (call-with-cache ref set cache argument
                                       (lambda () body (... ...))))
                    cache)))
      ((_ (arguments (... ...)) body (... ...))
       (let ((cache (make-hash-table)))
         (remember! (lambda (arguments (... ...))
                      (call-with-cache hash-ref hash-set! cache
                                       (list arguments (... ...))
                                       (lambda () body (... ...))))
                    cache))))))

(define-memoizing-lambda mlambda
  "Like 'lambda', but remember the result for each argument, by 'equal?'."
  hash-ref hash-set!)

(define-memoizing-lambda mlambdaq
  "Like 'mlambda', but compare a sole argument by 'eq?'."
  hashq-ref hashq-set!)
