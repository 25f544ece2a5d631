;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Running Emacs in builds, without a terminal and without its user's files.
(define-module (guix build emacs-utils)
  #:use-module (guix build utils)
  #:use-module (ice-9 format)
  #:export (%emacs
            emacs-batch-eval
            emacs-batch-edit-file
            emacs-generate-autoloads
            emacs-byte-compile-directory
            emacs-substitute-variables))

(define %emacs
  ;; The name of the program.
  (make-parameter "emacs"))

(define (elisp->string expression)
  ;; Lisp code is given as text, or as a list that is written the same way.
  (if (string? expression)
      expression
      (format #f "~s" expression)))

(define (emacs-batch . arguments)
  (apply invoke (%emacs) "--quick" "--batch" arguments))

(define* (emacs-batch-eval expression #:key dynamic?)
  "Let Emacs evaluate EXPRESSION, Lisp code; its variables have dynamic scope if
DYNAMIC? is true."
  (emacs-batch (format #f "--eval=(eval '~a ~a)" (elisp->string expression)
                       (if dynamic? "nil" "t"))))

(define (emacs-batch-edit-file file expression)
  "Let Emacs visit FILE and evaluate EXPRESSION, which may edit and save it."
  (emacs-batch (string-append "--visit=" file)
               (string-append "--eval=" (elisp->string expression))))

(define (emacs-generate-autoloads name directory)
  "Write DIRECTORY/NAME-autoloads.el, which lets Emacs load the files of
DIRECTORY when something of theirs is first used."
  (let ((file (string-append directory "/" name "-autoloads.el")))
    (emacs-batch-eval
     `(let ((backup-inhibited t)
            (inhibit-read-only t)
            (generated-autoload-file ,file))
        (if (fboundp 'loaddefs-generate)
            (loaddefs-generate ,directory ,file)
            (progn
             (require 'autoload)
             (update-directory-autoloads ,directory))))
     ;; The variables are those of libraries that are not loaded yet.
     #:dynamic? #t)))

(define (emacs-byte-compile-directory directory)
  "Compile the Lisp files of DIRECTORY and below to bytecode; fail if one can't
be."
  (emacs-batch-eval
   ;; It returns nil for a file that it could not compile.
   `(progn
     (setq byte-compile-debug t)
     (dolist (file (directory-files-recursively ,directory "\\.el\\'"))
             (unless (or (string-match-p "-\\(pkg\\|autoloads\\)\\.el\\'" file)
                         (byte-compile-file file))
               (kill-emacs 1))))))

(define (emacs-substitute-variable file variable value)
  (emacs-batch-edit-file
   file
   `(progn
     (goto-char (point-min))
     (unless (re-search-forward
              ,(format #f "^(def\\(var\\|const\\|custom\\) +~a\\_>" variable)
              nil t)
       (error "no definition of this variable" ,variable))
     (forward-sexp)
     (backward-sexp)
     (let ((start (point)))
       (forward-sexp)
       (delete-region start (point)))
     (insert (prin1-to-string ',value))
     (basic-save-buffer))))

(define-syntax-rule (emacs-substitute-variables file (variable value) ...)
  "Let the variables of FILE that have the names VARIABLE, strings, have the
initial VALUEs."
  (begin
    (emacs-substitute-variable file variable value)
    ...))
