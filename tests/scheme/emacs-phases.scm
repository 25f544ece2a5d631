;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Tests of what builds packages of Emacs Lisp.  Those that need Emacs are skipped
;;; where there is none.
(use-modules (guix build emacs-build-system)
             (guix build emacs-utils)
             (guix build utils)
             (srfi srfi-1)
             (srfi srfi-64)
             (ice-9 textual-ports))

(load "lib/check.scm")

(define-syntax-rule (in-temporary-directory body ...)
  (let ((dir (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp")
                                     "/emacs-phases.XXXXXX"))))
    (dynamic-wind
      (const #t)
      (lambda () (with-directory-excursion dir body ...))
      (lambda () (delete-file-recursively dir)))))

(define (write-file file contents)
  (mkdir-p (dirname file))
  (call-with-output-file file
    (lambda (port) (put-string port contents))))

(define (read-file file)
  (call-with-input-file file get-string-all))

(define-syntax-rule (quietly body ...)
  (let ((void (%make-void-port "w")))
    (parameterize ((current-output-port void)
                   (current-error-port void))
      body ...)))

(define (run-phase name . args)
  (quietly (apply (assq-ref %standard-phases name) args)))

(define out-name "0123456789abcdfghijklmnpqrsvwxyz-emacs-greet-1.2")

(define (outputs)
  `(("out" . ,(string-append (getcwd) "/store/" out-name))))

(define (installed-file file)
  (string-append "store/" out-name "/share/" file))

(define-syntax-rule (in-source body ...)
  (in-temporary-directory
   (setenv "NIX_STORE" (string-append (getcwd) "/store"))
   (write-file "greet.el" "\
;;; greet.el --- Greet the world  -*- lexical-binding: t -*-
(defvar greet-word \"Hello\")
;;;###autoload
(defun greet () (concat greet-word \", world!\"))
(provide 'greet)
;;; greet.el ends here
")
   (write-file "greet-tests.el" "(error \"not to be installed\")")
   (write-file "doc/greet.info" "The manual")
   body ...))

(define emacs?
  (quietly (false-if-exception (zero? (system* "emacs" "--version")))))

(define-syntax-rule (test-equal/emacs name expected body)
  (begin
    (unless emacs? (test-skip 1))
    (test-equal name expected body)))

(checks "emacs-phases"

 (test-equal "the directory of a package"
   "/share/emacs/site-lisp/greet-1.2"
   (let ((output (string-append (%store-directory) "/" out-name)))
     (string-drop (elpa-directory output) (string-length output))))

 (test-equal "files that are installed"
   '("emacs/site-lisp/greet-1.2/greet.el" "info/greet.info")
   (in-source
    (run-phase 'install #:outputs (outputs))
    (with-directory-excursion (installed-file "")
      (map (lambda (file) (string-drop file 2)) (find-files ".")))))

 (test-assert "nothing to install is an error"
   (in-source
    (false-if-exception
     (begin (run-phase 'install #:outputs (outputs) #:include '("^absent$"))
            #f))
    #t))

 (test-equal "the libraries of inputs are found"
   '("here" "/share/emacs/site-lisp" "/share/emacs/site-lisp/dash-2" "")
   (in-source
    (let ((input (string-append (getcwd) "/input")))
      (write-file "input/share/emacs/site-lisp/dash-2/dash.el" "")
      (run-phase 'expand-load-path #:inputs `(("dash" . ,input)))
      (map (lambda (directory)
             (cond ((string=? directory (getcwd)) "here")
                   ((string-prefix? input directory)
                    (string-drop directory (string-length input)))
                   (else directory)))
           (string-split (getenv "EMACSLOADPATH") #\:)))))

 (test-equal/emacs "what is installed is compiled, and loaded when it is needed"
   "Hello, world!"
   (in-source
    (unsetenv "EMACSLOADPATH")
    (for-each (lambda (phase)
                (run-phase phase #:name "emacs-greet-1.2" #:outputs (outputs)))
              '(install make-autoloads build))
    (let ((directory (elpa-directory (assoc-ref (outputs) "out"))))
      (delete-file (string-append directory "/greet.el"))
      (quietly
       (emacs-batch-eval
        `(progn
          (add-to-list 'load-path ,directory)
          (load "greet-autoloads" nil t)
          (write-region (greet) nil ,(string-append (getcwd) "/result")))))
      (read-file "result"))))

 (test-assert "what can't be compiled makes the build fail"
   (or (not emacs?)
       (in-source
        (unsetenv "EMACSLOADPATH")
        (write-file "greet.el" "(defun greet (")
        (run-phase 'install #:outputs (outputs))
        (not (false-if-exception
              (begin (run-phase 'build #:outputs (outputs)) #t))))))

 (test-equal/emacs "emacs-substitute-variables"
   "(defvar greet-word \"Hi\")\n(defconst greet-n 2 \"Doc.\")\n"
   (in-temporary-directory
    (write-file "a.el" "(defvar greet-word \"Hello\")\n(defconst greet-n 1 \"Doc.\")\n")
    (quietly
     (emacs-substitute-variables "a.el" ("greet-word" "Hi") ("greet-n" 2)))
    (read-file "a.el"))))
