;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Where code stands, for macros whose uses may come from the readers of g-expressions.
(define-module (guix gexp source)
  #:use-module ((system syntax internal) #:select (syntax? syntax-expression))
  #:export (source-of))

(define (source-of form)
  "Return the source properties of FORM, syntax or data; '() if there are none.
What a reader extension read is plain data, which has its place as a property."
  (or (and (syntax? form)
           (syntax-source form))
      (let ((datum (if (syntax? form) (syntax-expression form) form)))
        (if (pair? datum) (source-properties datum) '()))))
