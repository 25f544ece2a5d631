;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; gexp.scm COUNT: a graph of COUNT computed files, each of which refers to three others, as
;;; derivations in the store.  It runs under nacre and under GNU Guix; see gexp.sh.
(use-modules (guix gexp)
             (guix store)
             (guix derivations)
             (guix monads)
             (srfi srfi-9))

;; Nothing is built, so that any derivation will do as the Guile that would.
(define-record-type <stand-in>
  (make-stand-in)
  stand-in?)

(define-gexp-compiler (stand-in-compiler (object <stand-in>) system target)
  ((store-lift derivation) "stand-in-guile" "/bin/sh" '()))

(define guile (make-stand-in))

(define (file number references)
  (computed-file (string-append "file-" (number->string number))
                 #~(call-with-output-file #$output
                     (lambda (port)
                       (display #$number port)
                       (for-each (lambda (file)
                                   (display file port))
                                 (list #$@references))))
                 #:guile guile))

(define (make-files count)
  (let ((files (make-vector count)))
    (let loop ((i 0))
      (when (< i count)
        (vector-set! files i
                     (file i (if (< i 3)
                                 '()
                                 (map (lambda (j) (vector-ref files j))
                                      (list (- i 1) (quotient i 2)
                                            (quotient i 3))))))
        (loop (+ i 1))))
    (vector->list files)))

(define (derivations files)
  (with-store store
    (run-with-store store
      (mapm %store-monad lower-object files))))

(let ((all (derivations (make-files (string->number (cadr (command-line)))))))
  (display (derivation-file-name (car (reverse all))))
  (newline))
