;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Writing JSON: the same value gives the same text.
(define-module (nacre json)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (json-object
            write-json))

(define (json-object . members)
  "Return the object of MEMBERS, names and values in turn, without those whose
value is #f or an empty array or object."
  (match members
    (() '())
    ((_ (or #f #() ()) . rest)
     (apply json-object rest))
    ((name value . rest)
     (alist-cons name value (apply json-object rest)))))

(define (write-character char port)
  (case char
    ((#\" #\\) (write-char #\\ port) (write-char char port))
    ((#\newline) (display "\\n" port))
    ((#\tab) (display "\\t" port))
    (else
     (if (or (char<? char #\space) (char=? char #\delete))
         (let ((code (number->string (char->integer char) 16)))
           (display "\\u" port)
           (display (string-pad code 4 #\0) port))
         (write-char char port)))))

(define (write-text text port)
  (write-char #\" port)
  (string-for-each (lambda (char) (write-character char port)) text)
  (write-char #\" port))

(define* (write-json value port #:optional (margin "\n"))
  "Write VALUE to PORT: an object is a list of pairs of a name and a value, an array
a vector; the others are strings, exact integers and booleans.  Lines start with
MARGIN."
  (define inner (string-append margin "  "))

  (define (write-members open close members write-member)
    (display open port)
    (fold (lambda (member first?)
            (unless first? (display "," port))
            (display inner port)
            (write-member member)
            #f)
          #t members)
    (unless (null? members) (display margin port))
    (display close port))

  (match value
    (#t (display "true" port))
    (#f (display "false" port))
    ((? string?) (write-text value port))
    ((? exact-integer?) (display value port))
    ((? vector?)
     (write-members "[" "]" (vector->list value)
                    (lambda (element) (write-json element port inner))))
    (((_ . _) ...)
     (write-members "{" "}" value
                    (match-lambda
                      ((name . value)
                       (write-text name port)
                       (display ": " port)
                       (write-json value port inner)))))))
