;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Tools for programs with a command line of their own.
(define-module (guix ui)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module ((nacre evaluation) #:select (evaluate-port (make-user-module . fresh-module)))
  #:re-export (G_ N_
               warning info report-error leave
               location->string
               &fix-hint fix-hint? condition-fix-hint)
  #:export (make-user-module
            load*))

(define (make-user-module modules)
  "Return a module for the evaluation of a user's file: it has the bindings of MODULES."
  (fresh-module modules))

(define* (load* file user-module #:key on-error)
  "Evaluate FILE in USER-MODULE and return the value of its last expression.  An
error goes to the caller; ON-ERROR is ignored."
  (save-module-excursion
   (lambda ()
     (set-current-module user-module)
     (call-with-input-file file
       (lambda (port)
         (set-port-filename! port file)
         (evaluate-port port))
       #:encoding "UTF-8"))))
