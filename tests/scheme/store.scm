;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix derivations)
             (guix gexp)
             (guix monads)
             (guix serialization)
             (guix store)
             (guix tests)
             ((guix utils)
              #:select (%current-system call-with-temporary-directory))
             (ice-9 match)
             (rnrs bytevectors)
             (rnrs io ports)
             (srfi srfi-1)
             (srfi srfi-34)
             (srfi srfi-64))

(load "lib/check.scm")

(define (contents file)
  (call-with-input-file file get-string-all))

;; Derivations that need nothing, never built in these tests.
(define (some-derivation store name)
  (derivation store name "/bin/sh" (list (random-text))))

;; The things that each call of 'build-things' asks for, while PROC runs.
(define (requests proc answer)
  (let ((calls '()))
    (with-build-handler (lambda (continue store things mode)
                          (set! calls (cons things calls))
                          (continue answer))
      (with-store store (proc store)))
    (reverse calls)))

(checks "store"
 (test-equal "there is no daemon to speak to"
   (list "guix://example.org" EPROTONOSUPPORT)
   (guard (c ((store-connection-error? c)
              (list (store-connection-error-file c)
                    (store-connection-error-code c))))
     (connect-to-daemon "guix://example.org")))

 (test-equal "names that old programs use"
   '(#t sha256 () #t #t)
   (with-store store
     (list (nix-server? store)
           (hash-algo sha256)
           (query-failed-paths store)
           (optimize-store store)
           (= (store-connection-version store)
              (+ (store-connection-major-version store)
                 (store-connection-minor-version store))))))

 (test-equal "a connection to another socket is refused"
   (list "/no/such/socket" ECONNREFUSED)
   (guard (c ((store-connection-error? c)
              (list (store-connection-error-file c)
                    (store-connection-error-code c))))
     (open-connection "/no/such/socket")))

 (test-equal "the default socket stands for the store, with and without file://"
   '(#t #t)
   (map (lambda (uri)
          (store-connection? (open-connection uri)))
        (list (%daemon-socket-uri)
              (string-append "file://" (%daemon-socket-uri)))))

 (test-equal "an invalid store path is an error, a missing item is not valid"
   '(error #f)
   (with-store store
     (list (guard (c ((store-protocol-error? c) 'error))
             (valid-path? store "foo"))
           (valid-path? store (string-append (%store-prefix) "/"
                                             (make-string 32 #\e) "-foo")))))

 (test-equal "parts of a path"
   '("foo-1.2" "283gqy39v3g9dxjy26rynl0zls82fmcg" #t #f error)
   (let ((path (string-append (%store-prefix)
                              "/283gqy39v3g9dxjy26rynl0zls82fmcg-foo-1.2")))
     (list (store-path-package-name path)
           (store-path-hash-part path)
           (derivation-path? (string-append path ".drv"))
           (derivation-path? (string-append path "/x.drv"))
           (guard (c (#t 'error))
             (store-path-package-name "/tmp/foo")))))

 (test-equal "a file tree"
   '("a" "#!/bin/sh\n" #o555 "a" #o444)
   (with-store store
     (let* ((item (add-file-tree-to-store
                   store
                   `("tree" directory
                     ("file" regular (data "a"))
                     ("sub" directory
                      ("run" executable (data ,(string->utf8 "#!/bin/sh\n")))
                      ("link" symlink "a")))))
            (file (lambda (name) (string-append item "/" name))))
       (list (contents (file "file"))
             (contents (file "sub/run"))
             (stat:perms (stat (file "sub/run")))
             (readlink (file "sub/link"))
             (stat:perms (stat (file "file")))))))

 (test-equal "a name in a file tree cannot lead elsewhere"
   '(error error)
   (with-store store
     (map (lambda (name)
            (guard (c (#t 'error))
              (add-file-tree-to-store store
                                      `("tree" directory
                                        (,name regular (data "a"))))))
          '("../x" ".."))))

 (test-equal "a mapping of files becomes a tree"
   '(("bin" directory ("a" symlink "target"))
     ("b" symlink "target"))
   (call-with-temporary-directory
    (lambda (directory)
      (let ((link (string-append directory "/link")))
        (symlink "target" link)
        (sort (file-mapping->tree `(("bin/a" . ,link) ("b" . ,link)))
              (lambda (one other) (eq? 'directory (second one))))))))

 (test-assert "items come after what they refer to"
   (with-store store
     (let* ((a (add-text-to-store store "a" (random-text)))
            (b (add-text-to-store store "b" "b" (list a)))
            (c (add-text-to-store store "c" "c" (list b a))))
       (equal? (list a b c)
               (topologically-sorted store (list c a))))))

 (test-assert "a program may delete what it added, but not what a root keeps"
   (with-store store
     (let ((one  (add-text-to-store store "one" (random-text)))
           (kept (add-text-to-store store "kept" (random-text))))
       (add-permanent-root kept)
       (delete-paths store (list one))
       (and (not (valid-path? store one))
            (guard (c ((store-protocol-error? c) (valid-path? store kept)))
              (delete-paths store (list kept))
              #f)
            (begin
              (remove-permanent-root kept)
              (delete-paths store (list kept))
              (not (valid-path? store kept)))))))

 (test-assert "a build handler decides whether something is built"
   (with-store store
     (let ((drv (some-derivation store "never")))
       (and (equal? (list (list (derivation-file-name drv)))
                    (requests (lambda (store)
                                (build-derivations store (list drv)))
                              #f))
            (eq? 'stopped
                 (with-build-handler (lambda _ 'stopped)
                   (build-derivations store (list drv))
                   'not-stopped))))))

 (test-equal "builds that several computations wait for are asked for at once"
   '((8 8 4) #t)
   (with-store store
     (let* ((drvs  (map (lambda (i) (some-derivation store (number->string i)))
                        (iota 20)))
            (names '())
            (calls (requests (lambda (_)
                               (set! names
                                     (map/accumulate-builds
                                      store
                                      (lambda (drv)
                                        (build-derivations store (list drv))
                                        (derivation-name drv))
                                      drvs #:cutoff 7)))
                             #f)))
       (list (map length calls)
             (equal? names (map derivation-name drvs))))))

 (test-equal "a computation that waits twice is resumed twice"
   '((2 2) (done done))
   (with-store store
     (let* ((result '())
            (calls (requests
                    (lambda (_)
                      (set! result
                            (map/accumulate-builds
                             store
                             (lambda (name)
                               (build-derivations
                                store (list (some-derivation store name)))
                               (build-derivations
                                store (list (some-derivation store name)))
                               'done)
                             '("a" "b"))))
                    #f)))
       (list (map length calls) result))))

 (test-equal "parameters of the store monad count when it runs"
   '("there" "x86-thing" "there" #f)
   (with-store store
     (parameterize ((%current-system "here"))
       (run-with-store store
         (mlet* %store-monad ((one (current-system))
                              (two (store-parameterize ((%current-system
                                                         "x86-thing"))
                                     (current-system)))
                              (three (current-system))
                              (graft? (without-grafting (grafting?))))
           (return (list one two three graft?)))
         #:system "there"))))

 (test-equal "binary files and trees as monadic values"
   '(#vu8(0 255) "x")
   (with-store store
     (run-with-store store
       (mlet %store-monad ((file (binary-file "bytes" #vu8(0 255)))
                           (tree (interned-file-tree
                                  '("tree" directory
                                    ("x" regular (data "x"))))))
         (return (list (call-with-input-file file get-bytevector-all
                         #:binary #t)
                       (contents (string-append tree "/x"))))))))

 (test-assert "write-file and restore-file undo each other"
   (call-with-temporary-directory
    (lambda (directory)
      (with-store store
        (let* ((item    (add-file-tree-to-store
                         store '("tree" directory
                                 ("a" regular (data "12345678"))
                                 ("b" executable (data "1"))
                                 ("c" directory ("d" symlink "../a")))))
               (archive (lambda (file)
                          (call-with-bytevector-output-port
                           (lambda (port) (write-file file port)))))
               (bytes   (archive item))
               (copy    (string-append directory "/copy")))
          (restore-file (open-bytevector-input-port bytes) copy)
          (bytevector=? bytes (archive copy)))))))

 (test-equal "an archive that would write elsewhere is refused"
   'refused
   (call-with-temporary-directory
    (lambda (directory)
      (let ((bytes (call-with-bytevector-output-port
                    (lambda (port)
                      (for-each (lambda (token) (write-string token port))
                                '("nix-archive-1" "(" "type" "directory"
                                  "entry" "(" "name" "../out" "node"
                                  "(" "type" "symlink" "target" "x" ")" ")"
                                  ")"))))))
        (guard (c ((nar-error? c) 'refused))
          (restore-file (open-bytevector-input-port bytes)
                        (string-append directory "/in"))))))))
