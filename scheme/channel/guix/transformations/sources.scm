;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Transformations of a package's source: another file, another commit, more patches.
(define-module (guix transformations sources)
  #:use-module (guix build-system)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix git)
  #:use-module (guix git-download)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module ((guix packages record) #:select (change-package))
  #:use-module (guix store)
  #:use-module (guix transformations specifications)
  #:use-module (guix upstream)
  #:use-module (guix utils)
  #:use-module ((guix build utils)
                #:select ((package-name->name+version . split-at-version)))
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:autoload   (guix download) (download-to-store)
  #:export (assigned-source?
            source-package-name
            with-source
            with-branch
            with-commit
            with-git-url
            with-patch))

;;;
;;; A file or an address.
;;;

;; A source that the user names: a file, a directory or an address.
(define-record-type <given-source>
  (given-source uri)
  given-source?
  (uri given-source-uri))

(define-gexp-compiler (given-source-compiler (source <given-source>) system target)
  (lambda (store)
    (values (download-to-store store (given-source-uri source)
                               #:recursive? #t)
            store)))

(define (archive-base-name file-name)
  "Return FILE-NAME without what says how it is packed: \"hello-2.10.tar.gz\" is
\"hello-2.10\"."
  (define (version-part? extension)
    (string-every char-set:hex-digit extension))

  (let loop ((name file-name))
    (match (file-extension name)
      ((or #f "scm" (? version-part?)) name)
      ("tar" (file-sans-extension name))
      (_     (loop (file-sans-extension name))))))

(define (source-package-name uri)
  "Return the name of the package that the file name or address URI says its source is
of."
  (call-with-values
      (lambda () (split-at-version (archive-base-name (basename uri))))
    (lambda (name version) name)))

(define (package-with-source original uri version)
  (package
    (inherit original)
    (version (or version
                 (call-with-values
                     (lambda ()
                       (split-at-version (archive-base-name (basename uri))))
                   (lambda (name version) version))
                 (package-version original)))
    (source (given-source uri))))

(define (absolute uri)
  "Return URI, as an absolute file name if it is a file's."
  (if (or (string-contains uri "://") (absolute-file-name? uri))
      uri
      (string-append (getcwd) "/" uri)))

(define (assigned-source? text)
  "Return true if TEXT is \"PACKAGE=SOURCE\", not a source that has \"=\" in its name."
  (and=> (string-index text #\=)
         (lambda (equal)
           (not (string-index text #\/ 0 equal)))))

(define (with-source text)
  "Return a procedure that gives a package another source, as TEXT, \"FILE\",
\"NAME=FILE\" or \"NAME@VERSION=FILE\", says.  FILE may be an address; without NAME, its
name is NAME-VERSION; VERSION is that of the new package."
  (if (assigned-source? text)
      (call-with-values
          (lambda ()
            (parse-assignment 'with-source text "PACKAGE=SOURCE"))
        (lambda (specification uri)
          (call-with-values
              (lambda () (package-name->name+version specification))
            (lambda (name version)
              (rewrite-package name
                               (lambda (original)
                                 (package-with-source original (absolute uri)
                                                      version)))))))
      (rewrite-package (source-package-name text)
                       (lambda (original)
                         (package-with-source original (absolute text) #f)))))


;;;
;;; Git.
;;;

(define (git-source package)
  "Return the address of PACKAGE's Git repository and whether its submodules are needed.
Raise an error if its source is something else."
  (match (package-source package)
    ((? git-checkout? checkout)
     (values (git-checkout-url checkout) (git-checkout-recursive? checkout)))
    ((or (? origin? (= origin-uri (? git-reference? reference)))
         (? upstream-source? (= upstream-source-urls (? git-reference? reference))))
     (values (git-reference-url reference) (git-reference-recursive? reference)))
    (_
     (raise (make-compound-condition
             (formatted-message (G_ "the source of ~a is not a Git repository")
                                (package-full-name package))
             (condition
              (&fix-hint
               (hint (format #f (G_ "name one by '--with-git-url=~a=URL' first")
                             (package-name package))))))))))

(define (commit->version commit)
  "Return the version of a package that is made from COMMIT, a hash or a tag."
  (cond ((and (string-prefix? "v" commit)
              (> (string-length commit) 1)
              (char-numeric? (string-ref commit 1)))
         (string-drop commit 1))
        ((string-every char-set:hex-digit commit)
         (string-append "git." (string-take commit
                                            (min 7 (string-length commit)))))
        (else commit)))

(define (branch->version branch)
  (string-append "git." (string-map (lambda (char)
                                      (if (char=? char #\/) #\- char))
                                    branch)))

(define (with-branch text)
  "Return a procedure that builds a package from the last commit of a branch, as TEXT,
\"PACKAGE=BRANCH\", says."
  (rewrite-assigned 'with-branch text "PACKAGE=BRANCH"
                    (lambda (original branch)
                      (call-with-values (lambda () (git-source original))
                        (lambda (url recursive?)
                          (package
                            (inherit original)
                            (version (branch->version branch))
                            (source (git-checkout
                                     (url url)
                                     (branch branch)
                                     (recursive? recursive?)))))))))

(define (with-commit text)
  "Return a procedure that builds a package from a commit or tag, as TEXT,
\"PACKAGE=COMMIT\", says."
  (rewrite-assigned 'with-commit text "PACKAGE=COMMIT"
                    (lambda (original commit)
                      (call-with-values (lambda () (git-source original))
                        (lambda (url recursive?)
                          (package
                            (inherit original)
                            (version (commit->version commit))
                            (source (git-checkout
                                     (url url)
                                     (commit commit)
                                     (recursive? recursive?)))))))))

(define (with-git-url text)
  "Return a procedure that builds a package from another Git repository, as TEXT,
\"PACKAGE=URL\", says."
  (define (submodules? source)
    (match source
      ((? git-checkout? checkout)
       (git-checkout-recursive? checkout))
      ((? origin? (= origin-uri (? git-reference? reference)))
       (git-reference-recursive? reference))
      (_ #t)))

  (rewrite-assigned 'with-git-url text "PACKAGE=URL"
                    (lambda (original url)
                      (package
                        (inherit original)
                        (source (git-checkout
                                 (url url)
                                 (recursive? (submodules?
                                              (package-source original)))))))))


;;;
;;; Patches.
;;;

(define (bootstrap-program name)
  (module-ref (resolve-interface '(gnu packages bootstrap))
              (symbol-append '%bootstrap- name)))

(define (patched-directory name source patches)
  "Return a file-like object, a directory called NAME with the files of SOURCE, a
directory or a tarball, changed by PATCHES."
  (define programs
    (map bootstrap-program '(patch tar gzip bzip2 xz)))

  (computed-file name
                 (with-imported-modules '((guix build utils))
                   #~(begin
                       (use-modules (guix build utils))

                       (set-path-environment-variable "PATH" '("bin")
                                                      '#+programs)
                       (mkdir #$output)
                       (if (file-is-directory? #+source)
                           (copy-recursively #+source #$output)
                           (invoke "tar" "xf" #+source "-C" #$output
                                   "--strip-components=1"
                                   "--no-same-owner"))
                       (for-each make-file-writable
                                 (find-files #$output #:directories? #t))
                       (with-directory-excursion #$output
                         (for-each (lambda (file)
                                     (invoke "patch" "-p1" "--batch"
                                             "--no-backup-if-mismatch"
                                             "-i" file))
                                   '(#+@patches)))))))

(define (check-patch file)
  (unless (file-exists? file)
    (raise (make-compound-condition
            (formatted-message (G_ "with-patch: '~a' does not exist") file)
            (condition
             (&fix-hint
              (hint (G_ "write '--with-patch=PACKAGE=FILE', with the name of a \
patch on this machine"))))))))

(define (with-patch text)
  "Return a procedure that adds a patch to the source of a package, as TEXT,
\"PACKAGE=FILE\", says."
  (define (patched-source original patch)
    (match (package-source original)
      ((? origin? source)
       (origin
         (inherit source)
         (patches (cons patch (origin-patches source)))))
      (source
       (patched-directory (string-append (package-full-name original "-") "-source")
                          source (list patch)))))

  (define (add-patch original patch)
    (package
      (inherit original)
      (source (patched-source original patch))))

  (call-with-values
      (lambda () (parse-assignment 'with-patch text "PACKAGE=FILE"))
    (lambda (specification file)
      (check-patch file)
      (let ((file (canonicalize-path file)))
        (rewrite-package specification
                         (lambda (original)
                           (change-package original
                                           (lambda (original)
                                             (add-patch original
                                                        (local-file file))))))))))
