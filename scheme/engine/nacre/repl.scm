;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The interactive interpreter: Guile's own, with line editing and a saved
;;; history.
(define-module (nacre repl)
  #:use-module (nacre files)
  #:use-module (nacre evaluation)      ;for its effect on modules of the user
  #:use-module (system repl repl)
  #:use-module (ice-9 match)
  #:export (run-repl))

(define (home-directory)
  "Return the user's home directory if it exists, or #f."
  (let ((home (getenv "HOME")))
    (and home (absolute-file-name? home) (file-exists? home)
         home)))

(define (history-file)
  "Return the name of the file that keeps the lines of earlier sessions, or #f without
a home directory."
  (and=> (or (getenv "XDG_STATE_HOME")
             (and=> (home-directory)
                    (lambda (home) (string-append home "/.local/state"))))
         (lambda (directory)
           (string-append directory "/nacre/history"))))

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
            (when file
              (false-if-exception ((readline 'read-history) file))))
          thunk
          (lambda ()
            (when file
              (false-if-exception
               (begin
                 (make-directories (dirname file))
                 ((readline 'write-history) file))))))
        (thunk))))

(define (interactive-module)
  "Return the module that evaluates the user's expressions; the prompt shows its
name."
  (let ((module (resolve-module '(nacre-user) #f)))
    (beautify-user-module! module)
    module))

(define (load-user-file)
  (match (home-directory)
    (#f #f)
    (home
     (let ((file (string-append home "/.guile")))
       (when (file-exists? file)
         (primitive-load file))))))

(define (run-repl user-file?)
  "Read and evaluate expressions from the terminal until the end of input, after
loading ~/.guile if USER-FILE?."
  (save-module-excursion
   (lambda ()
     (set-current-module (interactive-module))
     (when user-file? (load-user-file))
     (call-with-line-editing start-repl))))
