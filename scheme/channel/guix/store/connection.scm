;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Connections to the store, their caches and their errors.  The store is opened
;;; in this process: a connection stands for it.
(define-module (guix store connection)
  #:use-module (nacre store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module ((ice-9 vlist) #:select (vlist-null))
  #:export (&store-error store-error?
            &store-connection-error store-connection-error?
            store-connection-error-file store-connection-error-code
            &store-protocol-error store-protocol-error?
            store-protocol-error-message store-protocol-error-status

            store-connection?
            store-connection-socket
            open-connection
            close-connection
            with-store
            call-with-store
            default-connection
            %daemon-socket-uri

            set-build-options
            build-options
            %default-substitute-urls
            substitute-urls

            store-object-cache
            allocate-store-connection-cache
            store-connection-cache
            set-store-connection-cache!))


;;;
;;; Errors.
;;;

(define-condition-type &store-error &error
  store-error?)

(define-condition-type &store-connection-error &store-error
  store-connection-error?
  (file store-connection-error-file)
  (errno store-connection-error-code))

;; An error of the store or of a build; the status of a failed build is 100 plus
;; the flags of the reason.
(define-condition-type &store-protocol-error &store-error
  store-protocol-error?
  (message store-protocol-error-message)
  (status  store-protocol-error-status))


;;;
;;; Connections.
;;;

(define-record-type <memory>
  (make-memory socket options objects caches)
  memory?
  (socket  memory-socket)                      ;open as long as the connection
  (options memory-options set-memory-options!) ;of builds: an alist
  (objects memory-objects)                     ;object -> what it was lowered to
  (caches  memory-caches))                     ;cache's number -> value

;; Connection -> <memory>.
(define %memories (make-weak-key-hash-table))

(define (memory store)
  (or (hashq-ref %memories store)
      (let ((memory (make-memory (%make-void-port "rw") '()
                                 (make-weak-key-hash-table)
                                 (make-hash-table))))
        (hashq-set! %memories store memory)
        memory)))

(define store-connection? store?)

(define %daemon-socket-uri
  ;; The address by which programs open the default store.
  (make-parameter (or (getenv "GUIX_DAEMON_SOCKET")
                      "/var/guix/daemon-socket/socket")))

(define (refuse-connection file errno)
  (raise (condition (&store-connection-error (file file) (errno errno)))))

(define* (open-connection #:optional uri #:key port reserve-space? cpu-affinity)
  "Return a connection to the store.  URI must be #f or %daemon-socket-uri: the only
store is the one that this program opens itself.  PORT must be #f."
  (when port
    (refuse-connection port EPROTO))
  (unless (or (not uri)
              (member uri (list (%daemon-socket-uri)
                                (string-append "file://" (%daemon-socket-uri)))))
    (refuse-connection uri ECONNREFUSED))
  (force %user-directory)
  (let ((store (open-store)))
    (memory store)
    store))

(define %user-directory
  ;; The directory of this user's profiles; the first connection makes it, if the
  ;; user may.
  (delay
    (false-if-exception
     (mkdir (string-append (state-directory) "/profiles/per-user/"
                           (passwd:name (getpwuid (getuid))))
            #o755))))

(define default-connection
  (let ((store #f))
    (lambda ()
      "Return the connection of procedures that are called without one."
      (unless store
        (set! store (open-connection)))
      store)))

(define (store-connection-socket store)
  "Return a port that is open as long as STORE is; it carries no data."
  (memory-socket (memory store)))

(define (close-connection store)
  "Write the deferred items of STORE and drop its caches."
  (store-flush! store)
  (close-port (store-connection-socket store))
  (hashq-remove! %memories store))

(define (call-with-store proc)
  "Call PROC with a connection to the store, which is closed when it returns."
  ;; A non-local exit may be resumed: that of a build handler is.  So it does not
  ;; close the connection; the garbage collector does.
  (let ((store (open-connection)))
    (call-with-values
        (lambda () (proc store))
      (lambda results
        (close-connection store)
        (apply values results)))))

(define-syntax-rule (with-store store body ...)
  "Evaluate BODY with STORE bound to a connection to the store."
  (call-with-store (lambda (store) body ...)))


;;;
;;; Options of builds.
;;;

(define %default-substitute-urls
  ;; The default servers of substitutes.
  (match (getenv "GUIX_BINARY_SUBSTITUTE_URL")
    ((or #f "") '())
    (url        (list url))))

(define* (set-build-options store #:key
                            (keep-failed? 'unset) (keep-going? 'unset)
                            (fallback? 'unset) (use-substitutes? 'unset)
                            (substitute-urls 'unset) (offload? 'unset)
                            (verbosity 'unset) (print-build-trace 'unset)
                            (max-build-jobs 'unset) (rounds 'unset)
                            (timeout 'unset) (max-silent-time 'unset)
                            (build-cores 'unset)
                            (multiplexed-build-output? 'unset)
                            #:allow-other-keys)
  "Set the options of builds over STORE; those that are not given do not change."
  (define given
    (filter-map (match-lambda
                  ((_ . 'unset) #f)
                  (option option))
                `((keep-failed . ,keep-failed?)
                  (keep-going . ,keep-going?)
                  (fallback . ,fallback?)
                  (substitutes . ,use-substitutes?)
                  (substitute-urls . ,substitute-urls)
                  (offload . ,offload?)
                  (verbosity . ,verbosity)
                  (print-build-trace . ,print-build-trace)
                  (multiplexed-build-output . ,multiplexed-build-output?)
                  (max-jobs . ,max-build-jobs)
                  (rounds . ,rounds)
                  (timeout . ,timeout)
                  (max-silent-time . ,max-silent-time)
                  (cores . ,build-cores))))

  (let ((memory (memory store)))
    (set-memory-options! memory
                         (append given
                                 (remove (match-lambda
                                           ((key . _) (assq key given)))
                                         (memory-options memory))))))

(define (build-options store)
  "Return the options that were set for STORE, an alist."
  (memory-options (memory store)))

(define (substitute-urls store)
  "Return where builds over STORE look for substitutes, a list of URLs."
  (let ((options (build-options store)))
    (match (assq 'substitutes options)
      ((_ . #f) '())
      (_ (match (assq 'substitute-urls options)
           ((_ . urls) urls)
           (#f %default-substitute-urls))))))


;;;
;;; Caches.
;;;

(define (store-object-cache store)
  "Return the table, compared by 'eq?', of results that are kept as long as
STORE is open."
  (memory-objects (memory store)))

(define allocate-store-connection-cache
  (let ((count 0))
    (lambda (name)
      "Return the number of a new cache, which every connection has, empty at
first.  NAME, a symbol, says what it is for."
      (set! count (1+ count))
      count)))

(define (store-connection-cache store cache)
  "Return what CACHE, a number, holds for STORE, an empty vhash at first."
  (hashv-ref (memory-caches (memory store)) cache vlist-null))

(define (set-store-connection-cache! store cache value)
  "Make VALUE what CACHE holds for STORE."
  (hashv-set! (memory-caches (memory store)) cache value))
