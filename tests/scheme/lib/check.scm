;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; A test runner that says what failed and why, and writes no log file.

(use-modules (srfi srfi-64))

(define (check-runner)
  (define (describe-failure runner)
    (define (property key)
      (test-result-ref runner key '(none)))

    (format #t "FAIL ~a: ~a~%" (test-result-ref runner 'source-line "?")
            (test-runner-test-name runner))
    (for-each (lambda (key)
                (format #t "  ~a: ~s~%" key (property key)))
              '(expected-value actual-value actual-error)))

  (let ((runner (test-runner-null)))
    (test-runner-on-test-end! runner
      (lambda (runner)
        (when (eq? 'fail (test-result-kind runner))
          (describe-failure runner))))
    (test-runner-on-final! runner
      (lambda (runner)
        (format #t "~a passed, ~a failed, ~a skipped~%"
                (test-runner-pass-count runner)
                (test-runner-fail-count runner)
                (test-runner-skip-count runner))))
    runner))

(define (call-with-checks name thunk)
  "Run the tests of THUNK as group NAME; exit with status 1 if one fails."
  (let ((runner (check-runner)))
    (test-with-runner runner
      (test-group name (thunk)))
    (exit (zero? (test-runner-fail-count runner)))))

(define-syntax-rule (checks name body ...)
  (call-with-checks name (lambda () body ... #t)))
