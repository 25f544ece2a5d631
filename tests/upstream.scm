;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; upstream.scm FILE: runs a file of SRFI-64 tests that was written for GNU Guix;
;;; prints one line for each test that failed, with why, and the counts.
;;; See upstream.sh.
(use-modules (nacre interpreter)
             (ice-9 match)
             (srfi srfi-64)
             (system base compile)
             (system vm loader))

(define %passed 0)
(define %failed 0)
(define %skipped 0)

(define (text-of object)
  (let ((text (object->string object)))
    (if (> (string-length text) 600)
        (string-append (substring text 0 600) "…")
        text)))

(define (explain runner)
  (for-each (lambda (key)
              (match (assq key (test-result-alist runner))
                ((_ . value)
                 (format #t "    ~a: ~a~%" key (text-of value)))
                (#f #t)))
            '(expected-value actual-value expected-error actual-error)))

(define (describe-error args)
  (call-with-output-string
    (lambda (port)
      (match args
        (('%exception exception) (write exception port))
        ((key . args)            (print-exception port #f key args))))))

(define (note runner)
  (match (test-result-kind runner)
    ((or 'pass 'xpass) (set! %passed (1+ %passed)))
    ((or 'skip 'xfail) (set! %skipped (1+ %skipped)))
    ('fail
     (set! %failed (1+ %failed))
     (format #t "  failed: ~a~%" (test-runner-test-name runner))
     (explain runner)))
  (force-output))

(test-runner-factory
 (lambda ()
   (let ((runner (test-runner-null)))
     (test-runner-on-test-end! runner note)
     runner)))

;; Each form is compiled alone, as the program itself does with files of users,
;; so that one that fails does not take the rest along.
(define (evaluate form)
  (with-fluids ((current-form form))
    ((load-thunk-from-memory
      (compile form #:env (current-module) #:to 'bytecode
               #:optimization-level 0 #:warning-level 0)))))

;; Files import modules that not all of their tests need.
(define (without-missing-modules form)
  "Return FORM; if it defines a module, without what it uses of modules that do not exist,
whose names are printed."
  (define (missing? spec)
    (let ((name (match spec
                  (((? pair? name) . _) name)
                  (name name))))
      (and (not (resolve-module name #t #:ensure #f))
           (format #t "  missing module: ~a~%" name))))

  (define (filter-options options)
    (match options
      ((#:use-module (? missing?) . rest)
       (filter-options rest))
      ((option . rest)
       (cons option (filter-options rest)))
      (() '())))

  (match (syntax->datum form)
    (('define-module name . options)
     (datum->syntax #f `(define-module ,name ,@(filter-options options))))
    (_ form)))

(define (run-form form)
  (catch #t
    (lambda () (evaluate (without-missing-modules form)))
    (lambda (key . args)
      (set! %failed (1+ %failed))
      (format #t "  failed: the form at line ~a~%    ~a~%"
              (match (syntax-source form)
                ((? pair? source) (1+ (assq-ref source 'line)))
                (_ "?"))
              (describe-error (cons key args)))
      (force-output))))

(define (run-file file)
  (call-with-input-file file
    (lambda (port)
      (set-port-filename! port (canonicalize-path file))
      (save-module-excursion
       (lambda ()
         (set-current-module (make-fresh-user-module))
         (let loop ()
           (match (read-syntax port)
             ((? eof-object?) #t)
             (form
              (run-form form)
              (loop)))))))
    #:encoding "UTF-8"))

(match (command-line)
  ((_ file)
   (run-file file)
   (format #t "total: ~a passed, ~a failed, ~a skipped~%"
           %passed %failed %skipped)))
