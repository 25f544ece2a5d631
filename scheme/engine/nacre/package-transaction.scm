;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What `nacre package` changes in a profile: packages to remove, to upgrade and to install become a
;;; new manifest, and that the derivation of the next generation.
(define-module (nacre package-transaction)
  #:use-module ((gnu packages)
                #:select (find-best-packages-by-name
                          specification->package+output))
  #:use-module ((guix derivations) #:select (derivation-file-name))
  #:use-module ((guix diagnostics) #:select (&fix-hint formatted-message info warning))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix packages)
                #:select (package-name package-superseded package-version package?))
  #:use-module ((guix profiles)
                #:select (concatenate-manifests manifest manifest-entries
                          manifest-entry manifest-entry-name
                          manifest-entry-output manifest-entry-version
                          manifest-matching-entries manifest-pattern
                          manifest-perform-transaction
                          manifest-transaction manifest-transaction-install-entry
                          manifest-transaction-null?
                          manifest-transaction-remove-pattern
                          manifest-transaction-removal-candidate?
                          package->manifest-entry profile-derivation
                          profile-manifest))
  #:use-module ((guix store)
                #:select (%store-prefix run-with-store store-path-package-name
                          valid-path?))
  #:use-module ((guix utils)
                #:select (package-name->name+version version-compare))
  #:use-module (nacre commands)
  #:use-module (nacre interpreter)
  #:use-module (nacre manifest-difference)
  #:use-module (nacre provenance)
  #:use-module (nacre transformations)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (plan-transaction
            profile-derivation-file))

(define (raise-with-hint message hint)
  (raise (condition (&message (message message))
                    (&fix-hint (hint hint)))))


;;;
;;; Removing.
;;;

(define (specification->pattern specification)
  "Return the pattern of the entries that SPECIFICATION, NAME[@VERSION][:OUTPUT], means."
  (let* ((colon  (string-rindex specification #\:))
         (full   (if colon (string-take specification colon) specification))
         (output (if colon (string-drop specification (1+ colon)) "out")))
    (call-with-values (lambda () (package-name->name+version full))
      (lambda (name version)
        (manifest-pattern
         (name name)
         (version version)
         (output output))))))

(define (raise-not-installed specification manifest)
  (define installed
    (map entry-specification (manifest-entries manifest)))

  (define others                        ;of this name
    (let ((name (car (string-split specification (char-set #\: #\@)))))
      (filter-map (lambda (entry)
                    (and (string=? name (manifest-entry-name entry))
                         (string-append (entry-specification entry) " "
                                        (manifest-entry-version entry))))
                  (manifest-entries manifest))))

  (raise-with-hint
   (format #f (G_ "package '~a' is not in the profile") specification)
   (cond ((null? installed)
          (G_ "the profile holds no package"))
         ((pair? others)
          (format #f (G_ "the profile holds ~a") (string-join others ", ")))
         ((nearest-name specification installed)
          => (cut format #f (G_ "did you mean '~a'?") <>))
         (else
          (G_ "'nacre package --list-installed' lists what it holds")))))

(define (add-removal specification manifest transaction)
  (let ((pattern (specification->pattern specification)))
    (when (null? (manifest-entries
                  (matching-manifest manifest pattern)))
      (raise-not-installed specification manifest))
    (manifest-transaction-remove-pattern pattern transaction)))

(define (matching-manifest m pattern)
  "Return the manifest of the entries of M that match PATTERN, none if that raises an
error."
  (manifest (guard (c (#t '()))
              (manifest-matching-entries m (list pattern)))))


;;;
;;; Upgrading.
;;;

(define (compile-regexp text)
  (catch 'regular-expression-syntax
    (lambda ()
      (make-regexp text regexp/icase))
    (lambda (key procedure message . _)
      (raise (formatted-message (G_ "'~a' is not a regular expression: ~a")
                                text message)))))

(define (upgrade-predicate patterns kept)
  "Return a procedure that says whether a package of a name is to be upgraded: its name
matches one of PATTERNS and none of KEPT."
  (let ((patterns (map compile-regexp patterns))
        (kept     (map compile-regexp kept)))
    (lambda (name)
      (and (any (cut regexp-exec <> name) patterns)
           (not (any (cut regexp-exec <> name) kept))))))

(define (entry-transformation entry)
  "Return the procedure that changes a package as ENTRY's was."
  (match (recorded-transformations entry)
    (() identity)
    (options (transformation options))))

(define (replace-superseded old new transaction)
  (info (G_ "package '~a' has been superseded by '~a'~%")
        (manifest-entry-name old) (package-name new))
  (manifest-transaction-install-entry
   (package->manifest-entry new (manifest-entry-output old))
   (manifest-transaction-remove-pattern
    (manifest-pattern
     (name (manifest-entry-name old))
     (version (manifest-entry-version old))
     (output (manifest-entry-output old)))
    transaction)))

(define (replace-if-newer store old package transaction)
  (define (new)
    (package->manifest-entry package (manifest-entry-output old)))

  (case (version-compare (package-version package) (manifest-entry-version old))
    ((>) (manifest-transaction-install-entry (new) transaction))
    ((<) transaction)
    ((=) (let ((new (new)))
           (if (same-entry? store new old)
               transaction
               (manifest-transaction-install-entry new transaction))))))

(define (add-upgrade store entry transaction)
  "Return TRANSACTION with the upgrade of ENTRY, if there is one."
  (if (manifest-transaction-removal-candidate? entry transaction)
      transaction
      (match (find-best-packages-by-name (manifest-entry-name entry) #f)
        (()
         (warning (G_ "package '~a' no longer exists: it stays as it is~%")
                  (manifest-entry-name entry))
         transaction)
        ((newest . _)
         (match (package-superseded newest)
           ((? package? new)
            (replace-superseded entry new transaction))
           (_
            (replace-if-newer store entry
                              ((entry-transformation entry) newest)
                              transaction)))))))


;;;
;;; Installing.
;;;

(define (store-item->entry store item)
  (unless (valid-path? store item)
    (raise-with-hint (format #f (G_ "'~a' is not in the store") item)
                     (G_ "only items that were built or fetched can be installed")))
  (call-with-values
      (lambda ()
        (package-name->name+version (store-path-package-name item) #\-))
    (lambda (name version)
      (list (manifest-entry
             (name name)
             (version (or version ""))
             (item item))))))

(define (specification->entry specification)
  (call-with-values
      (lambda () (specification->package+output specification))
    (lambda (package output)
      (package->manifest-entry package output))))

(define (installation->entries store transform installation)
  "Return the entries for INSTALLATION, a specification or a pair of a value and the name
of the code that evaluated to it, with TRANSFORM applied to their packages."
  (define entries
    (match installation
      ((? string? specification)
       (if (string-prefix? (string-append (%store-prefix) "/") specification)
           (store-item->entry store specification)
           (list (specification->entry specification))))
      ((object . origin)
       (object->entries object origin))))

  (manifest-entries (transform-manifest transform (manifest entries))))


;;;
;;; The transaction.
;;;

(define* (plan-transaction store profile
                           #:key (install '()) (remove '()) (upgrade '()) (keep '())
                           manifests (transformations '()) channel-record)
  "Return a list of what is to be changed in PROFILE: \"nothing\", \"the same\" as it is
already, or \"changes\"; of the effects (see manifest-effects); and of the new manifest.

First what the specifications REMOVE mean is removed, then what matches UPGRADE and not
KEEP is upgraded, then INSTALL is installed (see installation->entries), what is there
already left in its place.  If MANIFESTS, pairs of a manifest and its origin, are given,
theirs are the entries instead of the profile's.  TRANSFORMATIONS, an alist as
'options->transformation' takes it, changes the packages of INSTALL; CHANNEL-RECORD names
the file about the channel's origin."
  (define old (profile-manifest profile))

  (define start
    (if manifests
        (concatenate-manifests
         (map (match-lambda
                ((value . origin) (check-manifest value origin)))
              manifests))
        old))

  (define upgrade?
    (upgrade-predicate upgrade keep))

  (let* ((removed  (fold (cut add-removal <> start <>)
                         (manifest-transaction) remove))
         (upgraded (fold (lambda (entry transaction)
                           (if (upgrade? (manifest-entry-name entry))
                               (add-upgrade store entry transaction)
                               transaction))
                         removed
                         (if manifests '() (manifest-entries start))))
         (entries  (append-map (cut installation->entries store
                                    (transformation transformations) <>)
                               install))
         (others   (delete-installed store entries
                                     (manifest-perform-transaction start removed)))
         (all      (fold manifest-transaction-install-entry upgraded
                         (reverse others)))
         (new      (with-provenance
                    (manifest-perform-transaction start all) channel-record)))
    (list (cond ((not (or manifests
                          (pair? entries)
                          (not (manifest-transaction-null? all))))
                 "nothing")
                ((unchanged? store old new) "the same")
                (else "changes"))
          (manifest-effects store old new)
          new)))

(define (delete-installed store entries manifest)
  (remove (cut installed? store <> manifest) entries))

(define (with-provenance manifest channel-record)
  "Return MANIFEST, whose packages record where they come from if that is known."
  (manifest-with-provenance manifest (read-channel-state channel-record)
                            #:warn? #f))

(define* (profile-derivation-file store manifest
                                  #:key allow-collisions? (hooks? #t))
  "Return the name of the derivation of the profile with the entries of MANIFEST."
  (derivation-file-name
   (run-with-store store
     (apply profile-derivation manifest
            #:allow-collisions? allow-collisions?
            (if hooks? '() '(#:hooks ()))))))
