;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Git repositories: those of this machine by Guile-Git, others by the engine, which
;;; fetches a commit when it is needed, without a hash that would have to be known.
(define-module (guix git)
  #:use-module (guix gexp)
  #:use-module (guix git-download)
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (ice-9 match)
  #:autoload   (nacre fetch) (check-out-git)
  #:autoload   (git bindings) (libgit2-init!)
  #:autoload   (git repository) (repository-open repository-close!)
  #:export (with-repository

            git-checkout
            git-checkout?
            git-checkout-url
            git-checkout-branch
            git-checkout-commit
            git-checkout-recursive?
            git-reference->git-checkout

            latest-repository-commit
            url+commit->name))

(define-syntax-rule (with-repository directory repository body ...)
  "Evaluate BODY with REPOSITORY bound to the repository in DIRECTORY."
  (let ((repository (begin
                      (libgit2-init!)
                      (repository-open directory))))
    (dynamic-wind
      (const #t)
      (lambda () body ...)
      (lambda () (repository-close! repository)))))

(define-record-type* <git-checkout> git-checkout make-git-checkout
  git-checkout?
  (url        git-checkout-url)
  (branch     git-checkout-branch (default #f))   ;string or #f: the default one
  (commit     git-checkout-commit (default #f))   ;hash or tag, before BRANCH
  (recursive? git-checkout-recursive?             ;with its submodules?
              (default #f)))

(define (git-reference->git-checkout reference)
  "Return the checkout of REFERENCE, a 'git-reference'."
  (git-checkout
   (url (git-reference-url reference))
   (commit (git-reference-commit reference))
   (recursive? (git-reference-recursive? reference))))

(define (url+commit->name url commit)
  "Return the name that the files of COMMIT of the repository at URL have in the store."
  (define base
    (string-trim-right (basename url) #\/))

  (string-append (if (string-suffix? ".git" base)
                     (string-drop-right base (string-length ".git"))
                     base)
                 "-" (string-take commit (min 7 (string-length commit)))))

(define* (latest-repository-commit store url #:key recursive? (ref '()))
  "Fetch the repository at URL; return two values: the store item with the files of what
REF means, with those of submodules if RECURSIVE? is true, and the hash of its commit.
REF is (branch . NAME), (commit . HASH), (tag . NAME), (tag-or-commit . TEXT) or (), the
default branch."
  (call-with-temporary-directory
   (lambda (directory)
     (let ((commit (match ref
                     (()
                      (check-out-git url 'head "" recursive? directory))
                     (('branch . name)
                      (check-out-git url 'branch name recursive? directory))
                     (((or 'commit 'tag 'tag-or-commit) . text)
                      (check-out-git url 'commit text recursive? directory)))))
       (values (add-to-store store (url+commit->name url commit) #t "sha256"
                             (string-append directory "/files"))
               commit)))))

(define-gexp-compiler (git-checkout-compiler (checkout <git-checkout>) system target)
  ;; What a commit is does not depend on SYSTEM or TARGET.
  (match checkout
    (($ <git-checkout> url branch commit recursive?)
     (lambda (store)
       (call-with-values
           (lambda ()
             (latest-repository-commit store url
                                       #:recursive? recursive?
                                       #:ref (cond (commit `(tag-or-commit . ,commit))
                                                   (branch `(branch . ,branch))
                                                   (else '()))))
         (lambda (item commit)
           (values item store)))))))
