;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The dependencies of a pack as in-toto's resource descriptors: the sources of all packages,
;;; and the channel that defines how they are built.
(define-module (nacre sbom dependencies)
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module (nacre json)
  #:use-module (nacre provenance)
  #:use-module (nacre sbom components)
  #:use-module (nacre sbom sources)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (manifest->dependencies))

(define (git-uri url commit)
  (string-append "git+" url "@" commit))

(define (source->descriptor source)
  (define commit (source-commit source))

  (define hash-name
    ;; in-toto's names have no hyphens; only the name shows that a hash is that of a tree.
    (string-append (string-map (lambda (char)
                                 (if (char=? char #\-) #\_ char))
                               (symbol->string (source-algorithm source)))
                   (if (source-hash-of-file? source) "" "_nar")))

  (define uris
    (if commit
        (map (lambda (url) (git-uri url commit)) (source-urls source))
        (source-urls source)))

  (json-object "name" (source-name source)
               "uri" (match uris
                       ((first . _) first)
                       (() #f))
               "digest" (json-object hash-name (source-hash source)
                                     "gitCommit" commit)
               "annotations" (match uris
                               ((_ _ . _) (json-object "mirrors" (list->vector (cdr uris))))
                               (_ #f))))

(define (channel->descriptor state)
  (json-object "name" "guix"
               "uri" (git-uri (channel-state-url state) (channel-state-commit state))
               "digest" (json-object "gitCommit" (channel-state-commit state))
               "annotations" (json-object "branch" (channel-state-branch state))))

(define (source<? one other)
  (string<? (string-append (source-name one) (source-hash one))
            (string-append (source-name other) (source-hash other))))

(define (manifest-sources manifest system target)
  "Return the sources of all packages that MANIFEST stands for."
  (define components
    (manifest-components manifest system target))

  (delete-duplicates
   (sort (append (filter-map component-source components)
                 (append-map component-ancestors components))
         source<?)
   (lambda (one other)
     (and (string=? (source-hash one) (source-hash other))
          (string=? (source-name one) (source-name other))))))

(define* (manifest->dependencies manifest state #:key system target)
  "Return, as JSON in a string, the dependencies of MANIFEST on SYSTEM or for TARGET,
with a channel in STATE."
  (call-with-output-string
    (lambda (port)
      (write-json
       (list->vector
        (append (if (channel-state-problem state)
                    '()
                    (list (channel->descriptor state)))
                (map source->descriptor
                     (manifest-sources manifest (or system (%current-system))
                                       target))))
       port))))
