;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix packages)
             (guix build-system)
             (guix build-system gnu)
             (guix build-system trivial)
             (guix derivations)
             (guix diagnostics)
             (guix download)
             (guix gexp)
             (guix monads)
             (guix profiles)
             (guix search-paths)
             (guix store)
             (guix utils)
             (gnu packages)
             (nacre package-index)
             ((guix licenses) #:prefix license:)
             (srfi srfi-1)
             (srfi srfi-34)
             (srfi srfi-64)
             (ice-9 match)
             (ice-9 regex))

(load "lib/check.scm")

(define store (open-connection))

(define-syntax-rule (test-package name* field ...)
  (package
    (name name*) (version "1.2")
    (source #f)
    (build-system gnu-build-system)
    (synopsis "S") (description "D") (home-page "https://example.org")
    (license license:gpl3+)
    field ...))

(define-syntax-rule (bare-package name* field ...)
  (package
    (inherit (test-package name*))
    (build-system trivial-build-system)
    (arguments (list #:guile guile
                     #:builder #~(mkdir #$output)))
    field ...))

;; Stands for the Guile that runs builders, so that nothing else is lowered.
(define guile
  (plain-file "guile" ""))

(define (condition-of thunk)
  (guard (c (#t c)) (thunk) #f))

(define (labels inputs) (map first inputs))

(define (syntax-error-message expression)
  (catch 'syntax-error
    (lambda () (eval expression (current-module)) #f)
    (lambda (key who message . rest) message)))

(define a (test-package "a"))
(define b (test-package "b" (outputs '("out" "lib"))))
(define c (test-package "c" (propagated-inputs (list a))))

(checks "packages"

 ;; Records.

 (test-assert "a package prints with its place"
   (string-match "^#<package a@1.2 .*packages.scm:[0-9]+ [0-9a-f]+>$"
                 (object->string a)))

 (test-equal "the location is where the package is defined"
   (+ 2 (assq-ref (current-source-location) 'line))
   (location-line (package-location (package (inherit a)))))

 (test-equal "full names"
   '("a@1.2" "a-1.2")
   (list (package-full-name a) (package-full-name a "-")))

 (test-equal "inputs get labels"
   `(("a" ,a) ("b" ,b "lib") ("x.tar" ,#f) ("_" ,guile))
   (let* ((o (origin (method url-fetch) (uri "https://example.org/x.tar")
                     (sha256 (base32 (make-string 52 #\0)))))
          (p (test-package "p" (inputs (list a `(,b "lib") o guile)))))
     (map (match-lambda
            (("x.tar" _) (list "x.tar" #f))
            (input input))
          (package-inputs p))))

 (test-equal "labelled inputs are kept"
   `(("foo" ,a) ("bar" ,b "lib"))
   (package-inputs
    (test-package "p" (inputs `(("foo" ,a) ("bar" ,b "lib"))))))

 (test-equal "arguments see the package that inherits them"
   '("new" "a")
   (let* ((p (test-package "old"
                           (inputs (list a))
                           (arguments (list (package-name this-package)
                                            (package-name
                                             (this-package-input "a"))))))
          (q (package (inherit p) (name "new"))))
     (package-arguments q)))

 (test-equal "modify-inputs"
   '(("z" "b" "c" "w") ("a" "c"))
   (let ((inputs (package-inputs (test-package "p" (inputs (list a b c)))))
         (z (test-package "z")) (w (test-package "w")))
     (list (labels (modify-inputs inputs
                     (delete "a") (prepend z) (append w)))
           (map (match-lambda ((label p . _) (package-name p)))
                (modify-inputs inputs
                  (delete "b")
                  (replace "c" (package (inherit c) (name "c"))))))))

 (test-equal "hidden, deprecated, inherited with a replacement"
   (list #t #f a "new")
   (let* ((r (test-package "r"))
          (p (test-package "p" (replacement r))))
     (list (hidden-package? (hidden-package a))
           (hidden-package? a)
           (package-superseded (deprecated-package "old" a))
           (package-version
            (package-replacement
             (package/inherit p (version "new")))))))

 (test-assert "a missing field is named"
   (string-contains (syntax-error-message '(package (name "x")))
                    "missing field initializers"))

 (test-assert "an unknown field is named, and the nearest one"
   (string-contains (syntax-error-message '(package (inherit a) (sinopsis "x")))
                    "did you mean 'synopsis'?"))

 (test-assert "a malformed hash is an error of the form"
   (string-contains (syntax-error-message '(base32 "not base 32"))
                    "malformed"))

 (test-assert "a hash of the wrong size is an error"
   (formatted-message?
    (condition-of (lambda () (content-hash (base32 "00") sha256)))))

 (test-equal "the name of an origin's file"
   '("x.tar" "y.tar" "z")
   (let ((o (origin (method url-fetch) (uri "https://example.org/x.tar")
                    (sha256 (base32 (make-string 52 #\0))))))
     (map origin-actual-file-name
          (list o
                (origin (inherit o) (uri '("http://a/y.tar" "http://b/w")))
                (origin (inherit o) (file-name "z"))))))

 ;; Closures.

 (test-equal "propagated inputs are inputs of a package's dependents"
   '("c" "a")
   (labels (package-transitive-inputs
            (test-package "p" (inputs (list c))))))

 (test-equal "each transitive input comes once, unless the package names it twice"
   '(("a" "c") ("a" "a" "c"))
   (map (compose labels package-transitive-inputs)
        (list (test-package "p" (inputs (list c)) (native-inputs (list a)))
              (test-package "p" (inputs (list a c)) (native-inputs (list a))))))

 (test-equal "search paths of what is propagated"
   '("A" "P")
   (let* ((path (lambda (name)
                  (search-path-specification (variable name) (files '("x")))))
          (a (test-package "a" (native-search-paths (list (path "P")))))
          (b (test-package "b" (native-search-paths (list (path "A")))
                           (propagated-inputs (list a)))))
     (map search-path-specification-variable
          (package-transitive-native-search-paths b))))

 (test-equal "a bag"
   '("p-1.2" ("source" "b") ("a") #t)
   (let ((bag (package->bag
               (package
                 (inherit (test-package "p"))
                 (source (plain-file "s" ""))
                 (inputs (list a))
                 (native-inputs (list b))
                 (arguments '(#:implicit-inputs? #f #:tests? #f))))))
     (list (bag-name bag) (labels (bag-build-inputs bag))
           (labels (bag-host-inputs bag))
           (->bool (memq #:tests? (bag-arguments bag))))))

 ;; Derivations.

 (test-assert "a trivial package's derivation"
   (let ((drv (package-derivation store (bare-package "p"))))
     (and (string=? "p-1.2" (derivation-name drv))
          (equal? '("out") (derivation-output-names drv)))))

 (test-assert "a package is lowered once"
   (let ((p (bare-package "p")))
     (eq? (package-derivation store p) (package-derivation store p))))

 (test-assert "a package in a gexp is its output"
   (let ((p (package
              (inherit (bare-package "p"))
              (outputs '("out" "lib"))
              (arguments
               (list #:guile guile
                     #:builder #~(list #$output #$output:lib))))))
     (equal? (list (package-output store p) (package-output store p "lib"))
             (lowered-gexp-sexp
              (run-with-store store
                (lower-gexp #~(#$p #$p:lib) #:guile-for-build guile))))))

 (test-assert "an origin is a fixed output by the engine's own downloader"
   (let* ((o (origin (method url-fetch)
                     (uri '("https://example.org/x.tar" "mirror://debian/x"))
                     (sha256 (base32 (make-string 52 #\0)))))
          (drv (package-source-derivation store o)))
     (and (string=? "builtin:download" (derivation-builder drv))
          (fixed-output-derivation? drv)
          (string=? "x.tar" (derivation-name drv))
          (equal? "(\"https://example.org/x.tar\" \"mirror://debian/x\")"
                  (assoc-ref (derivation-builder-environment-vars drv)
                             "url")))))

 (test-assert "an origin with a snippet is repacked"
   (let ((drv (package-source-derivation
               store
               (origin (method url-fetch) (uri "https://example.org/x.tar.gz")
                       (sha256 (base32 (make-string 52 #\0)))
                       (snippet #~(delete-file "a"))))))
     (string=? "x.tar.xz" (derivation-name drv))))

 (test-assert "an invalid input is an error of the package"
   (let ((c (condition-of
             (lambda ()
               (package-derivation store
                                   (bare-package "p" (inputs (list 42))))))))
     (and (package-input-error? c)
          (equal? '("_" 42) (package-error-invalid-input c))
          (error-location? c))))

 (test-assert "hello"
   (let* ((hello (specification->package "hello"))
          (drv   (package-derivation store hello)))
     (and (string-suffix? "-hello-2.10" (derivation->output-path drv))
          (any (lambda (input)
                 (string-suffix? "-hello-2.10.tar.gz.drv"
                                 (derivation-input-path input)))
               (derivation-inputs drv)))))

 ;; Lookup.

 (test-equal "specifications"
   '("hello" "out")
   (call-with-values (lambda () (specification->package+output "hello@2"))
     (lambda (package output)
       (list (package-name package) output))))

 (test-equal "the output of a specification"
   '("zlib" "static")
   (call-with-values (lambda () (specification->package+output "zlib:static"))
     (lambda (package output)
       (list (package-name package) output))))

 (test-equal "the index finds for each name what looking at all modules does"
   '()
   (let ((loaded (force (@@ (gnu packages) %packages-by-name))))
     (remove (match-lambda
               ((name . packages)
                (equal? packages ((@@ (gnu packages) indexed-packages) name))))
             (hash-map->list cons loaded))))

 (test-equal "an interrupt is not taken for a module that does not load"
   'signal
   (let ((directory (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp") "/nacre-XXXXXX"))))
     (call-with-output-file (string-append directory "/interrupted.scm")
       (lambda (port)
         (write '(define-module (interrupted)) port)
         (write '(throw 'signal #f "User interrupt" '() '(2)) port)))
     (dynamic-wind
       (lambda () (set! %load-path (cons directory %load-path)))
       (lambda ()
         (parameterize ((%package-module-path (list directory)))
           (catch #t
             (lambda () (all-package-modules) 'nothing)
             (lambda (key . _) key))))
       (lambda ()
         (set! %load-path (delete directory %load-path))
         (delete-file (string-append directory "/interrupted.scm"))
         (rmdir directory)))))

 (test-equal "with other directories of packages, the index does not count"
   #f
   (parameterize ((%package-module-path
                   (cons "/no-such-directory" (%package-module-path))))
     ((@@ (gnu packages) indexed-packages) "hello")))

 (let* ((files     ((@@ (gnu packages) collection-files)))
        (directory (dirname (dirname (search-path %load-path "gnu/packages.scm")))))
   (define (touch file)
     (mkdir-recursively (dirname file))
     (call-with-output-file file (const #t)))

   (define (mkdir-recursively directory)
     (unless (file-exists? directory)
       (mkdir-recursively (dirname directory))
       (mkdir directory)))

   (test-assert "the index is about the modules as they are"
     (read-package-index directory files))
   (test-assert "a module more, and there is no index"
     (not (read-package-index directory (cons "gnu/packages/new.scm" files))))
   (test-assert "a module that is newer, and there is no index"
     (call-with-temporary-directory
      (lambda (copy)
        (for-each (lambda (file) (touch (string-append copy "/" file))) files)
        (not (read-package-index copy files))))))

 (test-assert "an unknown package is an error that names the nearest"
   (let ((c (condition-of (lambda () (specification->package "helo")))))
     (string-contains (condition-fix-hint c) "hello")))

 (test-assert "or one of which it is a part"
   (let ((c (condition-of (lambda () (specification->package "numpy")))))
     (string-contains (condition-fix-hint c) "did you mean 'python-numpy'")))

 (test-assert "an unknown output is an error"
   (fix-hint? (condition-of
               (lambda () (specification->package+output "hello:lib")))))

 (test-assert "an unknown version is an error that lists the known ones"
   (string-contains
    (condition-fix-hint
     (condition-of (lambda () (specification->package "hello@99"))))
    "hello@2.10"))

 ;; Dependencies that lead back.

 (test-equal "a package that depends on itself by way of others is an error that names them"
   '("b" ("b@1.2" "c@1.2" "b@1.2"))
   (letrec ((a (bare-package "a" (inputs (list b))))
            (b (bare-package "b" (native-inputs (list c))))
            (c (bare-package "c" (inputs (list b)))))
     (let ((c (condition-of (lambda () (package-derivation store a)))))
       (and (package-cyclic-dependency-error? c)
            (error-location? c)
            (list (package-name (package-error-package c))
                  (map package-full-name (package-error-dependency-cycle c)))))))

 (test-equal "so is one that propagates itself"
   '("a@1.2" "b@1.2" "a@1.2")
   (letrec ((a (bare-package "a" (propagated-inputs (list b))))
            (b (bare-package "b" (propagated-inputs (list a)))))
     (map package-full-name
          (package-error-dependency-cycle
           (condition-of (lambda () (package->manifest-entry a)))))))

 (test-assert "so is one that a file among its inputs refers to"
   (letrec ((a (bare-package "a" (inputs (list (computed-file "x" #~(list #$a)))))))
     (package-cyclic-dependency-error?
      (condition-of (lambda () (package-derivation store a))))))

 (test-assert "so is one that its build system adds to itself"
   (letrec* ((lower (lambda* (name #:key system #:allow-other-keys)
                      (bag (name name) (system system)
                           (build-inputs `(("a" ,a)))
                           (build (lambda* (name inputs #:rest rest)
                                    (gexp->derivation name
                                                      #~(list #$(cadar inputs)))))
                           (arguments '()))))
             (a (package
                  (inherit (test-package "a"))
                  (build-system (build-system (name 'adding) (description "")
                                              (lower lower))))))
     (package-cyclic-dependency-error?
      (condition-of (lambda () (package-derivation store a))))))

 (test-assert "an error leaves nothing behind: the same package is lowered afterwards"
   (let* ((fail? #t)
          (a     (bare-package "a" (inputs (if fail? (error "now") '())))))
     (catch #t (lambda () (package-derivation store a)) (const #f))
     (set! fail? #f)
     (derivation? (package-derivation store a))))

 ;; Profiles.

 (test-assert "the item of an entry may be one of the store"
   (let* ((item (add-text-to-store store "item" "text"))
          (drv  (run-with-store store
                  (profile-derivation
                   (manifest (list (manifest-entry (name "item") (version "1")
                                                   (item item))))))))
     (and (string=? item (assoc-ref (derivation-builder-environment-vars drv)
                                    "packages"))
          (member item (derivation-sources drv)))))

 (test-assert "an item that is nothing of the store is an error that names the entry"
   (string-contains
    (apply format #f
           ((lambda (c) (cons (formatted-message-string c)
                              (formatted-message-arguments c)))
            (condition-of
             (lambda ()
               (run-with-store store
                 (profile-derivation
                  (manifest (list (manifest-entry (name "the-name") (version "1")
                                                  (item "/etc/passwd"))))))))))
    "the-name"))

 (test-assert "a profile's manifest file"
   (let* ((p   (bare-package "p" (propagated-inputs (list (bare-package "q")))))
          (drv (run-with-store store
                 (profile-derivation (packages->manifest (list p)))))
          (env (derivation-builder-environment-vars drv)))
     (match (call-with-input-string (assoc-ref env "manifest") read)
       (('manifest ('version 4)
                   ('packages (("p" "1.2" "out" (? store-path? path)
                                ('propagated-inputs
                                 (("q" "1.2" "out" (? store-path?) . _)))
                                . _))))
        (and (string=? path (package-output store p))
             (string=? "builtin:profile" (derivation-builder drv))
             (member path
                     (string-split (assoc-ref env "packages") #\space))))))))
