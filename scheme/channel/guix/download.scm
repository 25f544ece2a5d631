;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Downloading sources: the engine's 'builtin:download' tries their addresses in order,
;;; and accepts the first file with the right hash.
(define-module (guix download)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module ((nacre gexp) #:select (code->string))
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:autoload   (guix base32) (bytevector->nix-base32-string)
  #:autoload   (guix hash) (file-hash*)
  #:autoload   (nacre fetch) (fetch-file)
  #:autoload   (guix build-system gnu) (standard-packages)
  #:export (url-fetch
            url-fetch/executable
            url-fetch/tarbomb
            url-fetch/zipbomb
            download-to-store
            %mirrors
            %disarchive-mirrors
            %download-methods))

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

;; Addresses of the scheme 'mirror' are those of the engine: 'mirror://debian/' is where
;; this machine gets its packages.  There are no others, and no servers of sources by
;; hash.
(define %mirrors '())
(define %disarchive-mirrors '())

(define %download-methods
  ;; What may be used to download; #f for all there is.
  (make-parameter #f))

(define* (url-fetch/tarbomb url hash-algo hash
                            #:optional name
                            #:key (system (%current-system)) guile)
  "Return, as a monadic value, the derivation of a directory with the files of the archive
that 'url-fetch' gets from URL.  It is for tarballs whose files are in no directory of
their own."
  (define file-name
    (match url
      ((first _ ...) (basename first))
      (_             (basename url))))

  (mlet %store-monad ((archive (url-fetch url hash-algo hash
                                          (string-append "tarbomb-" (or name file-name))
                                          #:system system #:guile guile)))
    (gexp->derivation (or name (tarball-sans-extension file-name))
                      (with-imported-modules '((guix build utils))
                        #~(begin
                            (use-modules (guix build utils))

                            (set-path-environment-variable
                             "PATH" '("bin")
                             '#+(map (lambda (name)
                                       (match (assoc name (standard-packages))
                                         ((_ package) package)))
                                     '("tar" "gzip" "bzip2" "xz")))
                            (mkdir #$output)
                            (invoke "tar" "xf" #+archive "-C" #$output
                                    "--no-same-owner")))
                      #:system system
                      #:guile-for-build guile
                      #:local-build? #t)))

(define* (url-fetch/zipbomb url hash-algo hash
                            #:optional name
                            #:key (system (%current-system)) guile)
  "Raise an error: the collection has no program that unpacks ZIP archives."
  (raise (formatted-message
          (G_ "~a: the collection has no program that unpacks ZIP archives") url)))

(define* (download-to-store store url
                            #:optional (name (basename (if (pair? url) (car url) url)))
                            #:key (log #f) recursive? (verify-certificate? #t))
  "Download URL, a string or a list of which the first that works counts, and add it to
STORE as NAME; return its store item.  A file or directory of this machine is added as it
is, directories only if RECURSIVE? is true.  No hash is checked.  LOG and
VERIFY-CERTIFICATE? are accepted because old programs give them."
  (define (add file)
    (add-to-store store name (->bool recursive?) "sha256" file))

  (match (and (string? url) (file-of-url url))
    (#f
     (call-with-temporary-directory
      (lambda (directory)
        (let ((file (string-append directory "/download")))
          (fetch-file (if (pair? url) url (list url)) file)
          (add file)))))
    (file
     (unless (file-exists? file)
       (raise (formatted-message (G_ "~a: no such file") file)))
     (add file))))
