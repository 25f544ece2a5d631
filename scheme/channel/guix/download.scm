;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Downloading sources: the engine's 'builtin:download' tries their addresses in order, and accepts the
;;; first file with the right hash.
(define-module (guix download)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module ((nacre gexp) #:select (code->string))
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:autoload   (guix base32) (bytevector->nix-base32-string)
  #:autoload   (guix hash) (file-hash*)
  #:export (url-fetch
            url-fetch/executable))

(define (file-of-url url)
  ;; The name of the file of this machine that URL names, or #f.
  (and (string? url)
       (cond ((string-prefix? "file://" url)
              (string-drop url (string-length "file://")))
             ((string-prefix? "/" url) url)
             (else #f))))

(define (check-hash file algorithm expected recursive?)
  (let ((actual (file-hash* file #:algorithm algorithm
                            #:recursive? recursive?)))
    (unless (equal? actual expected)
      (raise (formatted-message
              (G_ "~a: its ~a hash is ~a, but ~a was expected")
              file algorithm
              (bytevector->nix-base32-string actual)
              (bytevector->nix-base32-string expected))))))

(define* (url-fetch url hash-algo hash
                    #:optional name
                    #:key (system (%current-system)) guile executable?)
  "Return, as a monadic value, the fixed-output derivation that downloads URL, a
string or a list of strings: the first file that has HASH, a bytevector, by
HASH-ALGO, a symbol.  NAME defaults to the base name of the address.  A
URL that names a file of this machine is added to the store."
  (define file-name
    (match url
      ((first _ ...) (basename first))
      (_             (basename url))))

  (match (file-of-url url)
    (#f
     (download url hash-algo hash (or name file-name) system executable?))
    (file
     (check-hash file hash-algo hash executable?)
     (interned-file file (or name file-name) #:recursive? executable?))))

(define (download url hash-algo hash name system executable?)
  (raw-derivation name "builtin:download" '()
                  #:system system
                  #:hash-algo hash-algo
                  #:hash hash
                  #:recursive? executable?
                  #:env-vars `(("url" . ,(code->string url))
                               ,@(if executable?
                                     '(("executable" . "1"))
                                     '()))
                  #:local-build? #t))

(define* (url-fetch/executable url hash-algo hash
                               #:optional name
                               #:key (system (%current-system)) guile)
  "Like 'url-fetch', but make the file executable."
  (url-fetch url hash-algo hash name
             #:system system #:guile guile #:executable? #t))
