;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The certificates of authorities in the text that Mozilla's NSS keeps them in, "certdata.txt":
;;; objects, separated by blank lines, of attributes, one a line.  An object is a certificate, or says
;;; what the certificate with the same issuer and serial number is trusted for.

(define-module (guix build nss-certificates)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:export (read-objects
            trusted-certificates
            certificate-file-names))

(define (octal->bytevector lines)
  "Return the bytes that LINES write, each as a backslash and three octal digits."
  (u8-list->bytevector
   (append-map (lambda (line)
                 (map (lambda (digits) (string->number digits 8))
                      (cdr (string-split line #\\))))
               lines)))

(define (read-block port)
  "Return the lines of PORT up to one that is \"END\"."
  (let loop ((lines '()))
    (match (read-line port)
      ((? eof-object?) (error "a value has no end:" (reverse lines)))
      ("END"           (reverse lines))
      (line            (loop (cons (string-trim-both line) lines))))))

(define %attribute (make-regexp "^(CKA_[A-Z0-9_]+) ([A-Z0-9_]+) ?(.*)$"))

(define (read-attribute line port)
  "Return the name and the value of the attribute that LINE of PORT begins, or #f.  Values are strings
or bytevectors."
  (match (regexp-exec %attribute line)
    (#f #f)
    (m  (cons (match:substring m 1)
              (if (string=? (match:substring m 2) "MULTILINE_OCTAL")
                  (octal->bytevector (read-block port))
                  (match:substring m 3))))))

(define (read-objects port)
  "Return the objects that PORT has, each as an alist from the name of an attribute to its value."
  (let loop ((object '()) (objects '()))
    (match (read-line port)
      ((? eof-object?) (reverse (cons object objects)))
      (line
       (match (read-attribute line port)
         (#f (loop object objects))
         ;; This attribute is the first one of each object.
         ((and attribute ("CKA_CLASS" . _))
          (loop (list attribute) (cons object objects)))
         (attribute
          (loop (cons attribute object) objects)))))))

(define (of-class class)
  (lambda (object)
    (equal? (assoc-ref object "CKA_CLASS") class)))

(define (identity-of object)
  (cons (assoc-ref object "CKA_ISSUER") (assoc-ref object "CKA_SERIAL_NUMBER")))

(define (trusted-certificates objects)
  "Return those of OBJECTS that are certificates of authorities trusted for servers, as pairs
of a label and a bytevector."
  (define trust
    (map (lambda (object)
           (cons (identity-of object) (assoc-ref object "CKA_TRUST_SERVER_AUTH")))
         (filter (of-class "CKO_NSS_TRUST") objects)))

  (define (trusted? object)
    (equal? (assoc-ref trust (identity-of object)) "CKT_NSS_TRUSTED_DELEGATOR"))

  (map (lambda (object)
         (cons (string-trim-both (assoc-ref object "CKA_LABEL") #\")
               (assoc-ref object "CKA_VALUE")))
       (filter trusted? (filter (of-class "CKO_CERTIFICATE") objects))))

(define (certificate-file-names labels)
  "Return a file name without extension for each of LABELS: they are of plain characters, and differ."
  (define (plain label)
    (regexp-substitute/global #f "[^A-Za-z0-9.-]+" label 'pre "_" 'post))

  (let loop ((labels labels) (names '()))
    (match labels
      (() (reverse names))
      ((label . rest)
       (let* ((name    (plain label))
              (numbers (map (lambda (n) (string-append name "-" (number->string n)))
                            (iota (length names) 2))))
         (loop rest
               (cons (find (lambda (name) (not (member name names)))
                           (cons name numbers))
                     names)))))))
