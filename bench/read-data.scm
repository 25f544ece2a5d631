;;; SPDX-License-Identifier: GPL-3.0-or-later
;;; read-data.scm DIRECTORY...: reads every .scm file below with (nacre datum) and with Guile's 'read'.
;;; Prints each file where data or source properties differ, then both times and their ratio; the status
;;; is 1 if any differ.
(use-modules (nacre datum)
             (guix gexp)                ;the reader's extensions
             (ice-9 binary-ports)
             (ice-9 ftw)
             (srfi srfi-1)
             (srfi srfi-11)
             (rnrs bytevectors))

(define (scheme-files directory)
  (let ((files '()))
    (nftw directory
          (lambda (file stat flag base level)
            (when (and (eq? flag 'regular) (string-suffix? ".scm" file))
              (set! files (cons file files)))
            #t))
    (sort files string<?)))

(define (bytes-of file)
  (let ((bytes (call-with-input-file file get-bytevector-all #:binary #t)))
    (if (eof-object? bytes) #vu8() bytes)))

(define (read-by-guile bytes file)
  (let ((port (open-bytevector-input-port bytes)))
    (set-port-encoding! port "UTF-8")
    (set-port-conversion-strategy! port 'substitute)
    (set-port-filename! port file)
    (let loop ((data '()))
      (let ((datum (read port)))
        (if (eof-object? datum)
            (reverse! data)
            (loop (cons datum data)))))))

(define (properties object)
  ;; All empty bytevectors are one object, which has those of where it was read last.
  (and (supports-source-properties? object)
       (not (equal? object #vu8()))
       (source-properties object)))

(define (same? a b)
  (and (equal? (properties a) (properties b))
       (cond ((and (pair? a) (pair? b))
              (and (same? (car a) (car b))
                   (same? (cdr a) (cdr b))))
             ((and (vector? a) (vector? b))
              (same? (vector->list a) (vector->list b)))
             (else (equal? a b)))))

(define (timed thunk)
  "Return what THUNK returns and the nanoseconds of processor time that it takes."
  (let* ((begin  (get-internal-run-time))
         (result (thunk)))
    (values result (- (get-internal-run-time) begin))))

(define (seconds time)
  (/ time 1. internal-time-units-per-second))

(let loop ((files     (append-map scheme-files (cdr (command-line))))
           (count     0)
           (differing 0)
           (peer      0)
           (ours      0))
  (if (null? files)
      (begin
        (format #t "~a files, ~a differ: read ~,2f s, nacre ~,2f s, read/nacre ~,1f~%"
                count differing (seconds peer) (seconds ours) (/ peer 1. (max ours 1)))
        (exit (zero? differing)))
      (let*-values (((bytes)      (bytes-of (car files)))
                    ((a peer-now) (timed (lambda () (read-by-guile bytes (car files)))))
                    ((b ours-now) (timed (lambda () (read-scheme-data bytes (car files)))))
                    ((equal)      (and (= (length a) (length b)) (every same? a b))))
        (unless equal
          (format #t "differs: ~a~%" (car files)))
        (loop (cdr files)
              (+ count 1)
              (if equal differing (+ differing 1))
              (+ peer peer-now)
              (+ ours ours-now)))))
