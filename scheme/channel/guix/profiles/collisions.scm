;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Two entries of one name and output that are different items.
(define-module (guix profiles collisions)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix profiles entries)
  #:use-module (guix profiles errors)
  #:use-module (guix profiles manifests)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (check-for-collisions
            check-paths-for-collisions))

(define (full-name entry)
  (string-append (manifest-entry-name entry) "@" (manifest-entry-version entry)))

(define (propagation entry)
  "Return the entries that bring ENTRY into its profile, the nearest first."
  (unfold not identity
          (compose force manifest-entry-parent)
          (force (manifest-entry-parent entry))))

(define (describe entry path)
  "Return the lines about ENTRY, whose item is PATH."
  (string-append "  " (full-name entry) " " path
                 (string-concatenate
                  (map (lambda (parent)
                         (format #f (G_ "\n    propagated from ~a")
                                 (full-name parent)))
                       (propagation entry)))))

(define (requested entry)
  ;; The one that the user has asked for.
  (match (propagation entry)
    (() entry)
    (entries (last entries))))

(define (raise-collision first first-path second second-path)
  (define names
    (delete-duplicates
     (list (manifest-entry-name (requested first))
           (manifest-entry-name (requested second)))))

  (raise (condition
          (&profile-collision-error (entry first) (conflict second))
          (&message
           (message (format #f (G_ "profile contains conflicting entries for '~a'~a:\n~a\n~a")
                            (manifest-entry-name first)
                            (match (manifest-entry-output first)
                              ("out" "")
                              (output (format #f (G_ ", output '~a'") output)))
                            (describe first first-path)
                            (describe second second-path))))
          (&fix-hint
           (hint (match names
                   ((one)
                    (format #f (G_ "leave one of them out, or make two profiles; \
--allow-collisions takes the first")))
                   ((one other)
                    (format #f (G_ "upgrade both '~a' and '~a', remove one of them, \
or make two profiles; --allow-collisions takes the first")
                            one other))))))))

(define (check-paths-for-collisions items)
  "Raise an error if two of ITEMS, pairs of an entry and its store path, have the
same name and output and different paths."
  (define seen (make-hash-table))

  (for-each (match-lambda
              ((entry . path)
               (let ((key (manifest-entry-key entry)))
                 (match (hash-ref seen key)
                   (#f
                    (hash-set! seen key (cons entry path)))
                   ((other . other-path)
                    (unless (string=? path other-path)
                      (raise-collision other other-path entry path)))))))
            items))

(define* (check-for-collisions manifest system #:key target)
  "Return as a monadic value #t, or raise an error if entries of MANIFEST for SYSTEM and
TARGET, or what they propagate, collide."
  (let ((entries (manifest-transitive-entries manifest)))
    (mlet %store-monad ((lowered (mapm %store-monad
                                       (lambda (entry)
                                         (lower-manifest-entry entry system
                                                               #:target target))
                                       entries)))
      (check-paths-for-collisions
       (map (lambda (entry lowered)
              (cons entry (manifest-entry-item lowered)))
            entries lowered))
      (return #t))))
