;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Queries about substitutes.
(define-module (guix store substitutes)
  #:use-module (guix store connection)
  #:use-module ((nacre substitute) #:prefix native:)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-9)
  #:export (substitutable?
            substitutable-path
            substitutable-deriver
            substitutable-references
            substitutable-download-size
            substitutable-nar-size

            substitutable-path-info
            substitutable-paths
            has-substitutes?))

(define-record-type <substitutable>
  (make-substitutable path deriver references download-size nar-size)
  substitutable?
  (path          substitutable-path)
  (deriver       substitutable-deriver)           ;or ""
  (references    substitutable-references)
  (download-size substitutable-download-size)     ;bytes; 0 if not known
  (nar-size      substitutable-nar-size))

(define (substitutable-path-info store paths)
  "Return the <substitutable> of those of PATHS that the servers of builds over
STORE offer."
  (map (match-lambda
         ((path deriver references download-size nar-size)
          (make-substitutable path (or deriver "") references
                              download-size nar-size)))
       (if (null? (substitute-urls store))
           '()
           (native:substitutable-path-info store paths (substitute-urls store)))))

(define (substitutable-paths store paths)
  "Return those of PATHS that the servers offer."
  (map substitutable-path (substitutable-path-info store paths)))

(define (has-substitutes? store path)
  "Return #t when there is a substitute for PATH."
  (not (null? (substitutable-paths store (list path)))))
