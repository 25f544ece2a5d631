;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; A manifest, in code, of what profiles hold.  Code names packages of the channel: that it means what
;;; the profile holds is checked by evaluating it.
(define-module (nacre export-manifest)
  #:use-module ((gnu packages)
                #:select (package-unique-version-prefix specification->package))
  #:use-module ((guix diagnostics) #:select (&fix-hint))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix profiles)
                #:select (concatenate-manifests lower-manifest-entry
                          manifest->code manifest-entries manifest-entry-name
                          manifest-entry-output manifest-entry-properties
                          manifest-entry-version manifest-entry=?
                          package->manifest-entry profile-manifest))
  #:use-module ((guix store) #:select (run-with-store))
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module (nacre transformations)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 pretty-print)
  #:export (exported-manifest))

(define (version-to-write entry)
  (package-unique-version-prefix (manifest-entry-name entry)
                                 (manifest-entry-version entry)))

(define (named-package entry)
  "Return the package that the code for ENTRY names, or #f if there is none."
  (guard (c ((message-condition? c) #f))
    (specification->package
     (match (version-to-write entry)
       (""      (manifest-entry-name entry))
       (version (string-append (manifest-entry-name entry) "@" version))))))

(define (transform-as-recorded entry package)
  (match (assq-ref (manifest-entry-properties entry) 'transformations)
    (#f package)
    (options
     ((transformation options) package))))

(define (problem store entry)
  "Return why code cannot express ENTRY, or #f if it can."
  (define (means-entry? package)
    (manifest-entry=?
     (run-with-store store
       (lower-manifest-entry
        (package->manifest-entry (transform-as-recorded entry package)
                                 (manifest-entry-output entry))
        (%current-system)))
     entry))

  (match (named-package entry)
    (#f
     (format #f (G_ "'~a@~a': no package of this channel is called that")
             (manifest-entry-name entry) (manifest-entry-version entry)))
    (package
     (and (not (means-entry? package))
          (format #f (G_ "'~a@~a': the package of that name in this channel is another one")
                  (manifest-entry-name entry) (manifest-entry-version entry))))))

(define (raise-inexact problems)
  (raise (condition
          (&message
           (message (format #f (G_ "no manifest can express exactly what the profile \
holds:~%  ~a")
                            (string-join problems "\n  "))))
          (&fix-hint
           (hint (G_ "packages of files and expressions, and packages that Scheme code \
has changed, have no name; packages of another state of the channel become those of this one \
by 'nacre upgrade'"))))))

(define %introduction
  ";; This manifest, for 'nacre package -m' or 'nacre shell -m', names what the profile
;; holds.  With another state of the channel the same names mean other packages:
;; 'nacre package --export-channels' prints the state that they come from.
")

(define (exported-manifest store profiles)
  "Return the text of a file that evaluates to the manifest of PROFILES, a list of file
names; raise an error if there cannot be one."
  (let ((manifest (concatenate-manifests (map profile-manifest profiles))))
    (match (filter-map (lambda (entry) (problem store entry))
                       (manifest-entries manifest))
      (() #t)
      (problems (raise-inexact problems)))
    (match (manifest->code manifest #:entry-package-version version-to-write)
      (('begin forms ...)
       (call-with-output-string
         (lambda (port)
           (display %introduction port)
           (for-each (lambda (form)
                       (newline port)
                       (pretty-print form port))
                     forms)))))))
