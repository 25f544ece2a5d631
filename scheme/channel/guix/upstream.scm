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
  #:autoload   (nacre fetch) (git-tags)
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

(define (source-addresses package)
  "Return the address, or the list of addresses, of PACKAGE's source, or #f."
  (match (package-source package)
    ((? origin? (= origin-uri uri)) uri)
    ((? upstream-source? (= upstream-source-urls urls)) urls)
    (_ #f)))

(define (version-in-source? package)
  (match (source-addresses package)
    ((? git-reference? reference)
     (string-contains (git-reference-commit reference) (package-version package)))
    ((or (? string? url) ((? string? url) . _))
     (string-contains url (package-version package)))
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
        (urls (other-urls (source-addresses original))))))

(define %address-updater
  (upstream-updater
   (name 'address)
   (description "A release whose version is known, by the address of the source")
   (pred version-in-source?)
   (import release-of-version)))



;;;
;;; Tags of Git repositories.
;;;

(define (git-source package)
  "Return the 'git-reference' or the 'git-checkout' that PACKAGE is made from, or #f."
  (match (package-source package)
    ((? git-checkout? checkout) checkout)
    ((or (? origin? (= origin-uri (? git-reference? reference)))
         (? upstream-source? (= upstream-source-urls (? git-reference? reference))))
     reference)
    (_ #f)))

(define (source-url source)
  (if (git-checkout? source)
      (git-checkout-url source)
      (git-reference-url source)))

(define (tag-prefix package)
  "Return what stands before the version in the tag that PACKAGE is made from, such as
\"v\"; \"v\" or nothing (#f) if it is not made from such a tag."
  (match (git-source package)
    ((? git-reference? (= git-reference-commit commit))
     (let ((version (package-version package)))
       (and (string-suffix? version commit)
            (string-drop-right commit (string-length version)))))
    (_ #f)))

(define (tag-version tag prefix)
  "Return the version in TAG, which begins with PREFIX, or with \"v\" or nothing if PREFIX
is #f; #f if it has none, or if it is that of a release before the real one."
  (let ((rest (cond (prefix
                     (and (string-prefix? prefix tag)
                          (string-drop tag (string-length prefix))))
                    ((string-prefix? "v" tag) (string-drop tag 1))
                    (else tag))))
    (and rest
         (regexp-exec %release rest)
         rest)))

(define %release
  (make-regexp "^[0-9]+([.][0-9]+)*$"))

(define (newest-tag tags prefix)
  "Return the version and the tag of the newest release among TAGS, as a pair, or #f."
  (fold (lambda (tag newest)
          (match (tag-version tag prefix)
            (#f newest)
            (version
             (if (and newest (version>=? (car newest) version))
                 newest
                 (cons version tag)))))
        #f
        tags))

(define* (release-of-tag package #:key version)
  "Return the release VERSION of PACKAGE, or if it is #f the newest one, among the tags of
its Git repository; #f if it has none."
  (define source (git-source package))
  (define prefix (tag-prefix package))
  (define tags (git-tags (source-url source)))

  (match (if version
             (let ((tag (find (lambda (tag)
                                (equal? version (tag-version tag prefix)))
                              tags)))
               (and tag (cons version tag)))
             (newest-tag tags prefix))
    (#f #f)
    ((newest . tag)
     (let ((recursive (if (git-checkout? source)
                          (git-checkout-recursive? source)
                          (git-reference-recursive? source)))
           (url       (source-url source))
           (name      (package-upstream-name package)))
       (upstream-source
        (package name)
        (version newest)
        (urls (git-reference (url url) (commit tag) (recursive? recursive))))))))

(define %git-updater
  (upstream-updater
   (name 'git)
   (description "The tags of the package's Git repository")
   (pred (compose ->bool git-source))
   (import release-of-tag)))

(define %updaters
  (delay (list %git-updater %address-updater)))

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
