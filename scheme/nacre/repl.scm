;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The interactive interpreter: Guile's own, with line editing and a history
;;; that is kept.
(define-module (nacre repl)
  #:use-module (nacre evaluation)      ;for its effect on modules of the user
  #:use-module (system repl repl)
  #:export (run-repl))

(define (history-file)
  "Return the name of the file that keeps the lines of earlier sessions."
  (string-append (or (getenv "XDG_STATE_HOME")
                     (string-append (or (getenv "HOME") "/tmp") "/.local/state"))
                 "/nacre/history"))

(define (make-directories directory)
  (unless (file-exists? directory)
    (make-directories (dirname directory))
    (mkdir directory #o700)))

(define (readline name)
  "Return the binding NAME of Guile's Readline module, or #f without it."
  (false-if-exception (module-ref (resolve-interface '(ice-9 readline)) name)))

(define (call-with-line-editing thunk)
  "Call THUNK, in which the terminal offers line editing if Guile has it."
  (let ((activate (readline 'activate-readline))
        (file     (history-file)))
    (if activate
        (dynamic-wind
          (lambda ()
            (activate)
            (false-if-exception ((readline 'read-history) file)))
          thunk
          (lambda ()
            (false-if-exception
             (begin
               (make-directories (dirname file))
               ((readline 'write-history) file)))))
        (thunk))))

(define (interactive-module)
  "Return the module in which the user's expressions are evaluated; its name is
in the prompt."
  (let ((module (resolve-module '(nacre-user) #f)))
    (beautify-user-module! module)
    module))

(define (load-user-file)
  (let ((file (string-append (or (getenv "HOME") "") "/.guile")))
    (when (file-exists? file)
      (primitive-load file))))

(define (run-repl user-file?)
  "Talk with the user on the terminal until the end of input, after loading
~/.guile if USER-FILE?."
  (save-module-excursion
   (lambda ()
     (set-current-module (interactive-module))
     (when user-file? (load-user-file))
     (call-with-line-editing start-repl))))
