;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Warnings about packages, with the places in the source that they are about.
(define-module (guix lint warning)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (lint-warning
            lint-warning?
            lint-warning-package
            lint-warning-message
            lint-warning-message-text
            lint-warning-message-data
            lint-warning-location
            make-warning
            warn-if
            package-source-file
            seek-to-line))

(define-record-type <lint-warning>
  (lint-warning package message-text message-data location)
  lint-warning?
  (package      lint-warning-package)
  (message-text lint-warning-message-text)  ;for 'format'
  (message-data lint-warning-message-data)  ;its arguments
  (location     lint-warning-location))     ;<location> or #f

(define (lint-warning-message warning)
  "Return the message of WARNING, a string."
  (apply format #f (G_ (lint-warning-message-text warning))
         (lint-warning-message-data warning)))

(define* (make-warning package text #:optional (data '())
                       #:key field location)
  "Return the warning about PACKAGE whose message is TEXT, filled with DATA.  It is about
the value of FIELD, a symbol, or LOCATION, or the whole definition."
  (lint-warning package text data
                (or location
                    (and field (field-location package field))
                    (package-location package))))

(define-syntax-rule (warn-if condition package text argument ...)
  "Return a list of a warning about PACKAGE if CONDITION is true, else the empty list."
  (if condition
      (list (make-warning package text argument ...))
      '()))


;;;
;;; Places of fields.
;;;

(define (package-source-file package)
  "Return the absolute name of the file that defines PACKAGE, or #f."
  (match (and=> (package-location package) location-file)
    (#f #f)
    ((? absolute-file-name? file) (and (file-exists? file) file))
    (file (or (search-path %load-path file)
              (and (file-exists? file) (canonicalize-path file))))))

(define (seek-to-line port line)
  "Read PORT up to the start of LINE, which counts from 1."
  (let loop ((skipped 1))
    (when (< skipped line)
      (let skip ()
        (match (read-char port)
          ((or #\newline (? eof-object?)) #t)
          (_ (skip))))
      (loop (1+ skipped)))))

(define (read-form port location)
  "Return the syntax object of the form at LOCATION of PORT."
  (seek-to-line port (location-line location))
  (let skip ((column 0))
    (when (< column (location-column location))
      (read-char port)
      (skip (1+ column))))
  (read-syntax port))

(define (syntax->location stx file)
  (match (syntax-source stx)
    (#f #f)
    (properties
     (location file (1+ (assq-ref properties 'line))
               (assq-ref properties 'column)))))

(define (field-value form field)
  "Return the syntax object of the value of FIELD in FORM, (package (FIELD VALUE) ...), or
#f."
  (syntax-case form ()
    ((_ clause ...)
     (let loop ((clauses #'(clause ...)))
       (syntax-case clauses ()
         (() #f)
         (((name value . _) . rest)
          (eq? field (syntax->datum #'name))
          #'value)
         ((_ . rest) (loop #'rest)))))
    (_ #f)))

(define (field-location package field)
  "Return the place of the value of FIELD in the definition of PACKAGE, or #f."
  (let ((place (package-location package))
        (file  (package-source-file package)))
    (and place file
         (false-if-exception
          (call-with-input-file file
            (lambda (port)
              (and=> (field-value (read-form port place) field)
                     (lambda (value)
                       (syntax->location value (location-file place)))))
            #:encoding "UTF-8")))))
