;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Tools for programs with a command line of their own: the interface of the modules (guix ui ...).
(define-module (guix ui)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix ui generations)
  #:use-module (guix ui programs)
  #:use-module (guix ui text)
  #:use-module ((nacre evaluation) #:select (evaluate-port (make-user-module . fresh-module)))
  #:re-export (G_ N_ P_
               warning info report-error leave
               location->string
               guix-warning-port
               program-name
               &fix-hint fix-hint? condition-fix-hint)
  #:export (make-user-module
            load*))

;; This module exports all of these modules.
(eval-when (expand load eval)
  (for-each (lambda (name)
              (module-re-export! (current-module)
                                 (module-map (lambda (name variable) name)
                                             (resolve-interface name))))
            '((guix ui generations)
              (guix ui programs)
              (guix ui text))))

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
