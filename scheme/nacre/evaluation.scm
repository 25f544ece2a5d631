;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Evaluating what a user wrote, a file or a text, so that an error can tell
;;; the place.  Guile's interpreter does not keep places, its compiler does; at
;;; the lowest level it takes milliseconds and writes no file.
;;;
;;; Loading this module also makes modules in the user's directories (-L) keep
;;; their places.
(define-module (nacre evaluation)
  #:use-module (nacre interpreter)
  #:autoload   (nacre compiled-files) (compiled-file-key
                                       load-compiled-forms
                                       save-compiled-forms)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:autoload   (system base compile) (compile)
  #:autoload   (system vm loader) (load-thunk-from-memory)
  #:export (make-user-module
            evaluate-port
            evaluate-string
            evaluate-file
            last-form-source))


;;;
;;; Forms.
;;;

;; Not 'compile' to a value: that takes a change of the current module back.
(define (evaluate-tree tree)
  ((load-thunk-from-memory
    (compile tree #:from 'tree-il #:env (current-module) #:to 'bytecode
             #:optimization-level 0 #:warning-level 0))))

(define (expand form)
  (compile form #:env (current-module) #:to 'tree-il
           #:optimization-level 0 #:warning-level 0))

(define* (evaluate-port port #:optional (finish (const #t)))
  "Evaluate all expressions of PORT in the current module; return what the last
one returns.  Then call FINISH with the forms and what they were expanded to."
  (let loop ((result *unspecified*) (forms '()) (trees '()))
    (let ((form (read-syntax port)))
      (if (eof-object? form)
          (begin
            (finish (reverse forms) (reverse trees))
            result)
          (let* ((tree   (with-fluids ((current-form form))
                           (expand form)))
                 (result (with-fluids ((current-form form))
                           (evaluate-tree tree))))
            (loop result (cons form forms) (cons tree trees)))))))

(define (call-with-source file proc)
  (call-with-input-file file
    (lambda (port)
      (set-port-filename! port file)
      (proc port))
    #:encoding "UTF-8"))

(define (evaluate-source file)
  (call-with-source file evaluate-port))

(define (read-form file index)
  "Return form INDEX of FILE."
  (call-with-source file
    (lambda (port)
      (let loop ((index index))
        (let ((form (read-syntax port)))
          (if (zero? index)
              form
              (loop (- index 1))))))))

(define (last-form-source file)
  "Return the source properties of the last form of FILE, or #f if there is none."
  (call-with-source file
    (lambda (port)
      (let loop ((last #f))
        (match (read-syntax port)
          ((? eof-object?) (and last (syntax-source last)))
          (form            (loop form)))))))

(define (evaluate-forms thunks file)
  "Call THUNKS, the compiled forms of FILE; return what the last one returns."
  (let loop ((thunks thunks) (index 0) (result *unspecified*))
    (match thunks
      (() result)
      ((thunk . rest)
       (loop rest (+ index 1)
             ;; Read again only to tell the place of an error.
             (with-fluids ((current-form (lambda () (read-form file index))))
               (thunk)))))))

(define (evaluate-source/cached file modules)
  "Evaluate FILE as 'evaluate-source' does, by its compiled form if that is known."
  (let* ((key    (and (null? (user-directories))
                      (compiled-file-key file modules)))
         (thunks (and key (load-compiled-forms key)))
         (module (current-module)))
    (cond (thunks (evaluate-forms thunks file))
          (key    (call-with-source file
                    (lambda (port)
                      (evaluate-port port
                                     (lambda (forms trees)
                                       (save-compiled-forms key module
                                                            forms trees))))))
          (else   (evaluate-source file)))))


;;;
;;; User modules.
;;;

(define (make-user-module modules)
  "Return a fresh module that has the bindings of Guile and of MODULES, a list of
module names."
  (let ((module (make-fresh-user-module)))
    ;; What a user defines may be defined again, by 'load' for example.
    (set-module-declarative?! module #f)
    (for-each (lambda (name)
                (module-use! module (resolve-interface name)))
              modules)
    module))

(define (call-in-user-module modules thunk)
  (save-module-excursion
   (lambda ()
     (set-current-module (make-user-module modules))
     (thunk))))

(define (evaluate-string text file modules)
  "Evaluate the expressions of TEXT, as if they stood in FILE, in a fresh module
that uses MODULES; return what the last one returns."
  (call-in-user-module modules
    (lambda ()
      (call-with-input-string text
        (lambda (port)
          (set-port-filename! port file)
          (evaluate-port port))))))

(define (evaluate-file file modules)
  "Evaluate the expressions of FILE in a fresh module that uses MODULES; return
what the last one returns.  \"-\" is standard input."
  (call-in-user-module modules
    (lambda ()
      (if (string=? file "-")
          (let ((port (current-input-port)))
            (set-port-filename! port "standard input")
            (evaluate-port port))
          (evaluate-source/cached file modules)))))


;;;
;;; Modules in the user's directories.
;;;

(define channel-directory
  (dirname (dirname (search-path %load-path "nacre/evaluation.scm"))))

(define (user-directories)
  ;; What comes before the channel on the load path.
  (take-while (lambda (directory)
                (not (string=? directory channel-directory)))
              %load-path))

;; Once, for when this module is loaded again.
(define-once load-path/native primitive-load-path)

(define* (load-path/places file #:optional (raise-if-missing? #t))
  "Load FILE as 'primitive-load-path' does, but if it is in a directory of the
user's, so that errors tell the place."
  (define (load-source source)
    (save-module-excursion (lambda () (evaluate-source source))))

  (cond ((search-path (user-directories) file %load-extensions)
         => load-source)
        ;; 'load' in a file that was given by a relative name comes here with one.
        ((and (string-suffix? ".scm" file) (file-exists? file))
         (load-source file))
        (else
         (load-path/native file raise-if-missing?))))

(module-define! the-root-module 'primitive-load-path load-path/places)
