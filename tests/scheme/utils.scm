;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix utils)
             (guix diagnostics)
             (guix memoization)
             (guix sets)
             (guix build union)
             (srfi srfi-1)
             (srfi srfi-34)
             (srfi srfi-64)
             (ice-9 match))

(load "lib/check.scm")

(define calls 0)

(define-syntax-rule (counted exp)
  (begin (set! calls (1+ calls)) exp))

(checks "utils"

 (test-equal "substitute-keyword-arguments changes, adds defaults, keeps the rest"
   '((#:c 10 #:a 2 #:b 3) (#:x 1) (#:y 2 #:a 1))
   (list (substitute-keyword-arguments '(#:a 1 #:b 3)
           ((#:a a) (1+ a))
           ((#:c c 5) (* 2 c)))
         (substitute-keyword-arguments '(#:x 1)
           ((#:a a) (1+ a)))
         (substitute-keyword-arguments '(#:a 1)
           ((#:y y 2) y))))

 (test-equal "strip-, default- and ensure-keyword-arguments"
   '((1 #:b 2) (#:b 2 #:a 1) (#:a 5 #:b 2 #:c 3))
   (list (strip-keyword-arguments '(#:a) '(1 #:a 9 #:b 2))
         (default-keyword-arguments '(#:a 1) '(#:a 5 #:b 2))
         (ensure-keyword-arguments '(#:a 1 #:b 2) '(#:a 5 #:c 3))))

 (test-equal "versions compare as people count"
   '(> < = < #t #f)
   (list (version-compare "1.10" "1.9") (version-compare "1.0" "1.0.1")
         (version-compare "2" "2") (version-compare "1.0" "1.0rc1")
         (version>? "3.10" "3.9") (version>=? "1" "2")))

 (test-equal "parts of versions"
   '("3" "3.10" "3.10.7" "2" #t #f #f)
   (list (version-major "3.10.7") (version-major+minor "3.10.7")
         (version-major+minor+point "3.10.7.1") (version-major+minor "2")
         (version-prefix? "3.1" "3.1.4") (version-prefix? "3.1" "3.10")
         (version-prefix? "3.1.4" "3.1")))

 (test-equal "unique prefixes of versions"
   '("" "3.3" "2")
   (list (version-unique-prefix "2.0" '("2.0"))
         (version-unique-prefix "3.3.5" '("4.8" "3.3.5" "3.0"))
         (version-unique-prefix "2.0" '("3.0" "2.0"))))

 (test-equal "specifications"
   '(("guile" "3.0") ("guile" #f))
   (map (lambda (spec)
          (call-with-values (lambda () (package-name->name+version spec)) list))
        '("guile@3.0" "guile")))

 (test-equal "systems and triplets"
   '("x86_64-linux" "i686-linux" "aarch64-linux" "armhf-linux" "i686-gnu"
     "x86_64-unknown-linux-gnu" "arm-unknown-linux-gnueabihf")
   (append (map gnu-triplet->nix-system
                '("x86_64-pc-linux-gnu" "i586-pc-linux-gnu"
                  "aarch64-linux-gnu" "arm-linux-gnueabihf" "i586-pc-gnu"))
           (list (nix-system->gnu-triplet "x86_64-linux")
                 (nix-system->gnu-triplet "armhf-linux"))))

 (test-equal "predicates of targets"
   '(#t #t #f #t #f #t)
   (list (target-64bit? "aarch64-linux") (target-x86? "i686-linux")
         (target-arm32? "aarch64-linux-gnu") (target-arm? "aarch64-linux-gnu")
         (target-mingw? "x86_64-linux-gnu")
         (target-mingw? "x86_64-w64-mingw32")))

 (test-equal "tools of targets"
   '("gcc" "aarch64-linux-gnu-gcc")
   (list (cc-for-target #f) (cc-for-target "aarch64-linux-gnu")))

 (test-equal "strings and file names"
   '("a-b-c" "gz" "x.tar" "x-1.0" #t)
   (list (string-replace-substring "a.b.c" "." "-")
         (file-extension "d.d/x.tar.gz") (file-sans-extension "x.tar.gz")
         (tarball-sans-extension "x-1.0.tar.xz") (compressed-file? "x.zst")))

 (test-equal "the nearest name"
   '("python" #f "ab" "python-numpy")
   (list (nearest-name "pyhton" '("perl" "python"))
         (nearest-name "xyz" '("python"))
         (nearest-name "ba" '("ab" "cd"))
         (nearest-name "numpy" '("python-numpy-x" "python-numpy" "nump"))))

 (test-equal "locations"
   '("f.scm:3:4" ((line . 2) (column . 4) (filename . "f.scm")) #f)
   (let ((loc (source-properties->location
               '((filename . "f.scm") (line . 2) (column . 4)))))
     (list (location->string loc) (location->source-properties loc)
           (source-properties->location #f))))

 (test-equal "leave raises a message with a place"
   '("no ~a" ("way") "f.scm")
   (guard (c ((formatted-message? c)
              (list (formatted-message-string c)
                    (formatted-message-arguments c)
                    (location-file (error-location c)))))
     (leave (location "f.scm" 1 2) "no ~a~%" "way")))

 (test-equal "memoized procedures compute once, with all their values"
   '((1 2) (1 2) 1)
   (let ((f (mlambda (x y) (counted (values x y)))))
     (set! calls 0)
     (let* ((a (call-with-values (lambda () (f 1 2)) list))
            (b (call-with-values (lambda () (f 1 2)) list)))
       (list a b calls))))

 (test-equal "memoization forgets on request"
   2
   (let ((f (mlambdaq (x) (counted x))))
     (set! calls 0)
     (f 'a)
     (invalidate-memoization! f)
     (f 'a)
     calls))

 (test-equal "sets"
   '(#t #f 2)
   (let ((s (set-insert 'b (set 'a))))
     (list (set-contains? s 'a) (set-contains? s 'c)
           (length (set->list (set-insert 'a s))))))

 (test-equal "an atomic output leaves nothing when it fails"
   '("old" ("file"))
   (call-with-temporary-directory
    (lambda (directory)
      (let ((file (string-append directory "/file")))
        (with-atomic-file-output file (lambda (port) (display "old" port)))
        (false-if-exception
         (with-atomic-file-output file
           (lambda (port) (display "new" port) (error "failed"))))
        (list (call-with-input-file file
                (lambda (port) (symbol->string (read port))))
              ((@ (ice-9 ftw) scandir) directory
               (lambda (name) (not (string-prefix? "." name)))))))))

 (test-equal "unions link what is alone and merge what is not"
   '((symlink directory symlink) "first")
   (call-with-temporary-directory
    (lambda (top)
      (define (file name text)
        (let loop ((directory (dirname (string-append top "/" name))))
          (unless (file-exists? directory)
            (loop (dirname directory))
            (mkdir directory)))
        (call-with-output-file (string-append top "/" name)
          (lambda (port) (display text port))))

      (file "a/only/x" "1")
      (file "a/both/same" "first")
      (file "b/both/same" "second")
      (file "b/both/y" "2")
      (let ((out (string-append top "/out")))
        (parameterize ((current-error-port (%make-void-port "w")))
          (union-build out (list (string-append top "/a")
                                 (string-append top "/b"))
                       #:log-port (%make-void-port "w")))
        (list (map (lambda (name)
                     (stat:type (lstat (string-append out "/" name))))
                   '("only" "both" "both/y"))
              (call-with-input-file (string-append out "/both/same")
                (lambda (port) (symbol->string (read port))))))))))
