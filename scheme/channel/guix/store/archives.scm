;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Items on their way from one store to another, as a stream of bytes.
(define-module (guix store archives)
  #:use-module ((nacre substitute) #:select (store-export store-import))
  #:use-module (ice-9 binary-ports)
  #:export (export-paths
            import-paths))

(define* (export-paths store paths port #:key (sign? #t) recursive?)
  "Write the items PATHS to PORT, each after those that it refers to; with
RECURSIVE?, also those that are not among PATHS.  With SIGN?, sign them by the key
of STORE; no other store accepts unsigned items."
  (store-export store paths
                (lambda (bytes) (put-bytevector port bytes))
                sign? recursive?))

(define (import-paths store port)
  "Read from PORT the output of 'export-paths', and add it to STORE.  Return the
paths.  Raise a '&store-protocol-error' if an item has changed, or is not signed by
an authorized key."
  (store-import store
                (lambda (count) (get-bytevector-n port count))))
