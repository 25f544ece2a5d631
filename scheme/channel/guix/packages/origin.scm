;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Origins: where the source of a package comes from, and the hash that it must have.
(define-module (guix packages origin)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:autoload   (guix base16) (base16-string->bytevector)
  #:autoload   (guix base32) (nix-base32-string->bytevector
                              bytevector->nix-base32-string)
  #:autoload   (guix base64) (base64-decode)
  #:autoload   (rnrs bytevectors) (bytevector? bytevector-length)
  #:export (content-hash
            content-hash?
            content-hash-algorithm
            content-hash-value

            <origin>
            origin
            origin?
            this-origin
            origin-uri
            origin-method
            origin-hash
            origin-sha256
            origin-file-name
            origin-actual-file-name
            origin-patches
            origin-patch-flags
            origin-patch-inputs
            origin-patch-guile
            origin-snippet
            origin-modules
            base32
            base16
            base64))

;;;
;;; Hashes of sources.
;;;

(define-record-type <content-hash>
  (%content-hash algorithm value)
  content-hash?
  (algorithm content-hash-algorithm)    ;symbol
  (value     content-hash-value))       ;bytevector

(set-record-type-printer! <content-hash>
  (lambda (hash port)
    (simple-format port "#<content-hash ~a:~a>"
                   (content-hash-algorithm hash)
                   (and=> (content-hash-value hash)
                          bytevector->nix-base32-string))))

(define %hash-sizes
  '((sha256 . 32) (sha1 . 20) (md5 . 16) (sha224 . 28) (sha384 . 48)
    (sha512 . 64) (sha3-256 . 32) (sha3-512 . 64) (blake2s-256 . 32)
    (blake2b-256 . 32)))

(define (make-content-hash value algorithm)
  (let ((value (if (string? value)
                   (nix-base32-string->bytevector value)
                   value)))
    ;; #f: not known yet.
    (unless (or (not value)
                (and (bytevector? value)
                     (eqv? (bytevector-length value)
                           (assq-ref %hash-sizes algorithm))))
      (raise (formatted-message "~s: not a hash of type ~a" value algorithm)))
    (%content-hash algorithm value)))

(define-syntax content-hash
  (syntax-rules ()
    "Return the hash VALUE, a bytevector or a base-32 string, of ALGORITHM, by
default sha256."
    ((_ value)
     (make-content-hash value 'sha256))
    ((_ value algorithm)
     (make-content-hash value 'algorithm))))

(define-syntax-rule (define-decoders (name decode) ...)
  (begin
    (define-syntax name
      (lambda (s)
        (syntax-case s ()
          ((_ str)
           (string? (syntax->datum #'str))
           ;; A malformed literal is an error at the place of the form.
           (catch #t
             (lambda ()
               (datum->syntax #'str (decode (syntax->datum #'str))))
             (lambda _
               (syntax-violation 'name "malformed string" s #'str))))
          ((_ str)
           #'(decode str))
          (id
           (identifier? #'id)
           #'decode))))
    ...))

(define-decoders
  (base16 base16-string->bytevector)
  (base32 nix-base32-string->bytevector)
  (base64 base64-decode))

;;;
;;; Origins.
;;;

(define-record-type* <origin> %origin make-origin
  origin?
  this-origin
  (uri          origin-uri)                       ;what METHOD takes
  (method       origin-method)                    ;procedure
  (hash         origin-hash)                      ;<content-hash>
  (file-name    origin-file-name    (default #f))
  (patches      origin-patches      (default '()) (delayed))
  (snippet      origin-snippet      (default #f)) ;gexp, sexp or #f
  (patch-flags  origin-patch-flags  (default #~("-p1")))
  (patch-inputs origin-patch-inputs (default #f)) ;#f: the usual ones
  (modules      origin-modules      (default '())) ;for the snippet
  (patch-guile  origin-patch-guile  (default #f)))

(define-syntax origin
  (lambda (s)
    "Return an origin.  The field 'sha256' gives the hash of that type; 'hash'
one of any type."
    (define (translate clause)
      (syntax-case clause ()
        ((name value)
         (eq? 'sha256 (syntax->datum #'name))
         #'(hash (content-hash value sha256)))
        (_ clause)))

    (syntax-case s ()
      ((_ clause ...)
       (with-syntax (((clause ...) (map translate #'(clause ...))))
         #'(%origin clause ...))))))

(set-record-type-printer! <origin>
  (lambda (origin port)
    (simple-format port "#<origin ~s ~s ~s ~a>"
                   (origin-uri origin) (origin-hash origin)
                   (force (%origin-patches-real origin))
                   (number->string (object-address origin) 16))))

(define (origin-sha256 origin)
  "Return the SHA-256 hash of ORIGIN, or #f when it has one of another type."
  (let ((hash (origin-hash origin)))
    (and (eq? 'sha256 (content-hash-algorithm hash))
         (content-hash-value hash))))

(define (origin-actual-file-name origin)
  "Return the name that ORIGIN has in the store, or #f when that is unknown."
  (define (uri-base-name uri)
    (match uri
      ((? string?) (basename uri))
      ((first _ ...) (uri-base-name first))
      (_ #f)))

  (or (origin-file-name origin)
      (uri-base-name (origin-uri origin))))
