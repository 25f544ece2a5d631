;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What 'nacre build' makes of packages besides themselves: their sources, those of all
;;; that they are built with, and the packages that depend on them.
(define-module (nacre related-packages)
  #:use-module ((gnu packages) #:select (fold-packages))
  #:use-module ((guix diagnostics) #:select (formatted-message))
  #:use-module ((guix graph) #:select (node-back-edges))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix packages)
                #:select (package-direct-sources package-full-name package-source
                          package-transitive-sources package?))
  #:use-module ((guix profiles) #:select (manifest-entries manifest-entry-item))
  #:use-module ((guix scripts graph) #:select (%bag-node-type))
  #:use-module ((guix store) #:select (run-with-store))
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module ((nacre commands) #:select (objects->requests))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (related-requests))

(define (manifest-packages manifest)
  (filter package? (map manifest-entry-item (manifest-entries manifest))))

(define (own-source package)
  (or (package-source package)
      (raise (formatted-message (G_ "package '~a' has no source")
                                (package-full-name package)))))

(define (dependents store packages depth system)
  "Return PACKAGES and those that are built with them, at most DEPTH steps away if that is
not #f, the nearest first."
  (define back-edges
    (run-with-store store
      (node-back-edges %bag-node-type
                       (fold-packages cons '() #:select? (const #t)))
      #:system system))

  (define seen (make-hash-table))

  (define (new? package)
    (and (not (hashq-ref seen package))
         (hashq-set! seen package #t)))

  (let loop ((level (filter new? packages)) (left depth) (result '()))
    (if (or (null? level) (eqv? left 0))
        (append result level)
        (loop (filter new? (append-map back-edges level))
              (and left (1- left))
              (append result level)))))

(define (related-objects store manifest kind depth system)
  (define packages (manifest-packages manifest))

  (match kind
    ("packages"           (map manifest-entry-item (manifest-entries manifest)))
    ("sources"            (map own-source packages))
    ("all-sources"        (append-map package-direct-sources packages))
    ("transitive-sources" (delete-duplicates
                           (append-map package-transitive-sources packages)
                           eq?))
    ("dependents"         (dependents store packages depth system))))

(define (related-requests store manifest kind depth system target)
  "Return what to ask the store to build (see 'objects->requests') for the packages of
MANIFEST. KIND is one of \"packages\", \"sources\", \"all-sources\",
\"transitive-sources\" and \"dependents\", those at most DEPTH steps away if that is not
#f; SYSTEM and TARGET are strings or #f."
  (let ((system (or system (%current-system))))
    (parameterize ((%current-system system))
      (objects->requests store '()
                         (list (cons (related-objects store manifest kind depth system)
                                     kind))
                         '() system target #f))))
