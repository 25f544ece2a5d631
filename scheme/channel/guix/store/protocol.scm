;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What programs that speak with Guix's daemon may ask of a connection.  The store is
;;; opened in this process, and no protocol is spoken; names that Guix deprecated stand
;;; for their successors.
(define-module (guix store protocol)
  #:use-module (guix store connection)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (store-connection-version
            store-connection-major-version
            store-connection-minor-version
            current-store-protocol-version
            %default-store-connection-buffer-size
            connect-to-daemon
            port->connection
            with-store/non-blocking
            set-store-connection-cache
            cache-lookup-recorder

            hash-algo
            query-failed-paths
            clear-failed-paths
            optimize-store

            nix-server?
            nix-server-version
            nix-server-major-version
            nix-server-minor-version
            nix-server-socket
            &nix-error
            nix-error?
            &nix-connection-error
            nix-connection-error?
            nix-connection-error-file
            nix-connection-error-code
            &nix-protocol-error
            nix-protocol-error?
            nix-protocol-error-message
            nix-protocol-error-status))

;; The version of the protocol that has what this interface has.
(define %protocol-version #x163)

(define (store-connection-version store)
  "Return the version of the daemon's protocol whose operations STORE has."
  %protocol-version)

(define (store-connection-major-version store)
  "Return the major part of the version of STORE, as 'store-connection-version' has it."
  (logand %protocol-version #xff00))

(define (store-connection-minor-version store)
  "Return the minor part of the version of STORE."
  (logand %protocol-version #x00ff))

(define current-store-protocol-version
  (make-parameter #f))

(define %default-store-connection-buffer-size 8192)

(define (refuse what)
  (raise (condition
          (&store-connection-error (file what) (errno EPROTONOSUPPORT))
          (&message
           (message "the store is opened in this process: there is no daemon")))))

(define* (connect-to-daemon uri #:key non-blocking? buffer-size)
  "Raise a '&store-connection-error': there is no daemon at URI to speak to."
  (refuse uri))

(define* (port->connection port #:key version built-in-builders)
  "Raise a '&store-connection-error': PORT cannot lead to the store."
  (refuse "port"))

(define-syntax-rule (with-store/non-blocking store body ...)
  "Like 'with-store': no socket can block."
  (with-store store body ...))

(define (set-store-connection-cache store cache value)
  "Make VALUE what CACHE holds for STORE, and return STORE."
  (set-store-connection-cache! store cache value)
  store)

(define (cache-lookup-recorder component title)
  "Return a procedure to call with the result of each look-up of COMPONENT's cache, and
the cache.  It records nothing: the engine has its own statistics."
  (lambda (hit? cache) #t))

(define-syntax hash-algo
  (syntax-rules (md5 sha1 sha256)
    "Return the symbol of a hash algorithm."
    ((_ md5)    'md5)
    ((_ sha1)   'sha1)
    ((_ sha256) 'sha256)))

(define (query-failed-paths store)
  "Return the items whose failure to build is remembered: none, as each request builds
anew."
  '())

(define (clear-failed-paths store items)
  "Forget that ITEMS failed to build."
  #t)

(define (optimize-store store)
  "Share equal files in STORE.  They are shared as they are added."
  #t)

(define nix-server? store-connection?)
(define nix-server-version store-connection-version)
(define nix-server-major-version store-connection-major-version)
(define nix-server-minor-version store-connection-minor-version)
(define nix-server-socket store-connection-socket)
(define &nix-error &store-error)
(define nix-error? store-error?)
(define &nix-connection-error &store-connection-error)
(define nix-connection-error? store-connection-error?)
(define nix-connection-error-file store-connection-error-file)
(define nix-connection-error-code store-connection-error-code)
(define &nix-protocol-error &store-protocol-error)
(define nix-protocol-error? store-protocol-error?)
(define nix-protocol-error-message store-protocol-error-message)
(define nix-protocol-error-status store-protocol-error-status)
