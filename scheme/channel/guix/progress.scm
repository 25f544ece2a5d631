;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Reporting progress.
(define-module (guix progress)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-9)
  #:export (make-progress-reporter
            progress-reporter?
            start-progress-reporter!
            stop-progress-reporter!
            progress-reporter-report!
            call-with-progress-reporter
            progress-reporter/silent
            progress-reporter/bar))

(define-record-type <progress-reporter>
  (make-progress-reporter start report stop)
  progress-reporter?
  (start  reporter-start)                         ;thunk
  (report reporter-report)                        ;procedure of how far it is
  (stop   reporter-stop))                         ;thunk

(define (start-progress-reporter! reporter)
  ((reporter-start reporter)))

(define (progress-reporter-report! reporter . arguments)
  "Report one step, or ARGUMENTS, to REPORTER."
  (apply (reporter-report reporter) arguments))

(define (stop-progress-reporter! reporter)
  ((reporter-stop reporter)))

(define (call-with-progress-reporter reporter proc)
  "Start REPORTER, call PROC with the procedure that reports a step to it, and stop
it."
  (dynamic-wind
    (lambda () (start-progress-reporter! reporter))
    (lambda ()
      (proc (lambda arguments
              (apply progress-reporter-report! reporter arguments))))
    (lambda () (stop-progress-reporter! reporter))))

(define progress-reporter/silent
  (make-progress-reporter (const #t) (const #t) (const #t)))

(define* (progress-reporter/bar total #:optional (prefix "")
                                (port (current-error-port)))
  "Return a reporter that draws on PORT, after PREFIX, how many of TOTAL steps
are done."
  (define done 0)
  (define width 20)

  (define (draw)
    (let ((full (if (zero? total) width (quotient (* width done) total))))
      (display (string-append "\r" prefix "[" (make-string full #\#)
                              (make-string (- width full) #\space) "]")
               port)
      (force-output port)))

  (make-progress-reporter draw
                          (lambda _
                            (set! done (min total (1+ done)))
                            (draw))
                          (lambda ()
                            (newline port))))
