;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Evaluates forms as if a user typed them, and compares the output with
;;; what an article shows.

(use-modules (ice-9 match)
             (ice-9 popen)
             (ice-9 regex)
             (srfi srfi-1)
             (srfi srfi-64)
             ((system base compile) #:select (compile))
             ((system vm loader) #:select (load-thunk-from-memory)))

(load "../scheme/lib/check.scm")

(define article-runner (check-runner))

(define (begin-article)
  (test-runner-current article-runner)
  (test-begin "article"))

(define (end-article)
  (test-end "article")
  (exit (zero? (test-runner-fail-count article-runner))))

(define (one-line text)
  ;; The article breaks lines where the interpreter doesn't.
  (string-trim-both (regexp-substitute/global #f "[[:space:]]+" text
                                              'pre " " 'post)))

(define (text-matches? pattern text)
  "Return true if TEXT is PATTERN, in which \"…\" stands for any text."
  (define (quoted part)
    (regexp-quote part))

  (string-match (string-append
                 "^"
                 (string-join (map quoted
                                   (string-split (one-line pattern) #\…))
                              ".*")
                 "$")
                (one-line text)))

(define (shown-as? pattern value)
  "Return true if VALUE is what PATTERN, of the article, shows: a datum, in which
a string stands for a string, or for the printed form of what is not a datum."
  (match pattern
    ((? string?)
     (text-matches? pattern
                    (if (string? value) value (object->string value))))
    ((first . rest)
     (and (pair? value)
          (shown-as? first (car value))
          (shown-as? rest (cdr value))))
    (_
     (equal? pattern value))))

(define (check-values name patterns thunk)
  (define shown
    (call-with-values thunk list))

  ;; When it fails, the runner prints both.
  (test-equal name
    patterns
    (if (and (= (length patterns) (length shown))
             (every shown-as? patterns shown))
        patterns
        shown)))

(define (call-with-printed-error thunk)
  "Return what the interpreter prints for the error that THUNK raises."
  (with-exception-handler
      (lambda (exception)
        (call-with-output-string
          (lambda (port)
            (print-exception port #f (exception-kind exception)
                             (exception-args exception)))))
    (lambda ()
      (thunk)
      "no error")
    #:unwind? #t))

(define (name-of form)
  (let ((text (one-line (object->string form))))
    (if (> (string-length text) 70)
        (string-append (string-take text 70) "…")
        text)))

;; As at the prompt: forms may define something; what is compiled knows its names.
(define (evaluate form)
  ((load-thunk-from-memory
    (compile form #:env (current-module) #:to 'bytecode))))

(define-syntax-rule (shows form arrow-or-pattern ...)
  "Check that FORM returns what is shown, one value for each '⇒ PATTERN'."
  (check-values (name-of 'form) (delq '⇒ '(arrow-or-pattern ...))
                (lambda () (evaluate 'form))))

(define-syntax-rule (shows-error form pattern)
  "Check that FORM raises an error that is printed as PATTERN."
  (test-equal (name-of 'form)
    (one-line pattern)
    (let ((printed (call-with-printed-error
                    (lambda () (evaluate 'form)))))
      (if (text-matches? pattern printed)
          (one-line pattern)
          (one-line printed)))))
