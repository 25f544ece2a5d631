;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Each transformation alone, and each ordered pair of them: the command line, one list
;;; of options and two procedures one after the other give the same derivation.

(use-modules (guix build utils)
             (guix build-system)
             (guix build-system gnu)
             (guix cpu)
             (guix derivations)
             (guix diagnostics)
             (guix gexp)
             (guix git)
             (guix git-download)
             (guix packages)
             (guix profiles)
             (guix store)
             (guix tests git)
             (guix transformations)
             ((guix utils) #:select (call-with-temporary-directory))
             (gnu packages base)
             (gnu packages commencement)
             ((guix licenses) #:prefix license:)
             (nacre commands)
             (srfi srfi-1)
             (srfi srfi-34)
             (srfi srfi-35)
             (srfi srfi-64)
             (ice-9 match)
             (ice-9 textual-ports))

(load "lib/check.scm")

(define store (open-connection))

;; The user's cache stays as it is.
(setenv "XDG_CACHE_HOME" (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp")
                                                 "/nacre-cache.XXXXXX")))

(define (error-of thunk)
  "Return the text of the error that THUNK raises, and its hint or #f, or #f."
  (guard (c ((or (formatted-message? c) (message-condition? c))
             (cons (if (formatted-message? c)
                       (apply format #f (formatted-message-string c)
                              (formatted-message-arguments c))
                       (condition-message c))
                   (and (fix-hint? c) (condition-fix-hint c)))))
    (thunk)
    #f))

(define (warnings-of thunk)
  "Return what THUNK prints as warnings."
  (call-with-output-string
    (lambda (port)
      (parameterize ((guix-warning-port port))
        (thunk)))))

(define (quietly thunk)
  (let ((result #f))
    (warnings-of (lambda () (set! result (thunk))))
    result))

(define (dependency package . names)
  "Return the package that NAMES, of dependencies one below the other, lead to."
  (fold (lambda (name package)
          (lookup-package-direct-input package name))
        package
        names))

(define (run-tests directory repository)
  (define url (string-append "file://" repository))

  (define (test-package name* inputs* source*)
    (package
      (name name*) (version "1.0")
      (source source*)
      (build-system gnu-build-system)
      (inputs inputs*)
      (properties (if (string=? "leaf" name*) '((tunable? . #t)) '()))
      (home-page "https://example.org") (synopsis "s") (description "d")
      (license license:gpl3+)))

  (define leaf
    (test-package "leaf" '()
                  (origin
                    (method git-fetch)
                    (uri (git-reference (url url) (commit "v1.0")))
                    (file-name "leaf-checkout")
                    (sha256 (base32 (make-string 52 #\0))))))
  (define middle (test-package "middle" (list leaf) #f))
  (define top (test-package "top" (list middle) #f))

  (define (file name text)
    (let ((file (string-append directory "/" name)))
      (call-with-output-file file (lambda (port) (display text port)))
      file))

  (define source-file (file "leaf-3.0.tar.gz" "source"))
  (define patch-file (file "leaf.patch" "patch"))

  (define options
    `((with-source . ,(string-append "leaf=" source-file))
      (with-input . "leaf=hello")
      (with-graft . "leaf=hello")
      (with-branch . "leaf=devel")
      (with-commit . "leaf=v2.0")
      (with-git-url . ,(string-append "leaf=" url))
      (with-patch . ,(string-append "leaf=" patch-file))
      (tune . "skylake")
      (with-configure-flag . "leaf=--with-x=1")
      (with-version . "leaf=2.0")
      (with-latest . "leaf")
      (with-c-toolchain . "leaf=gcc-toolchain@11")
      (with-debug-info . "leaf")
      (without-tests . "leaf")))

  (define (transform . options)
    (options->transformation options))

  (define (changed . options)
    "Return the 'leaf' that OPTIONS make of that below 'top'."
    (quietly (lambda ()
               (dependency ((apply transform options) top) "middle" "leaf"))))

  ;; A derivation's file name, or what is wrong.
  (define (lowered thunk)
    (define result #f)
    (match (error-of (lambda () (set! result (quietly thunk))))
      (#f result)
      (problem problem)))

  (define (in-scheme . options)
    (lowered (lambda ()
               (derivation-file-name
                (package-derivation store ((apply transform options) top))))))

  (define (one-after-the-other first second)
    (lowered (lambda ()
               (derivation-file-name
                (package-derivation store
                                    ((transform second) ((transform first) top)))))))

  (define (on-the-command-line . options)
    (lowered (lambda ()
               (match (objects->requests store '() (list (cons top "test")) '()
                                         "x86_64-linux" #f #f
                                         #:transformations options)
                 (((drv . _)) drv)))))

  (define plain (derivation-file-name (package-derivation store top)))

  (test-equal "no transformation: the package itself"
    top
    ((options->transformation '()) top))

  (test-equal "what is not a package stays"
    'object
    ((transform '(without-tests . "leaf")) 'object))

  ;; Each alone.

  (for-each
   (lambda (option)
     (test-assert (format #f "~a changes what depends on the package" (car option))
       (let ((result (in-scheme option)))
         (and (string? result)
              (not (string=? result plain))
              (equal? result (on-the-command-line option))))))
   options)

  (test-equal "with-source: version and contents"
    '("3.0" "source")
    (let ((leaf (changed (assq 'with-source options))))
      (list (package-version leaf)
            (call-with-input-file (run-with-store store
                                    (lower-object (package-source leaf)))
              get-string-all))))

  (test-equal "with-source: the name of the file says which package is meant"
    "3.0"
    (package-version (changed `(with-source . ,source-file))))

  (test-equal "with-source: the version may be given"
    "9"
    (package-version (changed `(with-source . ,(string-append "leaf@9=" source-file)))))

  (test-equal "with-source: a file that does not exist"
    (string-append directory "/none: no such file")
    (car (lowered
          (lambda ()
            (run-with-store store
              (lower-object
               (package-source
                (changed `(with-source . ,(string-append "leaf=" directory
                                                         "/none"))))))))))

  (test-equal "with-input, with-graft: the other package, and its replacement"
    '("hello" "leaf" "hello")
    (list (package-name (dependency (quietly
                                     (lambda ()
                                       ((transform '(with-input . "leaf=hello")) top)))
                                    "middle" "leaf"))
          (package-name (changed '(with-graft . "leaf=hello")))
          (package-name (package-replacement (changed '(with-graft . "leaf=hello"))))))

  (test-equal "with-branch, with-commit, with-git-url: versions and checkouts"
    `(("git.devel" ,(git-checkout (url url) (branch "devel")))
      ("2.0" ,(git-checkout (url url) (commit "v2.0")))
      ("1.0" ,(git-checkout (url "https://example.org"))))
    (map (lambda (option)
           (let ((leaf (changed option)))
             (list (package-version leaf) (package-source leaf))))
         '((with-branch . "leaf=devel")
           (with-commit . "leaf=v2.0")
           (with-git-url . "leaf=https://example.org"))))

  (test-equal "checkouts have the files of their commit"
    '("devel" "2.0" "master" "1.0")
    (map (lambda (checkout)
           (call-with-input-file
               (string-append (run-with-store store (lower-object checkout))
                              "/version")
             get-string-all))
         (list (git-checkout (url url) (branch "devel"))
               (git-checkout (url url) (commit "v2.0"))
               (git-checkout (url url))
               (git-checkout
                (url url)
                (commit (call-with-values
                            (lambda ()
                              (latest-repository-commit
                               store url #:ref '(tag . "v1.0")))
                          (lambda (item commit) (string-take commit 8))))))))

  (test-assert "a complete hash is fetched once"
    (call-with-values
        (lambda () (latest-repository-commit store url #:ref '(tag . "v1.0")))
      (lambda (item commit)
        (call-with-values
            (lambda ()
              (let ((moved (string-append repository ".away")))
                (rename-file repository moved)
                (let ((again (false-if-exception
                              (latest-repository-commit
                               store url #:ref `(commit . ,commit)))))
                  (rename-file moved repository)
                  again)))
          (lambda (again . rest)
            (equal? item again))))))

  (test-assert "a branch that does not exist"
    (match (lowered (lambda ()
                      (run-with-store store
                        (lower-object (git-checkout (url url) (branch "none"))))))
      ((message . _) (string-contains message "has no branch 'none'"))
      (_ #f)))

  (test-equal "with-branch: the source is not a Git repository"
    '("the source of hello@2.10 is not a Git repository"
      . "name one by '--with-git-url=hello=URL' first")
    (lowered (lambda () ((transform '(with-branch . "hello=devel")) hello))))

  (test-equal "with-patch: before the other patches"
    (list patch-file patch-file)
    (map local-file-file
         (origin-patches
          (package-source
           (changed (assq 'with-patch options) (assq 'with-patch options))))))

  (test-equal "with-patch: a file that does not exist"
    "with-patch: 'none' does not exist"
    (car (lowered (lambda () (transform '(with-patch . "leaf=none"))))))

  (test-equal "with-c-toolchain: the package and its dependents, and no other"
    '(#t #t #t #f)
    (let ((top (quietly
                (lambda ()
                  ((transform '(with-c-toolchain . "leaf=gcc-toolchain@11")) top)))))
      (define (by-toolchain? package)
        (let ((inputs (bag-build-inputs (package->bag package))))
          (and (assoc "gcc-toolchain" inputs) (not (assoc "gcc" inputs)))))

      (map (lambda (package) (->bool (by-toolchain? package)))
           (list top (dependency top "middle") (dependency top "middle" "leaf")
                 hello))))

  (test-equal "tune: the replacement is compiled for the processor, and not tested"
    '("skylake" (#:tests? #f))
    (let ((leaf (package-replacement (changed '(tune . "skylake")))))
      (list (assq-ref (package-properties leaf) 'cpu-tuning)
            (package-arguments leaf))))

  (test-equal "tune: a processor that the compiler does not know"
    '("compiler bootstrap-gcc@12.2.0 does not support micro-architecture skylak"
      . "did you mean 'skylake'?")
    (in-scheme '(tune . "skylak")))

  (test-assert "this machine's processor is one that the compiler knows"
    (member (cpu->gcc-architecture (current-cpu))
            (assoc-ref (assq-ref (package-properties gcc-toolchain)
                                 'compiler-cpu-architectures)
                       "x86_64")))

  (test-equal "with-debug-info, without-tests, with-configure-flag: arguments"
    '((#:strip-binaries? #f) (#:tests? #f) (#:configure-flags (append '() '("--x=1=2"))))
    (list (package-arguments (package-replacement (changed '(with-debug-info . "leaf"))))
          (package-arguments (changed '(without-tests . "leaf")))
          (match (package-arguments (changed '(with-configure-flag . "leaf=--x=1=2")))
            ((keyword flags) (list keyword (gexp->approximate-sexp flags))))))

  (test-equal "with-version: another tag, not authenticated"
    '("2.0" #t)
    (let* ((leaf     #f)
           (warnings (warnings-of
                      (lambda ()
                        (set! leaf (dependency
                                    ((transform '(with-version . "leaf=2.0")) top)
                                    "middle" "leaf"))))))
      (list (package-version leaf)
            (->bool (string-contains warnings "not authenticated")))))

  (test-equal "with-latest: the newest tag, of any package that comes from Git"
    '("2.0" "2.0" "1.0")
    (list (package-version (changed '(with-latest . "leaf")))
          (package-version (changed '(with-latest . "leaf")
                                    `(with-git-url . ,(string-append "leaf=" url))))
          (call-with-input-file
              (string-append (run-with-store store
                               (lower-object
                                (package-source (changed '(with-version . "leaf=1.0")
                                                         '(with-latest . "leaf")))))
                             "/version")
            get-string-all)))

  (test-equal "with-latest: what cannot be known"
    '("it is not known what the latest release of 'hello' is"
      . "name the release by '--with-version=hello=VERSION'")
    (lowered (lambda () ((transform '(with-latest . "hello")) hello))))

  (test-equal "amd-gpu is not available"
    "'--amd-gpu' is not available: the collection has no compiler for AMD GPUs"
    (car (lowered (lambda () (transform '(amd-gpu . "gfx90a"))))))

  ;; Mistakes.

  (test-equal "values without a part"
    '(("with-input: invalid value 'leaf'" . "write '--with-input=PACKAGE=REPLACEMENT'")
      ("with-branch: invalid value 'leaf='" . "write '--with-branch=PACKAGE=BRANCH'"))
    (map (lambda (option) (lowered (lambda () (transform option))))
         '((with-input . "leaf") (with-branch . "leaf="))))

  (test-equal "a misspelt transformation"
    '("unknown transformation 'with-imput'" . "did you mean 'with-input'?")
    (lowered (lambda () (transform '(with-imput . "leaf=hello")))))

  (test-assert "other options are ignored"
    (transform '(system . "x86_64-linux")))

  (test-equal "a misspelt replacement"
    '("helo: unknown package" . "did you mean 'hello'?")
    (lowered (lambda () (transform '(with-input . "leaf=helo")))))

  (test-assert "a misspelt package that is to be changed"
    (let ((warnings (warnings-of
                     (lambda () ((transform '(without-tests . "leav")) top)))))
      (and (string-contains warnings
                            "transformation 'without-tests' had no effect on top@1.0")
           (string-contains warnings "did you mean 'leaf'?"))))

  ;; The record.

  (test-equal "what was applied is recorded, the last one first"
    '((without-tests . "leaf") (with-debug-info . "leaf"))
    (package-transformations
     ((transform '(without-tests . "leaf") '(with-debug-info . "leaf")) top)))

  (test-equal "nothing of a composition is lost"
    '((without-tests . "leaf") (with-debug-info . "leaf"))
    (package-transformations
     ((transform '(without-tests . "leaf"))
      ((transform '(with-debug-info . "leaf")) top))))

  (test-equal "a manifest's entry has the record"
    '((transformations . ((without-tests . "leaf"))))
    (manifest-entry-properties
     (manifest-entry-with-transformations
      (package->manifest-entry ((transform '(without-tests . "leaf")) top)))))

  (test-equal "entries of the command line's manifests have the record"
    '((transformations . ((without-tests . "leaf"))))
    (manifest-entry-properties
     (first (manifest-entries
             (objects->manifest '() (list (cons top "test")) '()
                                #:transformations '((without-tests . "leaf")))))))

  (test-equal "values that say all that matters"
    '(#t #f #f)
    (map (compose ->bool cacheable-transformation-option-key?)
         '(with-input with-branch no-transformation)))

  ;; What is built in the end: of a package with a replacement, that one.

  (define (innermost package)
    (match (package-replacement package)
      (#f          package)
      (replacement (innermost replacement))))

  (define (argument package keyword)
    (match (memq keyword (package-arguments package))
      ((_ value . _) value)
      (#f 'default)))

  ;; Transformations, and whether a package shows what they do.
  (define effects
    `((without-tests
       . ,(lambda (leaf) (not (argument leaf #:tests?))))
      (with-debug-info
       . ,(lambda (leaf) (not (argument leaf #:strip-binaries?))))
      (with-configure-flag
       . ,(lambda (leaf) (gexp? (argument leaf #:configure-flags))))
      (with-patch
       . ,(lambda (leaf) (pair? (origin-patches (package-source leaf)))))
      (with-c-toolchain
       . ,(lambda (leaf)
            (assoc "gcc-toolchain" (bag-build-inputs (package->bag leaf)))))
      (tune
       . ,(lambda (leaf)
            (assoc "tuning-compiler" (bag-build-inputs (package->bag leaf)))))))

  (for-each
   (match-lambda
     ((first . first-effect?)
      (for-each
       (match-lambda
         ((second . second-effect?)
          (test-assert (format #f "~a, then ~a: both have their effect" first second)
            (let ((leaf (innermost (changed (assq second options)
                                            (assq first options)))))
              (and (first-effect? leaf) (second-effect? leaf) #t)))))
       (alist-delete first effects eq?))))
   effects)

  ;; Each pair.

  (for-each
   (lambda (first)
     (for-each
      (lambda (second)
        (test-assert (format #f "~a, then ~a" (car first) (car second))
          ;; In a list, the last one applies first.
          (let ((result (in-scheme second first)))
            (and (equal? result (one-after-the-other first second))
                 (equal? result (on-the-command-line second first))
                 (or (string? result)
                     ;; A checkout needs a package that comes from Git, another release
                     ;; one whose address has the version.
                     (string-suffix? "is not a Git repository" (car result))
                     (string-prefix? "it is not known wh" (car result)))))))
      (delete first options eq?)))
   options))

(checks "transformations"
  (call-with-temporary-directory
   (lambda (directory)
     (with-temporary-git-repository repository
         '((add "version" "1.0") (commit "one") (tag "v1.0")
           (add "version" "2.0") (commit "two") (tag "v2.0")
           (branch "devel") (checkout "devel")
           (add "version" "devel") (commit "three")
           (checkout "master")
           (add "version" "master") (commit "four"))
       (run-tests directory repository))))
  (delete-file-recursively (getenv "XDG_CACHE_HOME")))
