;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What programs with a command line of their own use.
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
  "Return a module to evaluate a user's file in: it has the bindings of MODULES."
  (fresh-module modules))

(define* (load* file user-module #:key on-error)
  "Evaluate FILE in USER-MODULE and return what its last expression gives.  An
error goes to the caller, whatever ON-ERROR says."
  (save-module-excursion
   (lambda ()
     (set-current-module user-module)
     (call-with-input-file file
       (lambda (port)
         (set-port-filename! port file)
         (evaluate-port port))
       #:encoding "UTF-8"))))
