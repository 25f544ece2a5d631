;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What differs between the manifest of a profile, whose items are store paths, and one that takes its
;;; place.
(define-module (nacre manifest-difference)
  #:use-module ((guix profiles)
                #:select (lower-manifest-entry manifest-entries manifest-entry-name
                          manifest-entry-output manifest-entry-properties
                          manifest-entry-version manifest-entry=?))
  #:use-module ((guix store) #:select (run-with-store))
  #:use-module ((guix utils) #:select (%current-system version-compare))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (entry-specification
            recorded-transformations
            same-entry?
            installed?
            unchanged?
            manifest-effects))

(define (entry-specification entry)
  "Return what a user calls ENTRY: NAME or NAME:OUTPUT."
  (match (manifest-entry-output entry)
    ("out"  (manifest-entry-name entry))
    (output (string-append (manifest-entry-name entry) ":" output))))

(define (lower store entry)
  "Return ENTRY with store paths as items."
  (run-with-store store
    (lower-manifest-entry entry (%current-system))))

(define (recorded-transformations entry)
  "Return what the package of ENTRY was changed by, an alist."
  (or (assq-ref (manifest-entry-properties entry) 'transformations) '()))

(define (same-entry? store new old)
  "Return #t if the entry NEW is what the entry OLD of a profile is."
  (and (manifest-entry=? (lower store new) old)
       (equal? (recorded-transformations new) (recorded-transformations old))))

(define (entry-key entry)
  (cons (manifest-entry-name entry) (manifest-entry-output entry)))

(define (find-entry entry entries)
  (find (lambda (other) (equal? (entry-key entry) (entry-key other))) entries))

(define (effect kind entry before after)
  (list kind (entry-specification entry) before after))

(define (manifest-effects store old new)
  "Return what differs between the manifests OLD, of a profile, and NEW: a list of
(KIND NAME VERSION-BEFORE VERSION-AFTER) lists."
  (define (entry-effect entry)
    (match (find-entry entry (manifest-entries old))
      (#f
       (effect "install" entry "" (manifest-entry-version entry)))
      (before
       (let ((old-version (manifest-entry-version before))
             (new-version (manifest-entry-version entry)))
         (cond ((eq? entry before) #f)
               ((eq? '< (version-compare new-version old-version))
                (effect "downgrade" entry old-version new-version))
               ((and (string=? old-version new-version)
                     (same-entry? store entry before))
                #f)
               (else
                (effect "upgrade" entry old-version new-version)))))))

  (sort (append (filter-map (lambda (entry)
                              (and (not (find-entry entry (manifest-entries new)))
                                   (effect "remove" entry
                                           (manifest-entry-version entry) "")))
                            (manifest-entries old))
                (filter-map entry-effect (manifest-entries new)))
        (lambda (a b) (string<? (second a) (second b)))))

(define (unchanged? store old new)
  "Return #t if the manifest NEW has the entries of OLD, a profile's, in its order."
  (let ((old (manifest-entries old))
        (new (manifest-entries new)))
    (and (= (length old) (length new))
         (every (lambda (new old)
                  (or (eq? new old)
                      (and (equal? (manifest-entry-properties new)
                                   (manifest-entry-properties old))
                           (same-entry? store new old))))
                new old))))

(define (installed? store entry manifest)
  "Return #t if MANIFEST, a profile's, has what ENTRY is."
  (match (find-entry entry (manifest-entries manifest))
    (#f     #f)
    (before (same-entry? store entry before))))
