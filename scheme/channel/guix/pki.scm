;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Signatures of items that go from store to store.
(define-module (guix pki)
  #:use-module (guix config)
  #:autoload   (gcrypt pk-crypto) (string->canonical-sexp canonical-sexp->string sign)
  #:export (%public-key-file
            %private-key-file
            %acl-file
            signature-sexp))

(define %public-key-file (string-append %config-directory "/signing-key.pub"))
(define %private-key-file (string-append %config-directory "/signing-key.sec"))
(define %acl-file (string-append %config-directory "/acl"))

(define (signature-sexp data secret-key public-key)
  "Return the canonical s-expression that holds DATA, a hash as an s-expression,
its signature by SECRET-KEY, and PUBLIC-KEY."
  (string->canonical-sexp
   (string-append "(signature " (canonical-sexp->string data)
                  (canonical-sexp->string (sign data secret-key))
                  (canonical-sexp->string public-key) ")")))
