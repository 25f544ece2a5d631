;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What can be downloaded rather than built.
(define-module (guix store substitutes)
  #:use-module (guix store connection)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
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
  "Return the <substitutable> of those of PATHS for which the servers that builds
over STORE would ask have one."
  (if (null? (substitute-urls store))
      '()
      (raise (condition
              (&store-protocol-error
               (message "programs cannot ask for substitutes yet")
               (status 1))))))

(define (substitutable-paths store paths)
  "Return those of PATHS for which there is a substitute."
  (map substitutable-path (substitutable-path-info store paths)))

(define (has-substitutes? store path)
  "Return #t when there is a substitute for PATH."
  (not (null? (substitutable-paths store (list path)))))
