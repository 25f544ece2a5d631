;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix derivations)
             (guix store)
             (guix monads)
             (guix base16)
             (guix base32)
             (guix hash)
             (srfi srfi-1)
             (srfi srfi-34)
             (srfi srfi-64)
             (rnrs bytevectors)
             (ice-9 match)
             (ice-9 regex))

(load "lib/check.scm")

(define store (open-connection))

(define (download name algorithm hash)
  (derivation store name "builtin:download" '()
              #:system "x86_64-linux"
              #:env-vars '(("url" . "\"https://example.org/x\""))
              #:hash (base16-string->bytevector hash)
              #:hash-algo algorithm))

(define fixed
  (download "fixed" 'sha256 "2d711642b726b04401627ca9fbac32f5\
c8530fb1903cc4db02258717921a4881"))

(define script
  (add-text-to-store store "script" "echo hello\n"))

(define plain
  (derivation store "plain" "/bin/sh" (list script)
              #:sources (list script)
              #:inputs (list (derivation-input fixed))
              #:outputs '("out" "lib")
              #:env-vars '(("a" . "1\n\"quoted\"\\") ("b" . "2"))))

(define top
  (derivation store "top" "/bin/sh" (list script)
              #:inputs `((,plain "lib") ,script)
              #:references-graphs `(("graph" . ,script))
              #:allowed-references '("out")
              #:disallowed-references (list script)
              #:leaked-env-vars '("http_proxy")
              #:local-build? #t
              #:substitutable? #f
              #:properties '((answer . 42))))

(define (condition-of thunk)
  (guard (c (#t c)) (thunk) #f))

(checks "derivations"

 ;; These were computed by the real thing.
 (test-equal "known fixed outputs"
   '("/gnu/store/9gifh1y9ix2fzvrfpfwnf0qkww4dchij-fixed.drv"
     "/gnu/store/w03j83j6w3vrzky4q8dfjzrf17p111am-fixed"
     "/gnu/store/11akdx9a5jd8jiw2p1bzxvb7dbcy3fzd-sha512.drv"
     "/gnu/store/6znavs98ncaljqpj03r0apjb0ms2m9wr-sha512")
   (append-map (lambda (drv)
                 (list (derivation-file-name drv) (derivation->output-path drv)))
               (list fixed
                     (download "sha512" "sha512" "\
a4abd4448c49562d828115d13a1fccea927f52b4d5459297f8b43e42da89238b\
c13626e43dcb38ddb082488927ec904fb42057443983e88585179d50551afe62"))))

 (test-equal "known text paths"
   '("/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt"
     "/gnu/store/fki7z7z0nymkx24sdrj9zdq2cm15awz1-refs.txt")
   (let* ((hello (add-text-to-store store "hello.txt" "Hello, world!\n"))
          (refs  (add-text-to-store store "refs.txt"
                                    (string-append "see " hello "\n")
                                    (list hello))))
     (list hello refs)))

 (test-equal "accessors"
   `("plain" ,(list script) "/bin/sh" ("lib" "out")
     ("1\n\"quoted\"\\" "2") #f #t)
   (list (derivation-name plain) (derivation-builder-arguments plain)
         (derivation-builder plain)
         (sort (derivation-output-names plain) string<?)
         (map (lambda (name)
                (assoc-ref (derivation-builder-environment-vars plain) name))
              '("a" "b"))
         (fixed-output-derivation? plain)
         (fixed-output-derivation? fixed)))

 (test-equal "outputs are variables of the builder"
   (derivation->output-path plain "lib")
   (assoc-ref (derivation-builder-environment-vars plain) "lib"))

 (test-equal "keywords become variables of the builder"
   `(("preferLocalBuild" . "1") ("allowSubstitutes" . "0")
     ("exportReferencesGraph" . ,(string-append "graph " script))
     ("allowedReferences" . "out") ("disallowedReferences" . ,script)
     ("impureEnvVars" . "http_proxy"))
   (map (lambda (name)
          (assoc name (derivation-builder-environment-vars top)))
        '("preferLocalBuild" "allowSubstitutes" "exportReferencesGraph"
          "allowedReferences" "disallowedReferences" "impureEnvVars")))

 (test-equal "properties, substitutes, offloading"
   '(((answer . 42)) #f #f #t)
   (list (derivation-properties top) (substitutable-derivation? top)
         (offloadable-derivation? top) (offloadable-derivation? plain)))

 (test-equal "inputs and prerequisites"
   '(("plain" "lib") ("fixed" "plain"))
   (match (derivation-inputs top)
     ((input)
      (list (cons (derivation-name (derivation-input-derivation input))
                  (derivation-input-sub-derivations input))
            (sort (map (lambda (input)
                         (derivation-name (derivation-input-derivation input)))
                       (derivation-prerequisites top))
                  string<?)))))

 (test-equal "a derivation that is read is the one that was written"
   (derivation->output-paths plain)
   (derivation->output-paths
    (read-derivation-from-file (derivation-file-name plain))))

 (test-assert "a derivation prints with its file and its outputs"
   (string-match "^#<derivation /gnu/store/.*-fixed.drv => /gnu/store/.*-fixed \
[0-9a-f]+>$" (object->string fixed)))

 (test-assert "an output that is not there is an error"
   (let ((c (condition-of (lambda () (derivation->output-path fixed "lib")))))
     (and (derivation-missing-output-error? c)
          (string=? "lib" (derivation-missing-output c)))))

 (test-assert "what has to be built"
   (member (derivation-file-name top)
           (map (lambda (item)
                  (if (derivation? item) (derivation-file-name item) item))
                (derivation-build-plan store (list top)))))

 ;; The store.

 (test-assert "builders without g-expressions"
   (let ((drv (build-expression->derivation
               store "expression" '(symlink (assoc-ref %build-inputs "plain")
                                            %output)
               #:inputs `(("plain" ,plain "lib"))
               #:guile-for-build plain)))
     (and (equal? '("out") (derivation-output-names drv))
          (string-contains
           (call-with-input-file (last (derivation-builder-arguments drv))
             (lambda (port) (object->string (read port))))
           (derivation->output-path plain "lib")))))

 (test-equal "references, referrers, requisites"
   '(1 #t 2)
   (let* ((a (add-text-to-store store "a" "a"))
          (b (add-text-to-store store "b" "b" (list a))))
     (list (length (references store b))
           (->bool (member b (referrers store a)))
           (length (requisites store (list b))))))

 (test-equal "path information"
   '(#t 32 ())
   (let* ((path (add-text-to-store store "a" "a"))
          (info (query-path-info store path)))
     (list (valid-path? store path)
           (bytevector-length (path-info-hash info))
           (path-info-references info))))

 (test-assert "an invalid path is an error of the store"
   (store-protocol-error?
    (condition-of
     (lambda ()
       (query-path-info store (string-append "/gnu/store/" (make-string 32 #\0)
                                             "-x"))))))

 (test-equal "parts of store paths"
   '("lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb" "hello.txt" #t #f
     "/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt")
   (let ((path "/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt"))
     (list (store-path-hash-part path) (store-path-package-name path)
           (direct-store-path? path)
           (direct-store-path? (string-append path "/x"))
           (direct-store-path (string-append path "/x")))))

 (test-equal "adding what a filter accepts"
   #t
   (string=? (add-to-store store "lib" #t "sha256"
                           (string-append (dirname (current-filename)) "/lib")
                           #:select? (const #t))
             (add-to-store store "lib" #t "sha256"
                           (string-append (dirname (current-filename))
                                          "/lib"))))

 (test-equal "monadic forms"
   (list script script)
   (run-with-store store
     (mlet* %store-monad ((text (text-file "script" "echo hello\n"))
                          (lifted ((store-lift add-text-to-store)
                                   "script" "echo hello\n")))
       (return (list text lifted)))))

 (test-equal "encodings"
   '("ff00" "7z" #vu8(255))
   (list (bytevector->base16-string #vu8(255 0))
         (bytevector->nix-base32-string #vu8(255))
         (nix-base32-string->bytevector "7z")))

 (test-equal "a hash"
   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
   (bytevector->base16-string
    (bytevector-hash (string->utf8 "abc") 'sha256))))
