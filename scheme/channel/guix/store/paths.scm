;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Names of items of the store.
(define-module (guix store paths)
  #:use-module (nacre store)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:export (%store-prefix
            store-path
            output-path
            fixed-output-path
            store-path?
            direct-store-path?
            direct-store-path
            derivation-path?
            store-path-base
            store-path-package-name
            store-path-hash-part
            derivation-log-file))

(define %store-prefix
  (make-parameter "/gnu/store"))

(define (store-path type hash name)
  "Return the path of NAME, of TYPE, such as \"source\", and HASH, a SHA-256
hash."
  (make-store-path type hash name))

(define (output-path output hash name)
  "Return the path of OUTPUT of the derivation NAME with HASH."
  (make-output-path output hash name))

(define* (fixed-output-path name hash #:key
                            (output "out") (hash-algo 'sha256)
                            (recursive? #t))
  "Return the path of NAME, an output whose contents have HASH."
  (make-fixed-output-path name hash hash-algo recursive?))

(define (store-path? path)
  "Return #t when PATH is that of an item of the store, or of a file in one."
  (string-prefix? (string-append (%store-prefix) "/") path))

(define (direct-store-path? path)
  "Return #t when PATH is that of an item of the store, and not of a file in
it."
  (let ((prefix (string-append (%store-prefix) "/")))
    (and (string-prefix? prefix path)
         (not (string-index path #\/ (string-length prefix)))
         (> (string-length path) (+ 33 (string-length prefix))))))

(define (direct-store-path path)
  "Return the item of the store that holds PATH."
  (let* ((start (1+ (string-length (%store-prefix))))
         (end   (string-index path #\/ start)))
    (if end (string-take path end) path)))

(define (derivation-path? path)
  "Return #t when PATH is that of a derivation: an item of the store, not a file
in one."
  (and (direct-store-path? path) (string-suffix? ".drv" path)))

(define (store-path-base path)
  "Return the base name of PATH, an item of the store, or #f."
  (and (direct-store-path? path)
       (string-drop path (1+ (string-length (%store-prefix))))))

(define (store-path-package-name path)
  "Return the name of PATH, an item of the store, without its hash."
  (match-item path (cut string-drop <> 33)))

(define (store-path-hash-part path)
  "Return the hash part of PATH, an item of the store, or #f."
  (and=> (store-path-base path) (cut string-take <> 32)))

(define (match-item path proc)
  (let ((base (store-path-base path)))
    (unless base
      (raise (formatted-message (G_ "~a: not an item of the store") path)))
    (proc base)))

(define (derivation-log-file drv)
  "Return the name of the build log of DRV, the path of a derivation."
  (let* ((base   (basename drv))
         (bucket (string-take base 2))
         (file   (string-drop base 2)))
    (string-append "/var/log/guix/drvs/" bucket "/" file ".gz")))
