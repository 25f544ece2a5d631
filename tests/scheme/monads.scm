;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix monads)
             (srfi srfi-1)
             (srfi srfi-64))

(load "lib/check.scm")

(define (run mvalue) (run-with-state mvalue '()))

(checks "monads"
 (test-equal "mlet* binds in sequence"
   '(1 2 3)
   (run (mlet* %state-monad ((a (state-return 1))
                             (b -> (+ a 1))
                             (c (state-return (+ a b))))
          (return (list a b c)))))

 (test-equal "mlet binds in parallel"
   '(2 1)
   (let ((a 1) (b 2))
     (run (mlet %state-monad ((a (state-return b)) (b (state-return a)))
            (return (list a b))))))

 (test-equal "the state passes through"
   '((3 2) 1)
   (call-with-values
       (lambda ()
         (run-with-state (mbegin %state-monad
                           (state-push 2)
                           (state-push 3)
                           (mlet %state-monad ((s (current-state)))
                             (return s)))
                         '()))
     (lambda (value state)
       (list value (- (length state) 1)))))

 (test-equal "mwhen and munless"
   '(yes yes)
   (list (with-monad %identity-monad (mwhen #t (return 'yes)))
         (with-monad %identity-monad (munless #f (return 'yes)))))

 (test-equal ">>= takes several procedures"
   4
   (with-monad %identity-monad
     (>>= 1 (lambda (x) (return (+ x 1))) (lambda (x) (return (* x 2))))))

 (test-equal "mapm goes from left to right"
   '((1 2 3) (3 2 1))
   (call-with-values
       (lambda ()
         (run-with-state (mapm %state-monad
                               (lambda (x)
                                 (mbegin %state-monad
                                   (state-push x)
                                   (state-return x)))
                               '(1 2 3))))
     list))

 (test-equal "foldm, sequence, listm, anym, lift"
   '(6 (1 2) (1 2) 4 3)
   (list (foldm %identity-monad (lambda (x r) (+ x r)) 0 '(1 2 3))
         (sequence %identity-monad '(1 2))
         (listm %identity-monad 1 2)
         (anym %identity-monad (lambda (x) (and (even? x) (* 2 x))) '(1 2))
         ((lift2 + %identity-monad) 1 2)))

 (test-equal "mparameterize"
   '(1 2 1)
   (let ((p (make-parameter 1)))
     (define read-it
       (with-monad %state-monad
         (>>= (state-return #f) (lambda _ (return (p))))))
     (run (mlet* %state-monad ((a read-it)
                               (b (mparameterize %state-monad ((p 2)) read-it))
                               (c read-it))
            (return (list a b c))))))

 (test-assert "return has no meaning outside of a monad"
   (catch 'syntax-error
     (lambda () (eval '(return 1) (current-module)) #f)
     (const #t)))

 (test-equal "the three laws"
   '(#t #t #t)
   (with-monad %state-monad
     (define (f x) (return (+ 1 x)))
     (define (g x) (return (* 2 x)))
     (define three (return 3))

     (list (= (run (>>= three f)) (run (f 3)))
           (= (run (>>= three return)) (run three))
           (= (run (>>= (>>= three f) g))
              (run (>>= three (lambda (x) (>>= (f x) g))))))))

 (test-equal "100,000 nested binds do not overflow, whichever way they nest"
   '(100000 100000 100000)
   (let ()
     (define n 100000)
     (define (next x) (state-return (+ 1 x)))

     (define (leftwards)
       (let loop ((i 0) (mvalue (state-return 0)))
         (if (= i n)
             mvalue
             (loop (+ 1 i) (state-bind mvalue next)))))

     (define (rightwards i)
       (if (= i n)
           (state-return i)
           (state-bind (state-return i) (lambda (i) (rightwards (+ 1 i))))))

     (define (identities i)
       (with-monad %identity-monad
         (if (= i n)
             (return i)
             (>>= (return i) (lambda (i) (identities (+ 1 i)))))))

     (list (run (leftwards)) (run (rightwards 0)) (identities 0))))

 (test-equal "mapm and foldm over 100,000 elements"
   '(100000 4999950000)
   (let ((elements (iota 100000)))
     (list (length (run (mapm %state-monad state-return elements)))
           (run (foldm %state-monad
                       (lambda (x sum) (state-return (+ x sum)))
                       0 elements)))))

 (test-equal "state-parameterize sets a parameter while the body runs"
   '(outside inside outside)
   (let ((parameter (make-parameter 'outside)))
     (run (mlet* %state-monad ((before (state-return (parameter)))
                               (within (state-parameterize ((parameter 'inside))
                                         (return (parameter)))))
            (return (list before within (parameter)))))))

 (test-equal "define-monad makes a monad of two procedures"
   '(1 2 3)
   (let ()
     (define-monad %writer
       (bind (lambda (mvalue mproc)
               (lambda (log)
                 (call-with-values (lambda () (mvalue log))
                   (lambda (value log) ((mproc value) log))))))
       (return (lambda (value) (lambda (log) (values value log)))))

     (define (tell x)
       (lambda (log) (values x (cons x log))))

     (call-with-values
         (lambda ()
           ((mbegin %writer (tell 1) (tell 2) (tell 3)) '()))
       (lambda (value log) (reverse log))))))
