;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Where the parts of a package's definition are, by reading its file.
(define-module (guix packages locations)
  #:use-module (guix diagnostics)
  #:use-module (guix packages record)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module ((system syntax internal) #:select (syntax? syntax-expression))
  #:export (package-field-location
            package-definition-location))

;; How to read #~, #$ and the like here too.
(define (load-reader-extensions)
  (resolve-interface '(guix gexp)))

(define (read-forms file)
  "Return the top-level forms of FILE, syntax objects with their places; none if it cannot
be read."
  (load-reader-extensions)
  (or (false-if-exception
       (call-with-input-file file
         (lambda (port)
           (let loop ((forms '()))
             (match (read-syntax port)
               ((? eof-object?) (reverse forms))
               (form            (loop (cons form forms))))))
         #:encoding "UTF-8"))
      '()))

(define (place form)
  "Return the line and the column of FORM, a syntax object, as a pair, or #f."
  (and=> (syntax-source form)
         (lambda (properties)
           (cons (1+ (assq-ref properties 'line))
                 (assq-ref properties 'column)))))

(define (parts form)
  "Return the elements of FORM, a syntax object or a list of them; none if it is no list."
  (let ((form (if (syntax? form) (syntax-expression form) form)))
    (if (list? form) form '())))

(define (before? a b)
  (or (< (car a) (car b))
      (and (= (car a) (car b)) (<= (cdr a) (cdr b)))))

(define (enclosing-form forms wanted)
  "Return the last of FORMS that begins at WANTED or before."
  (fold (lambda (form found)
          (let ((where (place form)))
            (if (and where (before? where wanted)) form found)))
        #f
        forms))

(define (form-at form wanted)
  "Return the form that begins at WANTED in FORM, or #f."
  (if (and (syntax? form) (equal? (place form) wanted))
      form
      (any (lambda (part) (form-at part wanted)) (parts form))))

(define (call-with-definition package proc)
  "Call PROC with the file of PACKAGE's definition, as its location names it, the
top-level form that it is in, and its place; return #f if it is not found."
  (match (package-location package)
    (#f #f)
    (location
     (let* ((name   (location-file location))
            (file   (search-path %load-path name))
            (wanted (cons (location-line location) (location-column location)))
            (form   (and file (enclosing-form (read-forms file) wanted))))
       (and form (proc name form wanted))))))

(define (place->location file where)
  (location file (car where) (cdr where)))

(define (package-definition-location package)
  "Return the location of the top-level form that defines PACKAGE, or that of PACKAGE if
it is not found."
  (or (call-with-definition package
        (lambda (file form wanted)
          (place->location file (place form))))
      (package-location package)))

(define (package-field-location package field)
  "Return the location of the value of FIELD, a symbol, in the definition of PACKAGE, or
#f if it is not found."
  (define (field-value definition)
    (any (lambda (clause)
           (match (parts clause)
             ((name value . _)
              (and (eq? field (syntax->datum name))
                   (if (place value) value clause)))
             (_ #f)))
         (parts definition)))

  (call-with-definition package
    (lambda (file form wanted)
      (and=> (and=> (form-at form wanted) field-value)
             (lambda (value)
               (place->location file (place value)))))))
