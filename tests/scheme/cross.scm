;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (gnu packages base)
             (gnu packages compression)
             (gnu packages cross-base)
             (gnu packages pkg-config)
             (gnu packages python-xyz)
             (guix build-system)
             (guix build-system gnu)
             (guix build-system trivial)
             (guix derivations)
             (guix diagnostics)
             (guix gexp)
             (guix monads)
             (guix packages)
             (guix platform)
             (guix profiles)
             (guix search-paths)
             (guix store)
             ((guix licenses) #:prefix license:)
             (nacre commands)
             (nacre pack)
             (srfi srfi-1)
             (srfi srfi-34)
             (srfi srfi-35)
             (srfi srfi-64)
             (ice-9 match))

(load "lib/check.scm")

(define triplet "aarch64-linux-gnu")

(define store (open-connection))

(define-syntax-rule (run body)
  (run-with-store store body #:system "x86_64-linux"))

(define native (package-derivation store hello))
(define cross (package-cross-derivation store hello triplet))

(define (input-files drv)
  (map derivation-input-path (derivation-inputs drv)))

(define (refers? drv . inputs)
  "Return for each of INPUTS, derivations, whether DRV has it as an input."
  (map (lambda (input)
         (->bool (member (derivation-file-name input) (input-files drv))))
       inputs))

(define (builder drv)
  "Return the names of the inputs of DRV, without hashes."
  (map (lambda (file) (string-drop (basename file) 33)) (input-files drv)))

(define (error-of thunk)
  "Return the message and the hint of the error that THUNK raises."
  (guard (c ((formatted-message? c)
             (list (apply format #f (formatted-message-string c)
                          (formatted-message-arguments c))
                   (and (fix-hint? c) (condition-fix-hint c))))
            ((message-condition? c)
             (list (condition-message c)
                   (and (fix-hint? c) (condition-fix-hint c)))))
    (thunk)
    #f))

(define-syntax-rule (test-package name* field ...)
  (package
    (name name*) (version "0") (source #f)
    (build-system trivial-build-system)
    (arguments (list #:builder #~(mkdir #$output)))
    (synopsis "") (description "") (home-page "") (license license:gpl3+)
    field ...))

(checks "cross"

 ;; Platforms.

 (test-equal "a target has a system, and a system a target"
   '("aarch64-linux" "aarch64-linux-gnu" "armhf-linux" "arm64")
   (list (platform-target->system triplet)
         (platform-system->target "aarch64-linux")
         (platform-target->system "arm-linux-gnueabihf")
         (platform-linux-architecture (lookup-platform-by-target-or-system triplet))))

 (test-assert "systems and targets belong together"
   (equal? (systems) (map platform-target->system (targets))))

 (test-equal "an unknown target is an error that names those that are known"
   (list "sparc-sun-solaris: unknown target"
         (string-append "known ones are " (string-join (targets) ", ")))
   (error-of (lambda () (lookup-platform-by-target "sparc-sun-solaris"))))

 (test-equal "looking for a platform need not raise an error"
   '(#f "aarch64-linux")
   (list (false-if-platform-not-found (platform-target->system "z80"))
         (false-if-platform-not-found (platform-target->system triplet))))

 (test-assert "the collection has a platform for each of its cross-compilers"
   (lset<= string=? %cross-triplets (targets)))


 ;; Packages.

 (test-assert "a package has another derivation for a target, built on the same system"
   (and (not (string=? (derivation-file-name native) (derivation-file-name cross)))
        (string=? "x86_64-linux" (derivation-system cross))))

 (test-assert "it is built with the cross-compiler, and with the native one for what runs meanwhile"
   (lset<= string=?
           (list (string-append "bootstrap-gcc-cross-" triplet "-12.2.0.drv")
                 (string-append "bootstrap-binutils-cross-" triplet "-2.40.drv")
                 (string-append "bootstrap-glibc-cross-" triplet "-2.36.drv")
                 "bootstrap-gcc-12.2.0.drv" "bootstrap-make-4.3.drv")
           (builder cross)))

 (test-equal "a native package has nothing of that"
   '()
   (filter (lambda (name) (string-contains name "cross")) (builder native)))

 (test-equal "inputs are for the target, native inputs are not"
   '(#f #t #t #f)
   (let ((p (test-package "p" (inputs (list hello)) (native-inputs (list zlib)))))
     (refers? (package-cross-derivation store p triplet)
              native cross
              (package-derivation store zlib)
              (package-cross-derivation store zlib triplet))))

 (test-equal "what inputs propagate is for the same machine as they are"
   '(#f #t #t #f)
   (let* ((a (test-package "a" (propagated-inputs (list hello))))
          (b (test-package "b" (propagated-inputs (list zlib))))
          (p (test-package "p" (inputs (list a)) (native-inputs (list b)))))
     (refers? (package-cross-derivation store p triplet)
              native cross
              (package-derivation store zlib)
              (package-cross-derivation store zlib triplet))))

 (test-equal "fields of a package know the target"
   (list triplet #f)
   (let ((p (package (inherit hello) (arguments (list (%current-target-system))))))
     (list (parameterize ((%current-target-system triplet)) (first (package-arguments p)))
           (first (package-arguments p)))))

 (test-equal "a bag separates inputs by where they run"
   '(("zlib") ("hello") ("cross-libc") #t)
   (let* ((p (package (inherit hello) (name "p")
                      (inputs (list hello)) (native-inputs (list zlib))))
          (bag (package->bag p "x86_64-linux" triplet))
          (labels (lambda (inputs) (map first inputs))))
     (list (lset-intersection string=? '("zlib" "hello") (labels (bag-build-inputs bag)))
           (labels (bag-host-inputs bag))
           (labels (bag-target-inputs bag))
           (lset<= string=? '("cross-gcc" "cross-binutils" "gcc")
                   (labels (bag-transitive-build-inputs bag))))))

 (test-equal "pkg-config is another one for each target, and sees what is for it"
   '(("pkg-config" ("PKG_CONFIG_PATH") ())
     ("pkg-config-aarch64-linux-gnu" () ("PKG_CONFIG_PATH")))
   (let ((p (package (inherit hello) (native-inputs (list pkg-config)))))
     (map (lambda (target)
            (parameterize ((%current-target-system target))
              (match (package-native-inputs p)
                (((label input))
                 (list label
                       (map search-path-specification-variable
                            (package-native-search-paths input))
                       (map search-path-specification-variable
                            (package-search-paths input)))))))
          (list #f triplet))))

 (test-equal "the cross-compiler looks for headers where its own variable says"
   '("CROSS_C_INCLUDE_PATH" "CROSS_CPLUS_INCLUDE_PATH" "CROSS_LIBRARY_PATH")
   (map search-path-specification-variable (package-search-paths (cross-gcc triplet))))


 ;; Gexps.

 (test-equal "#$ is for the target, #+ is not"
   '((#f #t) (#t #f) (#t #t))
   (map (lambda (exp)
          (refers? (run (gexp->derivation "x" exp #:target triplet)) native cross))
        (list #~(list #$hello #$output)
              #~(list #+hello #$output)
              #~(list #$hello #+hello #$output))))

 (test-equal "so are lists of them, and gexps in gexps"
   '((#f #t) (#t #f) (#t #f))
   (map (lambda (exp)
          (refers? (run (gexp->derivation "x" exp #:target triplet)) native cross))
        (list #~(list #$@(list hello) #$output)
              #~(list #+@(list hello) #$output)
              #~(list #+#~(list #$hello) #$output))))

 (test-equal "without a target, there is no difference"
   '((#t #f) (#t #f))
   (map (lambda (exp) (refers? (run (gexp->derivation "x" exp)) native cross))
        (list #~(list #$hello #$output) #~(list #+hello #$output))))

 (test-equal "file-like objects follow the target of the gexp that they are in"
   '((#f #t) (#t #f))
   (map (lambda (exp)
          (refers? (run (gexp->derivation "x" exp #:target triplet)) native cross))
        (list #~(list #$(file-append hello "/bin/hello") #$output)
              #~(list #+(file-append hello "/bin/hello") #$output))))

 (test-equal "scripts start with the Guile of the target, where there is one"
   (list #t (list "bootstrap-guile@3.0.8: its build system cannot build for riscv64-linux-gnu" #f))
   (let ((script (lambda (target)
                   (run (gexp->script "x" #~(display #$hello) #:target target)))))
     (list (->bool (member (string-append "bootstrap-guile-cross-" triplet "-3.0.8.drv")
                           (builder (script triplet))))
           (error-of (lambda () (script "riscv64-linux-gnu"))))))

 (test-equal "let-system and with-parameters return and change the target"
   (list '("x86_64-linux" "aarch64-linux-gnu") '(#f #t))
   (let ((telling (run (mlet %store-monad
                           ((exp (lower-gexp #~'#$(let-system (system target)
                                                    (list system target))
                                             #:system "x86_64-linux" #:target triplet)))
                         (return (second (lowered-gexp-sexp exp))))))
         (changing (run (gexp->derivation
                         "x" #~(list #$(with-parameters ((%current-target-system triplet))
                                         hello)
                                     #$output)))))
     (list telling (refers? changing native cross))))


 ;; Profiles and packs.

 (test-equal "a profile for a target holds what was built for it"
   '(#f #t)
   (refers? (run (profile-derivation (packages->manifest (list hello)) #:target triplet))
            native cross))

 (test-equal "a Docker image says which machine it is for"
   '("aarch64-linux" "x86_64-linux")
   (map (lambda (options)
          (assoc-ref (derivation-builder-environment-vars
                      (apply pack-derivation store (packages->manifest (list hello))
                             #:format 'docker options))
                     "system"))
        (list (list #:target triplet) '())))


 ;; Mistakes.

 (test-equal "a target without a cross-compiler is an error that names those that have one"
   (list "there is no cross-compiler for 'aarch64-linux-gun'"
         (string-append "the collection can cross-compile for "
                        (string-join %cross-triplets ", ")))
   (error-of (lambda () (package-cross-derivation store hello "aarch64-linux-gun"))))

 (test-assert "a build system that can't cross-compile says so"
   (guard (c ((package-cross-build-system-error? c)
              (eq? python-numpy (package-error-package c))))
     (package-cross-derivation store python-numpy triplet)
     #f))

 (test-equal "a system without bootstrap binaries is an error, for packages and profiles"
   (make-list 2 '("package 'hello@2.10' does not support 'aarch64-linux'"
                  "it supports x86_64-linux"))
   (list (error-of (lambda ()
                     (objects->requests store '("hello") '() '() "aarch64-linux" #f #f)))
         (error-of (lambda ()
                     (run (profile-derivation (packages->manifest (list hello))
                                              #:system "aarch64-linux"))))))

 (test-equal "the command line can list systems and targets"
   (list '("x86_64-linux") %cross-triplets)
   (list (build-systems) (build-targets))))
