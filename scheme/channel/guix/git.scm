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
  #:autoload   (ice-9 rdelim) (read-line)
  #:autoload   (guix base16) (bytevector->base16-string)
  #:autoload   (guix build utils) (mkdir-p)
  #:autoload   (nacre hash) (bytevector-hash)
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

(define (complete-hash? text)
  (and (= 40 (string-length text))
       (string-every char-set:hex-digit text)))

(define (checkout-record url commit recursive?)
  "Return the name of the file that says which store item has the files of COMMIT, a hash, of
the repository at URL."
  (define key
    (bytevector->base16-string
     (bytevector-hash (object->string (list url commit recursive?)) 'sha256)))

  (string-append (cache-directory) "/checkouts/" key))

(define (recorded-item store file)
  "Return the store item that FILE names, or #f if STORE does not have it."
  (and (file-exists? file)
       (let ((item (call-with-input-file file read-line)))
         (and (string? item)
              (direct-store-path? item)
              (valid-path? store item)
              item))))

(define (record-item! file item)
  ;; Without it, the commit is fetched again.
  (false-if-exception
   (begin
     (mkdir-p (dirname file))
     (with-atomic-file-output file
       (lambda (port) (display item port))
       #:sync? #f))))

(define (check-out store url kind text recursive?)
  "Fetch what KIND and TEXT mean, as 'check-out-git' takes them, of the repository at URL;
return the store item with its files, and the commit's hash."
  (call-with-temporary-directory
   (lambda (directory)
     (let* ((commit (check-out-git url kind text recursive? directory))
            (item   (add-to-store store (url+commit->name url commit) #t "sha256"
                                  (string-append directory "/files"))))
       (record-item! (checkout-record url commit recursive?) item)
       (values item commit)))))

(define* (latest-repository-commit store url #:key recursive? (ref '()))
  "Fetch the repository at URL; return two values: the store item with the files of what
REF means, with those of submodules if RECURSIVE? is true, and the hash of its commit.
REF is (branch . NAME), (commit . HASH), (tag . NAME), (tag-or-commit . TEXT) or (), the
default branch.  A complete hash is fetched once."
  (match ref
    (() (check-out store url 'head "" recursive?))
    (('branch . name) (check-out store url 'branch name recursive?))
    (((or 'commit 'tag 'tag-or-commit) . text)
     (match (and (complete-hash? text)
                 (recorded-item store (checkout-record url text recursive?)))
       (#f   (check-out store url 'commit text recursive?))
       (item (values item text))))))

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
