;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The derivation of a profile; docs/contract.md describes its builder.
(define-module (guix profiles derivation)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix profiles collisions)
  #:use-module (guix profiles entries)
  #:use-module (guix profiles files)
  #:use-module (guix profiles hooks)
  #:use-module (guix profiles manifests)
  #:use-module (guix records)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (profile-derivation

            profile
            profile?
            profile-name
            profile-content
            profile-hooks
            profile-locales?
            profile-allow-collisions?
            profile-relative-symlinks?))

(define (search-path->line spec)
  ;; A line of the variable 'search-paths'.
  (string-join (list (search-path-specification-variable spec)
                     (or (search-path-specification-separator spec) "")
                     (symbol->string (search-path-specification-file-type spec))
                     (string-join (search-path-specification-files spec) ":")
                     (or (search-path-specification-file-pattern spec) ""))
               "\t"))

(define (lowered-path lowered output)
  (if (derivation? lowered)
      (derivation->output-path lowered output)
      lowered))

(define (check-supported-packages entries system)
  "Raise an error if one of the packages of ENTRIES can't be built on SYSTEM."
  (for-each (lambda (entry)
              (match (manifest-entry-item entry)
                ((? package? package)
                 (unless (member system (package-supported-systems package))
                   (raise (make-compound-condition
                           (formatted-message
                            (G_ "package '~a' does not support '~a'")
                            (package-full-name package) system)
                           (condition
                            (&fix-hint
                             (hint (format #f (G_ "it supports ~a")
                                           (string-join
                                            (package-supported-systems package)
                                            ", ")))))))))
                (_ #t)))
            entries))

(define (entry-paths paths)
  "Return a procedure that gives the store path of an entry that is, or has the item and
the output of, one of PATHS, pairs of an entry and its path."
  (define by-path (make-hash-table))
  (define by-object (make-hash-table))

  (define (outputs item)
    (if (string? item)
        (hash-ref by-path item '())
        (hashq-ref by-object item '())))

  (for-each (match-lambda
              ((entry . path)
               (let* ((item  (manifest-entry-item entry))
                      (alist (acons (manifest-entry-output entry) path
                                    (outputs item))))
                 (if (string? item)
                     (hash-set! by-path item alist)
                     (hashq-set! by-object item alist)))))
            paths)
  (lambda (entry)
    (assoc-ref (outputs (manifest-entry-item entry))
               (manifest-entry-output entry))))

(define (run-hooks hooks manifest system)
  "Return as a monadic value the derivations that HOOKS make for MANIFEST."
  (if (null? (manifest-entries manifest))
      (with-monad %store-monad
        (return '()))
      (mlet %store-monad ((results (mapm %store-monad
                                         (lambda (hook)
                                           (hook manifest system))
                                         hooks)))
        (return (filter derivation? results)))))

(define* (profile-derivation manifest
                             #:key
                             (name "profile")
                             (hooks %default-profile-hooks)
                             (locales? #f)
                             (allow-unsupported-packages? #f)
                             (allow-collisions? #f)
                             (relative-symlinks? #f)
                             (format-version %manifest-format-version)
                             system target)
  "Return, as a monadic value, the derivation of a profile with the entries of
MANIFEST.  HOOKS are procedures of a manifest and a system that return, as a monadic
value, a derivation whose files the profile has before those of the packages, or #f.
LOCALES? is of no effect: the builder takes file names as bytes."
  (mlet* %store-monad ((system (if system
                                   (return system)
                                   (current-system)))
                       (target (if target
                                   (return target)
                                   (current-target-system)))
                       (entries -> (manifest-transitive-entries manifest))
                       (ok? -> (or allow-unsupported-packages?
                                   (check-supported-packages entries system)))
                       (lowered (mapm %store-monad
                                      (lambda (entry)
                                        (lower-entry-item entry system target))
                                      entries))
                       (paths -> (map (lambda (entry lowered)
                                        (cons entry
                                              (lowered-path
                                               lowered
                                               (manifest-entry-output entry))))
                                      entries lowered))
                       (ok? -> (or allow-collisions?
                                   (check-paths-for-collisions paths)))
                       (extras (run-hooks hooks manifest system)))
    (raw-derivation
     name "builtin:profile" '()
     #:system "builtin"
     #:inputs (append
               (map (lambda (extra) (derivation-input extra '("out"))) extras)
               (filter-map (lambda (entry lowered)
                             (and (derivation? lowered)
                                  (derivation-input
                                   lowered
                                   (list (manifest-entry-output entry)))))
                           entries lowered))
     #:sources (filter string? lowered)
     #:env-vars
     `(("builtin-version" . "1")
       ("packages" . ,(string-join
                       (append (map derivation->output-path extras)
                               (delete-duplicates (map cdr paths)))
                       " "))
       ("manifest" . ,(manifest-file-text
                       (manifest->sexp manifest (entry-paths paths)
                                       format-version)))
       ("search-paths" . ,(string-join
                           (map search-path->line
                                (manifest-search-paths manifest))
                           "\n"))
       ,@(if relative-symlinks? '(("relative-links" . "1")) '()))
     #:local-build? #t)))

;; A profile as a file-like object.
(define-record-type* <profile>
  profile make-profile
  profile?
  this-profile
  (name               profile-name                ;string
                      (default "profile"))
  (content            profile-content)            ;<manifest>
  (hooks              profile-hooks               ;list of procedures
                      (default %default-profile-hooks))
  (locales?           profile-locales?            ;Boolean
                      (default #t))
  (allow-collisions?  profile-allow-collisions?   ;Boolean
                      (default #f))
  (relative-symlinks? profile-relative-symlinks?  ;Boolean
                      (default #f))
  (format-version     profile-format-version      ;integer
                      (default %manifest-format-version)))

(define-gexp-compiler (profile-compiler (profile <profile>) system target)
  (match profile
    (($ <profile> name content hooks locales? allow-collisions?
                  relative-symlinks? format-version)
     (profile-derivation content
                         #:name name
                         #:hooks hooks
                         #:locales? locales?
                         #:allow-collisions? allow-collisions?
                         #:relative-symlinks? relative-symlinks?
                         #:format-version format-version
                         #:system system
                         #:target target))))
