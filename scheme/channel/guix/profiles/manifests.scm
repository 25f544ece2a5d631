;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Manifests: lists of the packages of a profile, and changes of them.
(define-module (guix profiles manifests)
  #:use-module (guix records)
  #:use-module (guix search-paths)
  #:use-module ((guix utils) #:select (version>=?))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (&unmatched-pattern-error
            unmatched-pattern-error?
            unmatched-pattern-error-pattern
            unmatched-pattern-error-manifest

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
            manifest-entry-key

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

            manifest-transaction
            manifest-transaction?
            manifest-transaction-install
            manifest-transaction-remove
            manifest-transaction-install-entry
            manifest-transaction-remove-pattern
            manifest-transaction-null?
            manifest-transaction-removal-candidate?
            manifest-transaction-effects
            manifest-perform-transaction))

(define-condition-type &unmatched-pattern-error &error
  unmatched-pattern-error?
  (pattern  unmatched-pattern-error-pattern)
  (manifest unmatched-pattern-error-manifest))


;;;
;;; Entries.
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
  "Return #t if A and B are equal except for their parents and properties."
  (or (eq? a b)
      (and (string=? (manifest-entry-name a) (manifest-entry-name b))
           (string=? (manifest-entry-version a) (manifest-entry-version b))
           (string=? (manifest-entry-output a) (manifest-entry-output b))
           (equal? (manifest-entry-item a) (manifest-entry-item b))
           (equal? (manifest-entry-search-paths a)
                   (manifest-entry-search-paths b))
           (= (length (manifest-entry-dependencies a))
              (length (manifest-entry-dependencies b)))
           (every manifest-entry=?
                  (manifest-entry-dependencies a)
                  (manifest-entry-dependencies b)))))

(define (manifest-entry-key entry)
  "Return what two entries of one profile must not have in common."
  (cons (manifest-entry-name entry) (manifest-entry-output entry)))

(define (manifest-transitive-entries manifest)
  "Return the entries of MANIFEST and all their dependencies, breadth first, without
duplicates."
  (define seen-paths (make-hash-table))
  (define seen-objects (make-hash-table))

  (define (new? entry)
    ;; Note that ENTRY was seen; return #f if one of the same item and output was.
    (let* ((item    (manifest-entry-item entry))
           (output  (manifest-entry-output entry))
           (path?   (string? item))
           (outputs (if path?
                        (hash-ref seen-paths item '())
                        (hashq-ref seen-objects item '()))))
      (and (not (member output outputs))
           (begin
             (if path?
                 (hash-set! seen-paths item (cons output outputs))
                 (hashq-set! seen-objects item (cons output outputs)))
             #t))))

  (let loop ((entries (manifest-entries manifest)) (result '()))
    (match (filter new? entries)
      (()  (reverse result))
      (new (loop (append-map manifest-entry-dependencies new)
                 (append-reverse new result))))))

(define (concatenate-manifests manifests)
  "Return the manifest of all entries of MANIFESTS, in order."
  (manifest (append-map manifest-entries manifests)))

(define (map-manifest-entries proc m)
  "Apply PROC to each entry of the manifest M; return the resulting manifest."
  (manifest (map proc (manifest-entries m))))

(define (manifest-search-paths manifest)
  "Return the search paths of MANIFEST's entries and their dependencies, $PATH
first."
  (delete-duplicates
   (cons $PATH
         (append-map manifest-entry-search-paths
                     (manifest-transitive-entries manifest)))))


;;;
;;; Looking up, adding and removing.
;;;

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
  "Return the entries of MANIFEST that match each of PATTERNS, pattern by pattern.
Raise '&unmatched-pattern-error' if one of them matches none."
  (append-map (lambda (pattern)
                (match (filter (matches? pattern) (manifest-entries manifest))
                  (()
                   (raise (condition
                           (&unmatched-pattern-error
                            (pattern pattern)
                            (manifest manifest)))))
                  (entries entries)))
              patterns))

(define (manifest-add m entries)
  "Return the manifest M with ENTRIES before its own, the last one first: what is
installed last hides what it has in common with the others.  An entry of M with the same
name and output as a new one is left out."
  (define (with-entry entry others)
    (cons entry
          (remove (lambda (other)
                    (equal? (manifest-entry-key entry) (manifest-entry-key other)))
                  others)))

  (manifest (fold with-entry (manifest-entries m) entries)))

(define (manifest-remove m patterns)
  "Return the manifest M without the entries that match one of PATTERNS."
  (manifest (remove (lambda (entry)
                      (any (lambda (pattern) ((matches? pattern) entry))
                           patterns))
                    (manifest-entries m))))


;;;
;;; Transactions.
;;;

(define-record-type* <manifest-transaction>
  manifest-transaction make-manifest-transaction
  manifest-transaction?
  this-manifest-transaction
  (install manifest-transaction-install ;list of <manifest-entry>
           (default '()))
  (remove  manifest-transaction-remove  ;list of <manifest-pattern>
           (default '())))

(define (manifest-transaction-install-entry entry transaction)
  "Return TRANSACTION with the installation of ENTRY."
  (manifest-transaction
   (inherit transaction)
   (install (cons entry (manifest-transaction-install transaction)))))

(define (manifest-transaction-remove-pattern pattern transaction)
  "Return TRANSACTION with the removal of what PATTERN matches."
  (manifest-transaction
   (inherit transaction)
   (remove (cons pattern (manifest-transaction-remove transaction)))))

(define (manifest-transaction-null? transaction)
  "Return #t if TRANSACTION changes nothing."
  (and (null? (manifest-transaction-install transaction))
       (null? (manifest-transaction-remove transaction))))

(define (manifest-transaction-removal-candidate? entry transaction)
  "Return #t if TRANSACTION removes ENTRY."
  (any (lambda (pattern) ((matches? pattern) entry))
       (manifest-transaction-remove transaction)))

(define (manifest-transaction-effects manifest transaction)
  "Return four values: the entries of MANIFEST that TRANSACTION removes, those that it
installs, and those that it upgrades and downgrades, each as a pair of the old and the new
entry.  An entry that takes the place of one with its own version counts as an upgrade."
  (define (previous entry)
    (find (lambda (other)
            (equal? (manifest-entry-key entry) (manifest-entry-key other)))
          (manifest-entries manifest)))

  (define (pair=? a b)
    (and (manifest-entry=? (car a) (car b))
         (manifest-entry=? (cdr a) (cdr b))))

  (define-values (replaced new)
    (partition car
               (map (lambda (entry) (cons (previous entry) entry))
                    (manifest-transaction-install transaction))))

  (define-values (upgraded downgraded)
    (partition (match-lambda
                 ((old . new)
                  (version>=? (manifest-entry-version new)
                              (manifest-entry-version old))))
               replaced))

  (values (delete-duplicates
           (manifest-matching-entries manifest
                                      (manifest-transaction-remove transaction))
           manifest-entry=?)
          (delete-duplicates (map cdr new) manifest-entry=?)
          (delete-duplicates upgraded pair=?)
          (delete-duplicates downgraded pair=?)))

(define (manifest-perform-transaction manifest transaction)
  "Return MANIFEST after TRANSACTION: what it removes goes first."
  (manifest-add (manifest-remove manifest
                                 (manifest-transaction-remove transaction))
                (manifest-transaction-install transaction)))
