;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The store, as programs see it: a connection to it, what can be asked of it,
;;; and the monad that hands a connection through.  The work is the engine's.
(define-module (guix store)
  #:use-module (guix monads)
  #:use-module (nacre store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:autoload   (nacre build) (build-things! build-log)
  #:use-module ((guix utils) #:select (%current-system %current-target-system))
  #:export (&store-error store-error?
            &store-connection-error store-connection-error?
            store-connection-error-file store-connection-error-code
            &store-protocol-error store-protocol-error?
            store-protocol-error-message store-protocol-error-status

            store-connection?
            open-connection
            close-connection
            with-store
            call-with-store
            set-build-options
            store-object-cache

            valid-path?
            query-path-hash
            query-path-info
            path-info?
            path-info-deriver
            path-info-hash
            path-info-references
            path-info-registration-time
            path-info-nar-size
            hash-part->path
            references
            references*
            references/cached
            requisites
            requisites*
            referrers
            valid-derivers
            topologically-sorted
            live-paths
            dead-paths
            collect-garbage
            delete-paths
            verify-store

            add-text-to-store
            add-data-to-store
            add-to-store
            add-temp-root
            add-indirect-root
            add-permanent-root
            find-roots

            build-things
            build-mode
            build
            current-build-output-port
            log-file
            derivation-log-file

            %store-monad
            store-bind
            store-return
            store-lift
            store-lower
            run-with-store
            %guile-for-build
            current-system
            set-current-system
            current-target-system
            set-current-target
            text-file
            interned-file
            mcached

            %store-prefix
            %default-substitute-urls
            store-path
            output-path
            fixed-output-path
            store-path?
            direct-store-path?
            direct-store-path
            derivation-path?
            store-path-base
            store-path-package-name
            store-path-hash-part))


;;;
;;; Errors.
;;;

(define-condition-type &store-error &error
  store-error?)

(define-condition-type &store-connection-error &store-error
  store-connection-error?
  (file store-connection-error-file)
  (errno store-connection-error-code))

;; What the store or a build refused; the status of a failed build is 100 plus
;; the flags of the reason.
(define-condition-type &store-protocol-error &store-error
  store-protocol-error?
  (message store-protocol-error-message)
  (status  store-protocol-error-status))


;;;
;;; Connections.
;;;

(define store-connection? store?)

(define* (open-connection #:optional uri #:key port reserve-space? cpu-affinity)
  "Return a connection to the store."
  (open-store))

(define (close-connection store)
  "Forget what was remembered for STORE."
  (hashq-remove! %object-caches store)
  (hashq-remove! %build-options store))

(define (call-with-store proc)
  "Call PROC with a connection to the store."
  (let ((store (open-connection)))
    (dynamic-wind
      (const #t)
      (lambda () (proc store))
      (lambda () (close-connection store)))))

(define-syntax-rule (with-store store body ...)
  "Evaluate BODY with STORE bound to a connection to the store."
  (call-with-store (lambda (store) body ...)))

;; Connection -> alist of build options.
(define %build-options (make-weak-key-hash-table))

(define* (set-build-options store #:key
                            (keep-failed? 'unset) (keep-going? 'unset)
                            (fallback? 'unset) (use-substitutes? 'unset)
                            (substitute-urls 'unset) (offload? 'unset)
                            (verbosity 'unset) (print-build-trace 'unset)
                            (max-build-jobs 'unset) (rounds 'unset)
                            (timeout 'unset) (max-silent-time 'unset)
                            (build-cores 'unset)
                            #:allow-other-keys)
  "Set the options of builds over STORE; those that are not given stay what they
are."
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
                  (max-jobs . ,max-build-jobs)
                  (rounds . ,rounds)
                  (timeout . ,timeout)
                  (max-silent-time . ,max-silent-time)
                  (cores . ,build-cores))))

  (hashq-set! %build-options store
              (append given
                      (remove (match-lambda ((key . _) (assq key given)))
                              (hashq-ref %build-options store '())))))

;; Connection -> table of what objects were lowered to.
(define %object-caches (make-weak-key-hash-table))

(define (store-object-cache store)
  "Return the table, compared by 'eq?', of results that are kept as long as
STORE is open."
  (or (hashq-ref %object-caches store)
      (let ((table (make-weak-key-hash-table)))
        (hashq-set! %object-caches store table)
        table)))


;;;
;;; Questions.
;;;

(define (valid-path? store path)
  "Return #t when PATH is a complete item of STORE."
  (store-path-valid? store path))

(define (path-info-of store path)
  (or (store-path-info store path)
      (raise (condition
              (&store-protocol-error
               (message (string-append "path `" path "' is not valid"))
               (status 1))))))

(define (query-path-hash store path)
  "Return the SHA-256 hash of the archive of PATH, a bytevector."
  (path-info-hash (query-path-info store path)))

;; What STORE knows of a path: a list in the order of the accessors below.
(define (query-path-info store path)
  (path-info-of store path))

(define (path-info? obj)
  (and (list? obj) (= 5 (length obj))))

(define path-info-hash first)
(define path-info-nar-size second)
(define path-info-references third)
(define path-info-deriver fourth)
(define path-info-registration-time fifth)

(define (hash-part->path store hash-part)
  "Return the valid path whose hash part is HASH-PART, or \"\"."
  (or (store-find-hash-part store hash-part) ""))

(define (references store path)
  "Return the paths that PATH refers to."
  (store-references store path))

(define references/cached references)

(define (requisites store paths)
  "Return the closure of PATHS, themselves included, without duplicates."
  (store-requisites store paths))

(define (referrers store path)
  "Return the paths that refer to PATH."
  (store-referrers store path))

(define (valid-derivers store path)
  "Return the valid derivations that PATH is an output of."
  (store-derivers store path))

(define (topologically-sorted store paths)
  "Return PATHS and all their references, each before those it refers to."
  (let ((seen (make-hash-table)))
    (define (visit path result)
      (if (hash-ref seen path)
          result
          (begin
            (hash-set! seen path #t)
            (cons path
                  (fold visit result
                        (delete path (references store path)))))))

    (fold visit '() paths)))

(define (live-paths store)
  "Return the paths that the garbage collector keeps."
  (store-collect-garbage! store 'live '() #f))

(define (dead-paths store)
  "Return the paths that the garbage collector would delete."
  (store-collect-garbage! store 'dead '() #f))

(define* (collect-garbage store #:optional (min-freed #f))
  "Delete dead paths until MIN-FREED bytes are free, if given.  Return the paths
and the number of bytes."
  (store-collect-garbage! store 'delete '() min-freed))

(define* (delete-paths store paths #:optional (min-freed #f))
  "Delete PATHS, which must be dead.  Return the paths and the number of bytes."
  (store-collect-garbage! store 'delete-specific paths min-freed))

(define* (verify-store store #:key check-contents? repair?)
  "Check STORE; return #t when all is well."
  (store-verify! store check-contents? repair?))


;;;
;;; Adding.
;;;

(define* (add-text-to-store store name text #:optional (references '()))
  "Add TEXT under NAME, with REFERENCES, and return its path."
  (store-add-text! store name text references))

(define add-data-to-store add-text-to-store)

(define* (add-to-store store name recursive? hash-algo file
                       #:key (select? #f))
  "Add FILE under NAME and return its path.  With RECURSIVE?, what SELECT?, a
procedure of a file name and status, accepts of its tree; otherwise its
contents."
  (store-add-path! store name file recursive? (->algorithm hash-algo)
                   (and select?
                        (lambda (file) (select? file (lstat file))))))

(define (->algorithm algorithm)
  (if (string? algorithm)
      (string->symbol algorithm)
      algorithm))

(define (add-temp-root store path)
  "Keep PATH from the garbage collector as long as this process lives."
  (store-add-temporary-root! store path))

(define (add-indirect-root store link)
  "Make LINK, a symbolic link to a path, a root."
  (store-add-indirect-root! store link))

(define (add-permanent-root store path)
  "Keep PATH from the garbage collector for ever."
  (store-add-permanent-root! store path))

(define (find-roots store)
  "Return the roots as a list of (LINK . PATH)."
  (store-roots store))


;;;
;;; Building.
;;;

(define-syntax build-mode
  (syntax-rules (normal repair check)
    ((_ normal) 'normal)
    ((_ repair) 'repair)
    ((_ check)  'check)))

(define current-build-output-port
  (make-parameter (current-error-port)))

(define* (build-things store things #:optional (mode (build-mode normal)))
  "Build THINGS: paths of derivations or of other items, or pairs of a
derivation's path and an output's name.  Return #t, or raise a
'&store-protocol-error'."
  (build-things! store
                 (map (match-lambda
                        ((drv . output) (list drv output))
                        (thing thing))
                      things)
                 (append (if (eq? mode 'normal) '() `((mode . ,mode)))
                         (hashq-ref %build-options store '())))
  #t)

(define (log-file store file)
  "Return the name of the build log of FILE, a derivation or an output, or #f."
  (build-log store file))

(define (derivation-log-file drv)
  "Return the name of the build log of DRV, the path of a derivation."
  (let* ((base   (basename drv))
         (bucket (string-take base 2))
         (file   (string-drop base 2)))
    (string-append "/var/log/guix/drvs/" bucket "/" file ".gz")))


;;;
;;; The store monad: a state monad whose state is the connection.
;;;

(define %store-monad %state-monad)
(define store-return state-return)
(define store-bind state-bind)

(define %guile-for-build
  ;; The derivation of the Guile that runs builders, or #f for the default.
  (make-parameter #f))

(define (store-lift proc)
  "Return the monadic form of PROC, a procedure whose first argument is the
store."
  (define (lifted . args)
    (lambda (store)
      (values (apply proc store args) store)))

  (set-object-property! lifted 'documentation
                        (object-property proc 'documentation))
  (set-procedure-property! lifted 'name (procedure-name proc))
  lifted)

(define (store-lower proc)
  "Return the form of PROC, a monadic procedure, that takes the store as first
argument."
  (lambda (store . args)
    (run-with-store store (apply proc args))))

(define* (run-with-store store mvalue #:key
                         (guile-for-build (%guile-for-build))
                         (system (%current-system))
                         (target #f))
  "Run MVALUE, a monadic value of %store-monad, over STORE and return what it
gives.  Builders are run by GUILE-FOR-BUILD and are for SYSTEM, and for TARGET
if it is not #f."
  (call-with-values
      (lambda ()
        (parameterize ((%guile-for-build guile-for-build)
                       (%current-system system)
                       (%current-target-system target))
          (mvalue store)))
    (lambda (result store)
      result)))

(define (current-system)
  "Return the current system as a monadic value."
  (lambda (store)
    (values (%current-system) store)))

(define (set-current-system system)
  "Make SYSTEM the current one; the monadic value is the one before."
  (lambda (store)
    (let ((previous (%current-system)))
      (%current-system system)
      (values previous store))))

(define (current-target-system)
  "Return the target triplet, or #f, as a monadic value."
  (lambda (store)
    (values (%current-target-system) store)))

(define (set-current-target target)
  "Make TARGET the current target; the monadic value is the one before."
  (lambda (store)
    (let ((previous (%current-target-system)))
      (%current-target-system target)
      (values previous store))))

(define* (text-file name text #:optional (references '()))
  "Return as a monadic value the path of an item NAME that holds TEXT, a string,
and has REFERENCES."
  (lambda (store)
    (values (add-text-to-store store name text references) store)))

(define* (interned-file file #:optional name #:key (recursive? #t) (select? #f))
  "Return as a monadic value the path of FILE in the store, where it is called
NAME, by default its base name.  With RECURSIVE?, what SELECT? accepts of its
tree; otherwise its contents."
  (lambda (store)
    (values (add-to-store store (or name (basename file)) recursive? "sha256"
                          file #:select? select?)
            store)))

(define (call-with-mcache mvalue object keys)
  (lambda (store)
    (let* ((table   (store-object-cache store))
           (results (hashq-ref table object '())))
      (match (assoc keys results)
        ((_ . result)
         (values result store))
        (#f
         (call-with-values (lambda () ((mvalue) store))
           (lambda (result store)
             (hashq-set! table object
                         (acons keys result (hashq-ref table object '())))
             (values result store))))))))

(define-syntax mcached
  (syntax-rules (eq? equal?)
    "Run MVALUE, which gives what OBJECT and KEYS stand for, once for each
connection and remember the result."
    ((_ eq? (=> getter setter) rest ...)
     (mcached rest ...))
    ((_ equal? mvalue object keys ...)
     (call-with-mcache (lambda () mvalue) object (list keys ...)))
    ((_ eq? mvalue object keys ...)
     (call-with-mcache (lambda () mvalue) object (list keys ...)))
    ((_ mvalue object keys ...)
     (call-with-mcache (lambda () mvalue) object (list keys ...)))))


;;;
;;; Store paths.
;;;

(define %store-prefix
  (make-parameter "/gnu/store"))

(define %default-substitute-urls
  ;; Where substitutes come from when nothing else is said: nowhere.
  '())

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
  "Return #t when PATH is that of something in the store."
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
  "Return #t when PATH is that of a derivation."
  (and (store-path? path) (string-suffix? ".drv" path)))

(define (store-path-base path)
  "Return the base name of PATH, an item of the store, or #f."
  (and (direct-store-path? path)
       (string-drop path (1+ (string-length (%store-prefix))))))

(define (store-path-package-name path)
  "Return the name of PATH, an item of the store, without its hash, or #f."
  (and=> (store-path-base path) (cut string-drop <> 33)))

(define (store-path-hash-part path)
  "Return the hash part of PATH, an item of the store, or #f."
  (and=> (store-path-base path) (cut string-take <> 32)))

;; Monadic forms, with a star where the name is taken.
(define references* (store-lift references))
(define requisites* (store-lift requisites))
(define build (store-lift build-things))
