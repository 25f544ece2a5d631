;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Releases of packages by their authors.  An *updater* knows where those of some
;;; packages are.
(define-module (guix upstream)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix git)
  #:use-module (guix git-download)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:autoload   (guix download) (download-to-store)
  #:export (upstream-source
            upstream-source?
            upstream-source-package
            upstream-source-version
            upstream-source-urls
            upstream-source-signature-urls
            upstream-source-inputs

            upstream-updater
            upstream-updater?
            upstream-updater-name
            upstream-updater-description
            upstream-updater-predicate
            upstream-updater-import

            %updaters
            lookup-updater
            package-latest-release))

(define-record-type* <upstream-source> upstream-source make-upstream-source
  upstream-source?
  (package        upstream-source-package)        ;its name
  (version        upstream-source-version)
  (urls           upstream-source-urls)           ;of one archive, or a git-reference
  (signature-urls upstream-source-signature-urls (default #f))
  (inputs         upstream-source-inputs (delayed) (default #f)))

(define-record-type* <upstream-updater> upstream-updater make-upstream-updater
  upstream-updater?
  (name        upstream-updater-name)             ;symbol
  (description upstream-updater-description)
  (pred        upstream-updater-predicate)        ;package → can it be asked for it?
  ;; package, #:version → <upstream-source> or #f
  (import      upstream-updater-import))

(define-gexp-compiler (upstream-source-compiler (source <upstream-source>)
                                                system target)
  (match (upstream-source-urls source)
    ((? git-reference? reference)
     (lower-object (git-reference->git-checkout reference) system))
    (urls
     (lambda (store)
       (values (download-to-store store urls) store)))))


;;;
;;; Releases by number.
;;;

(define (version-in-source? package)
  (match (package-source package)
    ((? origin? (= origin-uri uri))
     (match uri
       ((? git-reference? reference)
        (string-contains (git-reference-commit reference)
                         (package-version package)))
       ((or (? string? url) ((? string? url) . _))
        (string-contains url (package-version package)))
       (_ #f)))
    (_ #f)))

(define* (release-of-version original #:key version)
  "Return the release VERSION of the package ORIGINAL, which is where the version of its
source stands in the address, or #f if VERSION is #f: addresses do not say what the latest
is."
  (define (other text)
    (string-replace-substring text (package-version original) version))

  (define (other-urls uri)
    (match uri
      ((? git-reference? reference)
       (git-reference
        (inherit reference)
        (commit (other (git-reference-commit reference)))))
      ((? string? url) (list (other url)))
      ((urls ...) (map other urls))))

  (and version
       (upstream-source
        (package (package-upstream-name original))
        (version version)
        (urls (other-urls (origin-uri (package-source original)))))))

(define %address-updater
  (upstream-updater
   (name 'address)
   (description "A release whose version is known, by the address of the source")
   (pred version-in-source?)
   (import release-of-version)))

(define %updaters
  (delay (list %address-updater)))

(define* (lookup-updater package #:optional (updaters (force %updaters)))
  "Return the first of UPDATERS that can be asked for PACKAGE, or #f."
  (find (lambda (updater)
          ((upstream-updater-predicate updater) package))
        updaters))

(define* (package-latest-release package
                                 #:optional (updaters (force %updaters))
                                 #:key version)
  "Return the release VERSION of PACKAGE, or the latest one, as the first of UPDATERS that
knows it says; #f if none does."
  (any (lambda (updater)
         (and ((upstream-updater-predicate updater) package)
              ((upstream-updater-import updater) package #:version version)))
       updaters))
