;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Tools for test programs.
(define-module (guix tests)
  #:use-module (guix base32)
  #:use-module (guix build-system gnu)
  #:use-module (guix derivations)
  #:use-module (guix hash)
  #:use-module (guix packages)
  #:use-module (guix serialization)
  #:use-module (guix store)
  #:use-module (gnu packages bootstrap)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (rnrs io ports)
  #:use-module (srfi srfi-64)
  #:use-module (web uri)
  #:re-export (search-bootstrap-binary)
  #:export (open-connection-for-tests
            with-external-store
            %tests-build-timeout
            %test-substitute-urls

            %seed
            random-text
            random-bytevector

            file=?
            canonical-file?
            network-reachable?
            shebang-too-long?
            with-environment-variable
            mock
            test-assertm
            test-equalm

            %substitute-directory
            with-derivation-narinfo
            with-derivation-substitute

            dummy-package
            dummy-origin))


;;;
;;; The store.
;;;

(define %tests-build-timeout
  ;; Seconds that a build of a test may take.
  (or (and=> (getenv "GUIX_TESTS_BUILD_TIMEOUT") string->number) 300))

(define %test-substitute-urls
  (make-parameter (match (getenv "GUIX_BINARY_SUBSTITUTE_URL")
                    (#f  '())
                    (url (list url)))))

(define* (open-connection-for-tests #:optional uri)
  "Return a connection to the store that builds by the bootstrap Guile, and downloads
nothing."
  (let ((store (open-connection uri)))
    (set-build-options store
                       #:use-substitutes? #f
                       #:substitute-urls (%test-substitute-urls)
                       #:timeout %tests-build-timeout)
    (%guile-for-build (package-derivation store %bootstrap-guile))
    store))

(define-syntax-rule (with-external-store store body ...)
  "Evaluate BODY with STORE bound to a connection to the user's own store, here the
only one."
  (with-store store
    (set-build-options store #:timeout %tests-build-timeout)
    body ...))

(define-syntax-rule (test-assertm name mvalue)
  "Check that MVALUE, of the store monad, is true."
  (test-assert name
    (run-with-store (open-connection-for-tests) mvalue
      #:guile-for-build (%guile-for-build))))

(define-syntax-rule (test-equalm name value mvalue)
  "Check that MVALUE, of the store monad, gives VALUE."
  (test-equal name
    value
    (with-store store
      (run-with-store store mvalue
        #:guile-for-build (%guile-for-build)))))


;;;
;;; Random data.
;;;

(define %seed
  (let ((state #f))
    (lambda ()
      "Return the random state of this run.  It is written where the user sees it,
and GUIX_TESTS_RANDOM_SEED, a number, makes it what it was."
      (unless state
        (let ((seed (or (and=> (getenv "GUIX_TESTS_RANDOM_SEED") string->number)
                        (logxor (getpid) (car (gettimeofday))))))
          (format (current-error-port) "random seed of these tests: ~a~%" seed)
          (set! state (seed->random-state seed))))
      state)))

(define (random-text)
  "Return a number below 2^256 in hexadecimal."
  (number->string (random (expt 2 256) (%seed)) 16))

(define (random-bytevector size)
  (u8-list->bytevector
   (map (lambda (_) (random 256 (%seed))) (iota size))))


;;;
;;; Files and the system.
;;;

(define* (file=? one other #:optional (stat lstat))
  "Return #t when both files have the same type, according to STAT, and the same
contents."
  (let ((a (stat one))
        (b (stat other)))
    (and (eq? (stat:type a) (stat:type b))
         (match (stat:type a)
           ('regular
            (or (and (= (stat:ino a) (stat:ino b))
                     (= (stat:dev a) (stat:dev b)))
                (equal? (call-with-input-file one get-bytevector-all #:binary #t)
                        (call-with-input-file other get-bytevector-all #:binary #t))))
           ('symlink
            (string=? (readlink one) (readlink other)))
           (type
            (error "only files and symbolic links can be compared:" type))))))

(define (canonical-file? file)
  "Return true when FILE is outside of the store, or canonical like files there:
read-only, with the modification time 1."
  (let ((stat (lstat file)))
    (or (not (store-path? file))
        (eq? 'symlink (stat:type stat))
        (and (= 1 (stat:mtime stat))
             (zero? (logand #o222 (stat:mode stat)))))))

(define (network-reachable?)
  "Return true when names of the Internet can be resolved."
  (false-if-exception (getaddrinfo "www.gnu.org" "80" AI_NUMERICSERV)))

(define (shebang-too-long?)
  "Return #t when the first line of a script that names a program of the store may
be too long for the kernel."
  (> (+ 2 (string-length (%store-prefix))
        (string-length "/") 32
        (string-length "-bootstrap-binaries-0/bin/bash") 1)
     128))

(define-syntax-rule (with-environment-variable variable value body ...)
  "Evaluate BODY with VARIABLE set to VALUE."
  (let ((before (getenv variable)))
    (dynamic-wind
      (lambda () (setenv variable value))
      (lambda () body ...)
      (lambda ()
        (if before (setenv variable before) (unsetenv variable))))))

(define-syntax-rule (mock (module name value) body ...)
  "Evaluate BODY with NAME bound to VALUE in MODULE."
  (let* ((holder (resolve-module 'module))
         (before (module-ref holder 'name)))
    (dynamic-wind
      (lambda () (module-set! holder 'name value))
      (lambda () body ...)
      (lambda () (module-set! holder 'name before)))))


;;;
;;; Substitutes.
;;;

(define %substitute-directory
  ;; The directory that the server of substitutes serves.
  (make-parameter (and=> (getenv "GUIX_BINARY_SUBSTITUTE_URL")
                         (lambda (url) (uri-path (string->uri url))))))

(define (substitute-file name)
  (string-append (%substitute-directory) "/" name))

(define (narinfo drv hash references)
  "Return the narinfo of DRV, whose archive is example.nar."
  (let ((lines `(("StorePath" . ,(derivation->output-path drv))
                 ("URL" . "example.nar")
                 ("Compression" . "none")
                 ("NarSize" . "1234")
                 ("NarHash" . ,(string-append "sha256:"
                                              (bytevector->nix-base32-string hash)))
                 ("References" . ,(string-join (map basename references)))
                 ("System" . ,(derivation-system drv))
                 ("Deriver" . ,(basename (derivation-file-name drv))))))
    (string-concatenate
     (map (match-lambda
            ((field . value) (string-append field ": " value "\n")))
          lines))))

(define (write-text file text)
  (call-with-output-file file
    (lambda (port) (display text port))))

(define (call-with-files files thunk)
  "Call THUNK while FILES, an alist of names and texts, exist."
  (dynamic-wind
    (lambda ()
      (for-each (match-lambda ((file . text) (write-text file text))) files))
    thunk
    (lambda ()
      (for-each (match-lambda ((file . _) (delete-file file))) files))))

(define* (call-with-derivation-narinfo drv thunk #:key
                                       (sha256 (make-bytevector 32 0))
                                       (references '()))
  (let ((output (derivation->output-path drv)))
    (call-with-files
     `((,(substitute-file "nix-cache-info")
        . ,(string-append "StoreDir: " (%store-prefix) "\nWantMassQuery: 0\n"))
       (,(substitute-file (string-append (store-path-hash-part output) ".narinfo"))
        . ,(narinfo drv sha256 references)))
     thunk)))

(define* (call-with-derivation-substitute drv contents thunk #:key
                                          sha256 (references '()))
  (let ((plain   (substitute-file "example.out"))
        (archive (substitute-file "example.nar")))
    (dynamic-wind
      (lambda ()
        (write-text plain contents)
        (call-with-output-file archive
          (lambda (port) (write-file plain port))
          #:binary #t))
      (lambda ()
        (call-with-derivation-narinfo drv thunk
          #:sha256 (or sha256 (file-hash 'sha256 archive))
          #:references references))
      (lambda ()
        (delete-file plain)
        (delete-file archive)))))

(define-syntax with-derivation-narinfo
  (syntax-rules (sha256 references =>)
    "Evaluate BODY while there seems to be a substitute of DRV."
    ((_ drv (sha256 => hash) (references => refs) body ...)
     (call-with-derivation-narinfo drv (lambda () body ...)
                                   #:sha256 hash #:references refs))
    ((_ drv (sha256 => hash) body ...)
     (call-with-derivation-narinfo drv (lambda () body ...) #:sha256 hash))
    ((_ drv body ...)
     (call-with-derivation-narinfo drv (lambda () body ...)))))

(define-syntax with-derivation-substitute
  (syntax-rules (sha256 references =>)
    "Evaluate BODY while there is a substitute of DRV: a file with CONTENTS."
    ((_ drv contents (sha256 => hash) (references => refs) body ...)
     (call-with-derivation-substitute drv contents (lambda () body ...)
                                      #:sha256 hash #:references refs))
    ((_ drv contents (sha256 => hash) body ...)
     (call-with-derivation-substitute drv contents (lambda () body ...)
                                      #:sha256 hash))
    ((_ drv contents body ...)
     (call-with-derivation-substitute drv contents (lambda () body ...)))))


;;;
;;; Packages.
;;;

(define-syntax-rule (dummy-package label field ...)
  "Return a package called LABEL with FIELDs and defaults for the others."
  (package
    (inherit (package
               (name label)
               (version "0")
               (source #f)
               (build-system gnu-build-system)
               (synopsis #f)
               (description #f)
               (home-page #f)
               (license #f)))
    field ...))

(define-syntax-rule (dummy-origin field ...)
  "Return an origin with FIELDs and defaults for the others."
  (origin
    (inherit (origin
               (method #f)
               (uri "http://www.example.com")
               (sha256 (base32 (make-string 52 #\0)))))
    field ...))
