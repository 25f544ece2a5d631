;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Manifests, which list the packages of a profile, and the derivation of a profile.
(define-module (guix profiles)
  #:use-module (guix records)
  #:use-module (guix monads)
  #:use-module (guix store)
  #:use-module (guix derivations)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module ((guix packages record) #:select (raise-dependency-cycle))
  #:use-module (guix search-paths)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module ((guix utils) #:select (%current-system %current-target-system))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 pretty-print)
  #:export (&profile-error profile-error?
            profile-error-profile
            &profile-collision-error profile-collision-error?
            profile-collision-error-entry
            profile-collision-error-conflict
            &unmatched-pattern-error

            manifest make-manifest manifest?
            manifest-entries
            manifest-transitive-entries

            <manifest-entry>
            manifest-entry
            manifest-entry?
            this-manifest-entry
            manifest-entry-name
            manifest-entry-version
            manifest-entry-output
            manifest-entry-item
            manifest-entry-dependencies
            manifest-entry-search-paths
            manifest-entry-parent
            manifest-entry-properties
            manifest-entry=?

            manifest-pattern
            manifest-pattern?
            manifest-pattern-name
            manifest-pattern-version
            manifest-pattern-output

            concatenate-manifests
            map-manifest-entries
            manifest-lookup
            manifest-installed?
            manifest-matching-entries
            manifest-add
            manifest-remove
            manifest-search-paths
            check-for-collisions

            package->manifest-entry
            packages->manifest
            package->development-manifest

            %manifest-format-version
            %default-profile-hooks
            manifest->sexp
            profile-derivation))

;; The version of the 'manifest' file format, numbered as in Guix.
(define %manifest-format-version 4)

;; The engine makes a profile in one step, without hooks.
(define %default-profile-hooks '())


;;;
;;; Errors.
;;;

(define-condition-type &profile-error &error
  profile-error?
  (profile profile-error-profile))

(define-condition-type &profile-collision-error &error
  profile-collision-error?
  (entry    profile-collision-error-entry)
  (conflict profile-collision-error-conflict))

(define-condition-type &unmatched-pattern-error &error
  unmatched-pattern-error?
  (pattern  unmatched-pattern-error-pattern)
  (manifest unmatched-pattern-error-manifest))


;;;
;;; Manifests.
;;;

(define-record-type* <manifest>
  %manifest %make-manifest
  manifest?
  this-manifest
  (entries manifest-entries))           ;list of <manifest-entry>

(define (manifest entries)
  "Return the manifest of ENTRIES."
  (%manifest (entries entries)))

(define make-manifest manifest)

(define-record-type* <manifest-entry>
  manifest-entry make-manifest-entry
  manifest-entry?
  this-manifest-entry
  (name         manifest-entry-name)              ;string
  (version      manifest-entry-version)           ;string
  (output       manifest-entry-output             ;string
                (default "out"))
  (item         manifest-entry-item)              ;file-like | store path
  (dependencies manifest-entry-dependencies       ;<manifest-entry>*
                (default '()))
  (search-paths manifest-entry-search-paths       ;search-path-specification*
                (default '()))
  (parent       manifest-entry-parent             ;promise (#f | <manifest-entry>)
                (default (delay #f)))
  (properties   manifest-entry-properties         ;alist
                (default '())))

(define-record-type* <manifest-pattern>
  manifest-pattern make-manifest-pattern
  manifest-pattern?
  this-manifest-pattern
  (name    manifest-pattern-name)
  (version manifest-pattern-version     ;#f: any
           (default #f))
  (output  manifest-pattern-output      ;#f: any
           (default "out")))

(define (manifest-entry=? a b)
  "Return #t if A and B are equal except for their parents."
  (and (string=? (manifest-entry-name a) (manifest-entry-name b))
       (string=? (manifest-entry-version a) (manifest-entry-version b))
       (string=? (manifest-entry-output a) (manifest-entry-output b))
       (equal? (manifest-entry-item a) (manifest-entry-item b))
       (equal? (manifest-entry-search-paths a) (manifest-entry-search-paths b))
       (equal? (manifest-entry-properties a) (manifest-entry-properties b))
       (= (length (manifest-entry-dependencies a))
          (length (manifest-entry-dependencies b)))
       (every manifest-entry=?
              (manifest-entry-dependencies a)
              (manifest-entry-dependencies b))))

(define (entry-key entry)
  ;; A profile holds entries with equal keys once.
  (list (manifest-entry-name entry) (manifest-entry-output entry)))

(define (manifest-transitive-entries manifest)
  "Return the entries of MANIFEST and all their dependencies, breadth first, without
duplicates."
  (let loop ((entries (manifest-entries manifest)) (next '())
             (seen '()) (result '()))
    (match entries
      (()
       (if (null? next)
           (reverse result)
           (loop (concatenate (reverse next)) '() seen result)))
      ((entry . rest)
       (let ((id (cons (manifest-entry-item entry) (manifest-entry-output entry))))
         (if (member id seen)
             (loop rest next seen result)
             (loop rest
                   (cons (manifest-entry-dependencies entry) next)
                   (cons id seen)
                   (cons entry result))))))))

(define (concatenate-manifests manifests)
  "Return the manifest of all entries of MANIFESTS, in order."
  (manifest (append-map manifest-entries manifests)))

(define (map-manifest-entries proc m)
  "Apply PROC to each entry of the manifest M; return the resulting manifest."
  (manifest (map proc (manifest-entries m))))

(define (matches? pattern)
  (match pattern
    (($ <manifest-pattern> name version output)
     (lambda (entry)
       (and (string=? name (manifest-entry-name entry))
            (or (not version) (string=? version (manifest-entry-version entry)))
            (or (not output) (string=? output (manifest-entry-output entry))))))))

(define (manifest-lookup manifest pattern)
  "Return the first entry of MANIFEST that matches PATTERN, or #f."
  (find (matches? pattern) (manifest-entries manifest)))

(define (manifest-installed? manifest pattern)
  "Return #t if MANIFEST has an entry that matches PATTERN."
  (->bool (manifest-lookup manifest pattern)))

(define (manifest-matching-entries manifest patterns)
  "Return the entries of MANIFEST that match one of PATTERNS."
  (filter (lambda (entry)
            (any (lambda (pattern) ((matches? pattern) entry)) patterns))
          (manifest-entries manifest)))

(define (manifest-add m entries)
  "Return the manifest M with ENTRIES, each in the place of one of the same name
and output."
  (let ((keys (map entry-key entries)))
    (manifest (append (remove (lambda (entry) (member (entry-key entry) keys))
                              (manifest-entries m))
                      entries))))

(define (manifest-remove m patterns)
  "Return the manifest M without the entries that match one of PATTERNS."
  (manifest (remove (lambda (entry)
                      (any (lambda (pattern) ((matches? pattern) entry))
                           patterns))
                    (manifest-entries m))))

(define (manifest-search-paths manifest)
  "Return the search paths of MANIFEST's entries and their dependencies, $PATH
first."
  (delete-duplicates
   (cons $PATH
         (append-map manifest-entry-search-paths
                     (manifest-transitive-entries manifest)))))


;;;
;;; From packages to entries.
;;;

(define* (package->manifest-entry package #:optional (output "out")
                                  #:key (parent (delay #f))
                                  (properties '()))
  "Return the entry for OUTPUT of PACKAGE; its dependencies are the packages that
PACKAGE propagates."
  ;; DEPENDENTS are the packages that propagate PACKAGE, the nearest first.
  (define (make-entry package output parent properties dependents)
    (define cycle
      (memq package (reverse dependents)))

    (when cycle
      (raise-dependency-cycle (append cycle (list package))))
    (define entry
      (manifest-entry
       (name (package-name package))
       (version (package-version package))
       (output output)
       (item package)
       (dependencies
        (map (match-lambda
               ((_ (? package? dependency) . output)
                (make-entry dependency
                            (match output (() "out") ((output) output))
                            (delay entry) '()
                            (cons package dependents))))
             (package-propagated-inputs package)))
       (search-paths (package-transitive-native-search-paths package))
       (parent parent)
       (properties properties)))

    entry)

  (make-entry package output parent properties '()))

(define (packages->manifest packages)
  "Return the manifest of PACKAGES, each being a package, a list of a package and
an output, or an entry."
  (manifest
   (map (match-lambda
          ((package output) (package->manifest-entry package output))
          ((? package? package) (package->manifest-entry package))
          ((? manifest-entry? entry) entry)
          (other
           (raise (formatted-message
                   (G_ "~s is neither a package nor a list of a package and an output")
                   other))))
        (delete-duplicates packages eq?))))

(define* (package->development-manifest package
                                        #:optional (system (%current-system))
                                        #:key target)
  "Return the manifest of PACKAGE's build inputs."
  (manifest
   (filter-map (match-lambda
                 ((_ (? package? input))
                  (package->manifest-entry input))
                 ((_ (? package? input) output)
                  (package->manifest-entry input output))
                 (_ #f))
               (bag-transitive-inputs
                (package->bag package system target)))))


;;;
;;; Collisions.
;;;

(define (describe-entry entry)
  (let ((parent (force (manifest-entry-parent entry))))
    (string-append (manifest-entry-name entry) "@" (manifest-entry-version entry)
                   (if parent
                       (string-append " (propagated from "
                                      (manifest-entry-name parent) "@"
                                      (manifest-entry-version parent) ")")
                       ""))))

(define (check-for-collisions items)
  "Raise an error if two of ITEMS, pairs of an entry and its store path, have the
same name and output and are not equal."
  (let loop ((items items) (seen '()))
    (match items
      (() #t)
      (((entry . path) . rest)
       (match (assoc (entry-key entry) seen)
         ((_ other . (? (lambda (other-path) (not (string=? path other-path)))))
          (raise (condition
                  (&profile-collision-error (entry other) (conflict entry))
                  (&message
                   (message (format #f (G_ "profile contains conflicting entries: ~a and ~a")
                                    (describe-entry other)
                                    (describe-entry entry))))
                  (&fix-hint
                   (hint (G_ "leave one of them out, or make two profiles"))))))
         (_
          (loop rest
                (cons (cons* (entry-key entry) entry path) seen))))))))


;;;
;;; The derivation of a profile.
;;;

(define (optional-field name value)
  (match value
    (() '())
    (_  (list (list name value)))))

(define (manifest->sexp manifest item->path)
  "Return the contents of the 'manifest' file of MANIFEST, an s-expression;
ITEM->PATH gives the store path of an entry."
  (define visited (make-hash-table))

  (define (entry->sexp entry)
    (match entry
      (($ <manifest-entry> name version output item dependencies search-paths
                           _ properties)
       (let* ((path (item->path entry))
              (key  (list path output)))
         (if (manifest-entry-seen? key entry)
             (list 'repeated name version path)
             (begin
               (hash-set! visited key entry)
               `(,name ,version ,output ,path
                 ,@(optional-field 'propagated-inputs
                                   (map entry->sexp dependencies))
                 ,@(optional-field 'search-paths
                                   (map search-path-specification->sexp
                                        search-paths))
                 ,@(optional-field 'properties properties))))))))

  (define (manifest-entry-seen? key entry)
    (let ((previous (hash-ref visited key)))
      (and previous (manifest-entry=? previous entry))))

  `(manifest
    (version ,%manifest-format-version)
    (packages ,(map entry->sexp (manifest-entries manifest)))))

(define (manifest-file-text sexp)
  (call-with-output-string
    (lambda (port)
      (display "\
;; What this profile holds, as the program that made it wrote it down.  This is not a
;; file for '--manifest', but names the packages that such a file has to name.

" port)
      (pretty-print sexp port))))

(define (search-path->line spec)
  ;; A line of the 'search-paths' variable; see docs/contract.md.
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

(define (lower-item entry system target)
  "Return as a monadic value the lowered item of ENTRY."
  (match (manifest-entry-item entry)
    ((? string? item)
     (if (direct-store-path? item)
         (with-monad %store-monad
           (return item))
         (raise (make-compound-condition
                 (formatted-message
                  (G_ "the item '~a' of the manifest entry '~a' is not a store item")
                  item (manifest-entry-name entry))
                 (condition
                  (&fix-hint
                   (hint (G_ "it has to be a package, another file-like object, \
or the name of a file right below /gnu/store"))))))))
    (item
     (lower-object item system #:target target))))

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
MANIFEST."
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
                                        (lower-item entry system target))
                                      entries)))
    (define paths
      (map (lambda (entry lowered)
             (cons entry
                   (lowered-path lowered (manifest-entry-output entry))))
           entries lowered))

    (define (item->path entry)
      (match (find (match-lambda
                     ((other . _)
                      (and (equal? (manifest-entry-item other)
                                   (manifest-entry-item entry))
                           (string=? (manifest-entry-output other)
                                     (manifest-entry-output entry)))))
                   paths)
        ((_ . path) path)))

    (unless allow-collisions?
      (check-for-collisions paths))

    (let ((search-paths (manifest-search-paths manifest)))
      (raw-derivation
       name "builtin:profile" '()
       #:system "builtin"
       #:inputs (filter-map (lambda (entry lowered)
                              (and (derivation? lowered)
                                   (derivation-input
                                    lowered
                                    (list (manifest-entry-output entry)))))
                            entries lowered)
       #:sources (filter string? lowered)
       #:env-vars
       `(("builtin-version" . "1")
         ("packages" . ,(string-join (delete-duplicates (map cdr paths)) " "))
         ("manifest" . ,(manifest-file-text (manifest->sexp manifest item->path)))
         ("search-paths" . ,(string-join (map search-path->line search-paths)
                                         "\n"))
         ,@(if relative-symlinks? '(("relative-links" . "1")) '()))
       #:local-build? #t))))
