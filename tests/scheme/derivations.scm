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
             (ice-9 regex)
             (rnrs io ports)
             ((guix utils) #:select (call-with-temporary-directory))
             (guix tests))

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

;; The two in the middle may come in either order.
(define (sort* names)
  (match names
    ((first middle ... last)
     (append (list first) (sort middle string<?) (list last)))))

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
    (bytevector-hash (string->utf8 "abc") 'sha256)))

 (test-assert "what is written is read again, and objects are one"
   (let* ((text (call-with-bytevector-output-port
                 (lambda (port) (write-derivation plain port))))
          (read (read-derivation (open-bytevector-input-port text))))
     (and (bytevector=? text
                        (call-with-input-file (derivation-file-name plain)
                          get-bytevector-all #:binary #t))
          (equal? read plain)
          (not (eq? read plain))
          (eq? plain (read-derivation-from-file (derivation-file-name plain)))
          (eq? fixed (derivation-input-derivation
                      (car (derivation-inputs plain)))))))

 (test-equal "inputs that give the same outputs are one input"
   '(1 ("one" "two"))
   (let* ((twin (lambda (address)
                  (derivation store "fixed" "builtin:download" '()
                              #:env-vars `(("url" . ,address))
                              #:hash (make-bytevector 32 1)
                              #:hash-algo 'sha256)))
          (user (lambda (address)
                  (derivation store "user" "/bin/sh" '()
                              #:outputs '("one" "two")
                              #:inputs (list (derivation-input (twin address))))))
          (both (derivation store "both" "/bin/sh" '()
                            #:inputs (list (derivation-input (user "a") '("one"))
                                           (derivation-input (user "b") '("two"))))))
     (match (derivation-inputs both)
       ((input . rest)
        (list (1+ (length rest))
              (sort (derivation-input-sub-derivations input) string<?))))))

 (test-assert "a hash of the wrong size"
   (guard (c ((store-protocol-error? c)
              (string-prefix? "invalid sha512 hash"
                              (store-protocol-error-message c))))
     (derivation store "x" "builtin:download" '()
                 #:hash #vu8(1 2 3) #:hash-algo 'sha512)
     #f))

 (test-equal "map-derivation replaces inputs, sources and what refers to them"
   '(#t #t #t #t)
   (let* ((other  (derivation store "other" "/bin/sh" '()))
          (text   (add-text-to-store store "uses"
                                     (string-append "cat "
                                                    (derivation->output-path fixed))
                                     '()))
          (user   (derivation store "user" "/bin/sh" (list text)
                              #:sources (list text)
                              #:env-vars `(("in" . ,(derivation->output-path fixed)))
                              #:inputs (list (derivation-input fixed))))
          (above  (derivation store "above" "/bin/sh" '()
                              #:inputs (list (derivation-input user))))
          (mapped (map-derivation store above `((,fixed . ,other))))
          (user*  (derivation-input-derivation (car (derivation-inputs mapped))))
          (text*  (car (derivation-builder-arguments user*))))
     (list (string=? "above" (derivation-name mapped))
           (equal? (derivation->output-path other)
                   (assoc-ref (derivation-builder-environment-vars user*) "in"))
           (equal? (list other)
                   (map derivation-input-derivation (derivation-inputs user*)))
           (string=? (string-append "cat " (derivation->output-path other))
                     (call-with-input-file text* get-string-all)))))

 (test-assert "map-derivation gives back what does not change"
   (eq? top (map-derivation store top `(("/gnu/store/x" . "/gnu/store/y")))))

 (test-equal "derivation-build-plan: after what they need, each once"
   '(("bottom" "left" "right" "apex") ())
   (let* ((make   (lambda (name . inputs)
                    (derivation store name "/bin/sh" (list (random-text))
                                #:inputs (map derivation-input inputs))))
          (bottom (make "bottom"))
          (left   (make "left" bottom))
          (right  (make "right" bottom)))
     (call-with-values
         (lambda ()
           (derivation-build-plan store (list (make "apex" left right))))
       (lambda (build download)
         (list (sort* (map derivation-name build))
               download)))))

 (test-equal "derivation-build-plan: what is offered, and what that refers to"
   '(("needed") ("offered"))
   (call-with-temporary-directory
    (lambda (directory)
      (setenv "GUIX_ALLOW_UNAUTHENTICATED_SUBSTITUTES" "yes")
      (let* ((needed  (derivation store "needed" "/bin/sh" (list (random-text))
                                  #:substitutable? #f))
             (unused  (derivation store "unused" "/bin/sh" (list (random-text))))
             (offered (derivation store "offered" "/bin/sh" (list (random-text))
                                  #:inputs (map derivation-input
                                                (list needed unused))))
             (store   (open-connection)))
        (set-build-options store #:use-substitutes? #t
                           #:substitute-urls
                           (list (string-append "file://" directory)))
        (parameterize ((%substitute-directory directory))
          (with-derivation-narinfo offered
            (sha256 => (make-bytevector 32 0))
            (references => (list (derivation->output-path needed)))
            (call-with-values
                (lambda () (derivation-build-plan store (list offered)))
              (lambda (build download)
                (list (map derivation-name build)
                      (map (compose store-path-package-name substitutable-path)
                           download))))))))))

 (test-equal "a module that is nowhere"
   "no/such/module.scm"
   (guard (c ((file-search-error? c) (file-search-error-file-name c)))
     (build-expression->derivation store "x" #t
                                   #:modules '((no such module))))))
