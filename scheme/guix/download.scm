;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Getting sources: the engine's 'builtin:download' tries their addresses in order, and takes what has
;;; the right hash.
(define-module (guix download)
  #:use-module (guix derivations)
  #:use-module (guix monads)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (ice-9 match)
  #:autoload   (guix base32) (bytevector->nix-base32-string)
  #:autoload   (guix hash) (file-hash*)
  #:export (url-fetch
            url-fetch/executable))

(define* (url-fetch url hash-algo hash
                    #:optional name
                    #:key (system (%current-system)) guile executable?)
  "Return, as a monadic value, the fixed-output derivation that downloads URL, a
string or a list of strings, of which the first that has HASH, a bytevector, by
HASH-ALGO, a symbol, is taken.  NAME defaults to the base name of the address."
  (define file-name
    (match url
      ((first _ ...) (basename first))
      (_             (basename url))))

  (raw-derivation (or name file-name) "builtin:download" '()
                  #:system system
                  #:hash-algo hash-algo
                  #:hash hash
                  #:recursive? executable?
                  #:env-vars `(("url" . ,(object->string url))
                               ,@(if executable?
                                     '(("executable" . "1"))
                                     '()))
                  #:local-build? #t))

(define* (url-fetch/executable url hash-algo hash
                               #:optional name
                               #:key (system (%current-system)) guile)
  "Like 'url-fetch', for a file that is to be executable."
  (url-fetch url hash-algo hash name
             #:system system #:guile guile #:executable? #t))
