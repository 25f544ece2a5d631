;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Where packages come from: the repository and the commit of the channel.  The build records them;
;;; the record is no longer valid once the files of the repository have changed.
(define-module (nacre provenance)
  #:use-module ((guix diagnostics) #:select (location-file warning))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix packages) #:select (package-location package?))
  #:use-module ((guix profiles)
                #:select (manifest-entry manifest-entry-item
                          manifest-entry-name manifest-entry-properties
                          map-manifest-entries))
  #:use-module (nacre roots)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:export (channel-state
            channel-state?
            channel-state-url
            channel-state-branch
            channel-state-commit
            channel-state-problem
            read-channel-state

            package-from-channel?
            manifest-with-provenance))

(define-record-type <channel-state>
  (channel-state url branch commit problem)
  channel-state?
  (url     channel-state-url)           ;string, or #f
  (branch  channel-state-branch)        ;string, or #f
  (commit  channel-state-commit)        ;string, or #f
  (problem state-problem))              ;why some of these are unknown, or #f

;; A procedure, which the engine can call; the accessor is syntax.
(define (channel-state-problem state)
  "Return why the repository or the commit of STATE is unknown, or #f."
  (state-problem state))

;; Guix's own files give the main channel this name.
(define %channel-name 'guix)

(define (changed-since? time directory)
  "Return whether a Scheme file below DIRECTORY is newer than TIME, in seconds."
  (define (newer? file stat)
    (and (string-suffix? ".scm" file)
         (> (stat:mtime stat) time)))

  (file-system-fold (lambda (file stat changed?)      ;enter?
                      (not changed?))
                    (lambda (file stat changed?)      ;leaf
                      (or changed? (newer? file stat)))
                    (lambda (file stat changed?) changed?)
                    (lambda (file stat changed?) changed?)
                    (lambda (file stat changed?) changed?)
                    (lambda (file stat errno changed?) changed?)
                    #f directory))

(define* (read-channel-state record
                             #:optional (directories (list engine-directory
                                                           channel-directory)))
  "Return the state of the channel, whose repository has the files below DIRECTORIES, from
the file RECORD, \"\" if the channel has none."
  (define (unknown problem)
    (channel-state #f #f #f problem))

  (define (field name alist)
    (match (assq name alist)
      ((_ (? string? value)) value)
      (_ #f)))

  (define fields
    (and (file-exists? record)
         (match (false-if-exception (call-with-input-file record read))
           ((and alist (((? symbol?) _) ...)) alist)
           (_ #f))))

  (cond ((string-null? record)
         (unknown (G_ "the repository of the channel that NACRE_CHANNEL names is unknown")))
        ((not fields)
         (unknown (G_ "nacre was built without a record of its sources")))
        ((field 'unknown fields) => unknown)
        ((any (cut changed-since? (stat:mtime (stat record)) <>) directories)
         (unknown (G_ "the sources have changed since nacre was built")))
        ((not (field 'url fields))
         (channel-state #f (field 'branch fields) (field 'commit fields)
                        (G_ "the repository of nacre's sources has no address")))
        (else
         (channel-state (field 'url fields) (field 'branch fields)
                        (field 'commit fields) #f))))

(define (state->sexp state)
  `(repository
    (version 0)
    (url ,(channel-state-url state))
    (branch ,(channel-state-branch state))
    (commit ,(channel-state-commit state))
    (name ,%channel-name)))

(define (package-from-channel? package)
  "Return whether PACKAGE was defined in this channel."
  (match (and=> (package-location package) location-file)
    (#f #f)
    (file
     (let ((file (if (absolute-file-name? file)
                     file
                     (search-path %load-path file))))
       (and file
            (string-prefix? (string-append channel-directory "/")
                            (canonicalize-path file)))))))

(define (warn-of-problem problem)
  (warning (G_ "the pack does not record where its packages come from: ~a~%")
           problem))

(define* (manifest-with-provenance manifest state #:key (warn? #t))
  "Return MANIFEST, each entry of which records where its package comes from,
according to STATE; if WARN?, warn of packages whose origin is unknown."
  (define (with-provenance entry)
    (let ((package (manifest-entry-item entry)))
      (cond ((assq 'provenance (manifest-entry-properties entry))
             entry)
            ((and (package? package) (package-from-channel? package))
             (manifest-entry
              (inherit entry)
              (properties `((provenance ,(state->sexp state))
                            ,@(manifest-entry-properties entry)))))
            (else
             (when warn?
               (warning (G_ "could not determine provenance of package ~a~%")
                        (manifest-entry-name entry)))
             entry))))

  (match (channel-state-problem state)
    (#f
     (map-manifest-entries with-provenance manifest))
    (problem
     (when warn?
       (warn-of-problem problem))
     manifest)))
