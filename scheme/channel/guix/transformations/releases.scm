;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Transformations to other releases of a package.
(define-module (guix transformations releases)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix transformations specifications)
  #:use-module (guix upstream)
  #:use-module (guix utils)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (with-latest
            with-version
            package-with-upstream-version))

(define* (fetch-release source hash-algo hash #:optional name
                        #:key (system (%current-system)) guile executable?)
  "Return as a monadic value the archive of SOURCE, an <upstream-source>.  It is the
method of origins whose hash is not known."
  (lower-object source system))

(define (with-release original release preserve-patches?)
  (package
    (inherit original)
    (version (upstream-source-version release))
    (source (if (and preserve-patches? (origin? (package-source original)))
                (origin
                  (inherit (package-source original))
                  (method fetch-release)
                  (uri release))
                release))))

(define (warn-of-release original release)
  (define version (upstream-source-version release))

  (when (version>? (package-version original) version)
    (warning (G_ "using ~a ~a, which is older than the packaged version (~a)~%")
             (package-name original) version (package-version original)))
  (warning (G_ "the source of ~a ~a is not authenticated: its hash is not known~%")
           (package-name original) version))

(define* (package-with-upstream-version original #:optional version
                                        #:key preserve-patches?
                                        (authenticate? #t)
                                        (preserve-archive-type? #t))
  "Return a package like ORIGINAL with its release VERSION, or the latest one, as an
updater of (guix upstream) finds it; with PRESERVE-PATCHES?, the patches and the snippet
of its origin apply.  Raise an error if no updater knows the release.  Sources have no
signatures here: AUTHENTICATE? is accepted and ignored, and so is PRESERVE-ARCHIVE-TYPE?."
  (define release
    (package-latest-release original #:version version))

  (cond ((not release)
         (raise-unknown-release original version))
        ((string=? (upstream-source-version release) (package-version original))
         (unless version
           (info (G_ "~a is already the latest version of '~a'~%")
                 (package-version original) (package-name original)))
         original)
        (else
         (warn-of-release original release)
         (with-release original release preserve-patches?))))

(define (raise-unknown-release original version)
  (raise (make-compound-condition
          (if version
              (formatted-message (G_ "it is not known where version ~a of '~a' is")
                                 version (package-name original))
              (formatted-message (G_ "it is not known what the latest release of '~a' is")
                                 (package-name original)))
          (condition
           (&fix-hint
            (hint (format #f (if version
                                 (G_ "name its source by '--with-source=~a@VERSION=URL'")
                                 (G_ "name the release by '--with-version=~a=VERSION'"))
                          (package-name original))))))))

(define (with-latest specification)
  "Return a procedure that uses the latest release of the packages that SPECIFICATION
means."
  (rewrite-package specification package-with-upstream-version))

(define (with-version text)
  "Return a procedure that uses another release of a package, as TEXT,
\"PACKAGE=VERSION\", says."
  (rewrite-assigned 'with-version text "PACKAGE=VERSION"
                    package-with-upstream-version))
