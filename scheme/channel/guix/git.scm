;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Git repositories, by Guile-Git.
(define-module (guix git)
  #:autoload   (git bindings) (libgit2-init!)
  #:autoload   (git repository) (repository-open repository-close!)
  #:export (with-repository))

(define-syntax-rule (with-repository directory repository body ...)
  "Evaluate BODY with REPOSITORY bound to the repository in DIRECTORY."
  (let ((repository (begin
                      (libgit2-init!)
                      (repository-open directory))))
    (dynamic-wind
      (const #t)
      (lambda () body ...)
      (lambda () (repository-close! repository)))))
