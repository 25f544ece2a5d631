;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Printing values in messages: a value of a user's program may be huge, deep or circular, and Guile's
;;; printer recurs on the C stack, in quadratic time, as deep as the value is.
(define-module (nacre printing)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:export (abbreviated
            abbreviated-output
            shortened
            printable
            without-control-characters))

(define %limit
  ;; Characters of a value in a message.
  400)

(define (shortened text limit)
  "Return TEXT, or its first LIMIT characters and dots."
  (if (> (string-length text) limit)
      (string-append (string-take text limit) "...")
      text))

(define (output-prefix limit print)
  "Return two values: at most LIMIT characters of the output of (PRINT PORT), and whether it
was stopped there."
  (define stop (make-prompt-tag "output-prefix"))
  (define parts '())
  (define size 0)

  (define (put text)
    (set! parts (cons text parts))
    (set! size (+ size (string-length text)))
    (when (> size limit)
      (abort-to-prompt stop)))

  (define port
    (make-soft-port (vector (lambda (char) (put (string char)))
                            put
                            (lambda () #t)
                            #f
                            #f)
                    "w"))

  ;; Each character at once, so that the printer does not get far beyond the limit.
  (setvbuf port 'none)
  (let ((stopped? (call-with-prompt stop
                    (lambda ()
                      (print port)
                      (force-output port)
                      #f)
                    (lambda (continuation)
                      #t))))
    (values (string-concatenate-reverse parts) stopped?)))

(define (abbreviated-output limit print)
  "Return the output of (PRINT PORT), or its first LIMIT characters and dots."
  (call-with-values (lambda () (output-prefix limit print))
    (lambda (text stopped?)
      (if stopped?
          (string-append (string-take text limit) "...")
          text))))

(define* (abbreviated object #:optional (print write))
  "Return the beginning of OBJECT as PRINT prints it, in a bounded time."
  (if (string? object)
      ;; Do not copy all of it, not even as bytes.
      (let ((text (shortened object %limit)))
        (abbreviated-output %limit (lambda (port) (print text port))))
      (abbreviated-output %limit (lambda (port) (print object port)))))

(define-record-type <text>
  (make-text characters)
  text?
  (characters text-characters))

(set-record-type-printer! <text>
  (lambda (text port)
    (display (text-characters text) port)))

(define (printable object)
  "Return OBJECT if it is short when printed, by 'display' or 'write'; otherwise an object
that prints as its beginning.  A string, a part of a message, may be longer."
  (if (string? object)
      (shortened object (* 10 %limit))
      (call-with-values (lambda ()
                          (output-prefix %limit
                                         (lambda (port) (write object port))))
        (lambda (text stopped?)
          (if stopped?
              (make-text (string-append (string-take text %limit) "..."))
              object)))))

(define (without-control-characters text)
  "Return TEXT, for a terminal, with escapes in the place of control characters, except
for ends of lines and tabs."
  (define (harmless? char)
    (or (memv char '(#\newline #\tab))
        (not (char-set-contains? char-set:iso-control char))))

  (if (string-every harmless? text)
      text
      (string-concatenate
       (map (lambda (char)
              (if (harmless? char)
                  (string char)
                  (string-append "\\x"
                                 (number->string (char->integer char) 16)
                                 ";")))
            (string->list text)))))
