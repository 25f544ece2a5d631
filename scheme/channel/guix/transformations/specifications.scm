;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What the values of transformations say: "PACKAGE=VALUE", and the packages that are
;;; meant.
(define-module (guix transformations specifications)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (parse-assignment
            rewrite-package
            rewrite-assigned
            specification-name
            split-on-commas
            unavailable))

(define (parse-assignment key text form)
  "Return the parts of TEXT before and after its first \"=\", two values.  Raise an error
that says that the transformation KEY takes FORM, such as \"PACKAGE=URL\", if one of them
is empty."
  (let ((equal (string-index text #\=)))
    (if (and equal
             (< 0 equal (1- (string-length text))))
        (values (string-take text equal)
                (string-drop text (1+ equal)))
        (raise (make-compound-condition
                (formatted-message (G_ "~a: invalid value '~a'") key text)
                (condition
                 (&fix-hint
                  (hint (format #f (G_ "write '--~a=~a'") key form)))))))))

(define (rewrite-package specification proc)
  "Return a procedure that takes a package and returns its variant with PROC applied to
those of its graph that SPECIFICATION means."
  (package-input-rewriting/spec (list (cons specification proc))))

(define (rewrite-assigned key text form proc)
  "Like 'rewrite-package', for TEXT, \"SPECIFICATION=VALUE\": PROC takes a package and
VALUE."
  (call-with-values (lambda () (parse-assignment key text form))
    (lambda (specification value)
      (rewrite-package specification
                       (lambda (package) (proc package value))))))

(define (specification-name specification)
  "Return the name in SPECIFICATION, \"NAME\" or \"NAME@VERSION\"."
  (call-with-values (lambda () (package-name->name+version specification))
    (lambda (name version) name)))

(define (split-on-commas text)
  "Return the non-empty parts of TEXT between commas."
  (remove string-null? (string-split text #\,)))

(define (unavailable key reason hint)
  "Raise an error: the transformation KEY cannot be applied for REASON; HINT says what to
do."
  (raise (make-compound-condition
          (formatted-message (G_ "'--~a' is not available: ~a") key reason)
          (condition (&fix-hint (hint hint))))))
