;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Monads, and syntax to write monadic code.
(define-module (guix monads)
  #:use-module (srfi srfi-9)
  #:export (define-monad
            monad?
            monad-bind
            monad-return

            >>=
            return
            with-monad
            mlet
            mlet*
            mbegin
            mwhen
            munless
            mparameterize
            %current-monad
            lift0 lift1 lift2 lift3 lift4 lift5 lift6 lift7 lift
            listm
            foldm
            mapm
            sequence
            anym

            %identity-monad

            %state-monad
            state-return
            state-bind
            current-state
            set-current-state
            state-push
            state-pop
            state-parameterize
            state-with-parameters
            run-with-state))

(define-record-type <monad>
  (make-monad bind return)
  monad?
  (bind   monad-bind)
  (return monad-return))

(define-syntax define-monad
  (syntax-rules (bind return)
    "Define NAME as the monad with these procedures:
  (define-monad NAME (bind BIND) (return RETURN))"
    ((_ name (bind b) (return r))
     (define name (make-monad b r)))
    ((_ name (return r) (bind b))
     (define name (make-monad b r)))))

(define-syntax-rule (define-only-in-monad name ...)
  (begin
    (define-syntax-parameter name
      (lambda (s)
        (syntax-violation 'name "return or bind used outside of 'with-monad'"
                          s)))
    ...))

(define-only-in-monad >>= return)

(define-syntax-rule (bind-chain bind)
  ;; The transformer of '>>=' for the procedure BIND.
  (lambda (s)
    (syntax-case s ()
      ((_ mvalue)
       #'mvalue)
      ((_ mvalue mproc)
       #'(bind mvalue mproc))
      ((recur mvalue mproc rest (... ...))
       #'(recur (bind mvalue mproc) rest (... ...)))
      (id
       (identifier? #'id)
       #'bind))))

(define-syntax with-monad
  (syntax-rules ()
    "Evaluate BODY, in which '>>=' and 'return' are those of MONAD."
    ((_ monad body ...)
     (let* ((m monad)
            (b (monad-bind m))
            (r (monad-return m)))
       (syntax-parameterize ((>>= (bind-chain b))
                             (return (identifier-syntax r)))
         body ...)))))

;; As the monad of a form: the current one at the place of the form.
(define-syntax %current-monad
  (lambda (s)
    (syntax-violation '%current-monad "not the name of a monad form" s)))

(define-syntax mlet*
  (syntax-rules (-> %current-monad)
    "Bind each VARIABLE in sequence to the value in the monadic value of its
expression, or with '->' to the value of its expression; BODY gives a monadic
value:
  (mlet* MONAD ((VARIABLE MVALUE) (VARIABLE -> VALUE) ...) BODY ...)"
    ((_ %current-monad () body ...)
     (let () body ...))
    ((_ %current-monad ((variable mvalue) rest ...) body ...)
     (>>= mvalue
          (lambda (variable)
            (mlet* %current-monad (rest ...) body ...))))
    ((_ %current-monad ((variable -> value) rest ...) body ...)
     (let ((variable value))
       (mlet* %current-monad (rest ...) body ...)))
    ((_ monad (bindings ...) body ...)
     (with-monad monad
       (mlet* %current-monad (bindings ...) body ...)))))

(define-syntax mlet
  (lambda (s)
    "Like 'mlet*', but no expression sees the variables of the others."
    (syntax-case s ()
      ((_ monad ((variable value ...) ...) body ...)
       (with-syntax (((temporary ...) (generate-temporaries #'(variable ...))))
         #'(mlet* monad ((temporary value ...) ...)
             (let ((variable temporary) ...)
               body ...)))))))

(define-syntax mbegin
  (syntax-rules (%current-monad)
    "Bind the monadic values one after the other; the last one is the result."
    ((_ %current-monad mvalue)
     mvalue)
    ((_ %current-monad mvalue rest ...)
     (>>= mvalue
          (lambda (unused)
            (mbegin %current-monad rest ...))))
    ((_ monad mvalue ...)
     (with-monad monad
       (mbegin %current-monad mvalue ...)))))

(define-syntax mwhen
  (syntax-rules ()
    "When CONDITION holds, bind the monadic values as 'mbegin' does; else return
*unspecified*."
    ((_ condition mvalue ...)
     (if condition
         (mbegin %current-monad mvalue ...)
         (return *unspecified*)))))

(define-syntax munless
  (syntax-rules ()
    "Like 'mwhen' for the negated CONDITION."
    ((_ condition mvalue ...)
     (mwhen (not condition) mvalue ...))))

(define-syntax mparameterize
  (syntax-rules ()
    "Run the monadic values of BODY with PARAMETER set to VALUE, and give the
result of the last one."
    ((_ monad ((parameter value) ...) body ...)
     (let ((bindings (list (cons parameter value) ...)))
       (with-monad monad
         (>>= (swap-parameters monad bindings)
              (lambda (previous)
                (>>= (mbegin monad body ...)
                     (lambda (result)
                       (>>= (swap-parameters monad previous)
                            (lambda (_)
                              (return result))))))))))))

(define (swap-parameters monad bindings)
  ;; The switch must happen when the monadic value runs, hence the bind.
  (with-monad monad
    (>>= (return *unspecified*)
         (lambda (_)
           (let ((previous (map (lambda (binding)
                                  (cons (car binding) ((car binding))))
                                bindings)))
             (for-each (lambda (binding)
                         ((car binding) (cdr binding)))
                       bindings)
             (return previous))))))


;;;
;;; Lifting, lists.
;;;

(define (lift proc monad)
  "Return PROC with its result made a monadic value of MONAD."
  (let ((return (monad-return monad)))
    (lambda args
      (return (apply proc args)))))

(define-syntax-rule (define-lifts (name argument ...) ...)
  (begin
    (define (name proc monad)
      (let ((return (monad-return monad)))
        (lambda (argument ...)
          (return (proc argument ...)))))
    ...))

(define-lifts
  (lift0)
  (lift1 a)
  (lift2 a b)
  (lift3 a b c)
  (lift4 a b c d)
  (lift5 a b c d e)
  (lift6 a b c d e f)
  (lift7 a b c d e f g))

(define (foldm monad mproc init lst)
  "Fold MPROC, which takes an element and a value and gives a monadic value, over
LST; start with INIT."
  (with-monad monad
    (let loop ((lst lst) (result init))
      (if (null? lst)
          (return result)
          (>>= (mproc (car lst) result)
               (lambda (result)
                 (loop (cdr lst) result)))))))

(define (mapm monad mproc lst)
  "Return the monadic value of the list of results of MPROC for the elements of
LST, from left to right."
  (with-monad monad
    (>>= (foldm monad
                (lambda (element result)
                  (>>= (mproc element)
                       (lambda (value)
                         (return (cons value result)))))
                '()
                lst)
         (lambda (result)
           (return (reverse result))))))

(define (sequence monad lst)
  "Turn LST, a list of monadic values, into the monadic value of a list."
  (mapm monad identity lst))

(define (anym monad mproc lst)
  "Return the monadic value of the first true result of MPROC for the elements of
LST, or of #f."
  (with-monad monad
    (let loop ((lst lst))
      (if (null? lst)
          (return #f)
          (>>= (mproc (car lst))
               (lambda (value)
                 (if value
                     (return value)
                     (loop (cdr lst)))))))))

(define-syntax-rule (listm monad mvalue ...)
  "Return the monadic value of the list of the values in the MVALUEs."
  (sequence monad (list mvalue ...)))


;;;
;;; The identity monad.
;;;

(define-monad %identity-monad
  (bind (lambda (mvalue mproc) (mproc mvalue)))
  (return identity))


;;;
;;; The state monad: a monadic value is a procedure from a state to two values,
;;; the result and the next state.
;;;

(define (state-return value)
  (lambda (state)
    (values value state)))

(define (state-bind mvalue mproc)
  (lambda (state)
    (call-with-values
        (lambda () (mvalue state))
      (lambda (value state)
        ((mproc value) state)))))

(define-monad %state-monad
  (bind state-bind)
  (return state-return))

(define* (run-with-state mvalue #:optional (state '()))
  "Run MVALUE from STATE; return its value and the last state."
  (mvalue state))

(define (current-state)
  "Return the state as a monadic value."
  (lambda (state)
    (values state state)))

(define (set-current-state value)
  "Make VALUE the state; the monadic value is the state before."
  (lambda (state)
    (values state value)))

(define (state-push value)
  "Put VALUE in front of the state, a list; the monadic value is the state
before."
  (lambda (state)
    (values state (cons value state))))

(define (state-pop)
  "Take the first element off the state, a list, and return it."
  (lambda (state)
    (values (car state) (cdr state))))

(define-syntax-rule (state-parameterize ((parameter value) ...) mvalue ...)
  "Run the MVALUEs, of %state-monad, with each PARAMETER set to its VALUE; the
last one is the result."
  (lambda (state)
    (parameterize ((parameter value) ...)
      ((mbegin %state-monad mvalue ...) state))))

(define (state-with-parameters parameters values mvalue)
  "Run MVALUE, of %state-monad, with each of PARAMETERS set to the value in VALUES."
  (lambda (state)
    (let loop ((parameters parameters) (values values))
      (if (null? parameters)
          (mvalue state)
          (parameterize (((car parameters) (car values)))
            (loop (cdr parameters) (cdr values)))))))
