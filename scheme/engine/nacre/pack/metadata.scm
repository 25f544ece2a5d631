;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The metadata of a pack for the package managers of distributions, from its manifest.
(define-module (nacre pack metadata)
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix licenses) #:select (license-name license?))
  #:use-module ((guix packages)
                #:select (package-home-page package-license package-name
                          package-synopsis package?))
  #:use-module ((guix profiles)
                #:select (manifest-entries manifest-entry-item
                          manifest-entry-name manifest-entry-version))
  #:use-module (nacre pack options)
  #:use-module (ice-9 match)
  #:export (ascii-alphanumeric?
            architecture-name
            default-package-name
            check-own-package-name
            manifest-pack-version
            manifest-summary
            manifest-home-page
            manifest-licenses))

;; The version of a pack of several packages.
(define %no-version "0.0.0")

(define (ascii-alphanumeric? char)
  (and (char<? char #\x80)
       (or (char-alphabetic? char) (char-numeric? char))))

(define (architecture-name system table distribution)
  "Return the name of SYSTEM in TABLE, an alist; raise an error, which names
DISTRIBUTION, if it is not there."
  (or (assoc-ref table system)
      (fail (simple-format #f (G_ "~a has no packages for ~a")
                           distribution system)
            (G_ "choose another --format"))))

;; A pack holds its closure, and is not one of the distribution's packages: it must not replace one
;; that happens to have its name.
(define (default-package-name name)
  "Return the name of the pack NAME for a distribution's package manager."
  (string-append "nacre-" (if (string-null? name) "pack" name)))

(define (check-own-package-name name allowed essential)
  "Raise an error if NAME, the user's own name for a package, or #f, differs from what
ALLOWED returns for it, or if it is in ESSENTIAL, names of packages that a distribution needs."
  (when name
    (unless (and (string=? name (allowed name)) (> (string-length name) 1))
      (fail (simple-format #f (G_ "'~a' cannot be a package's name") name)
            (simple-format #f (G_ "choose another name, such as '~a'")
                           (default-package-name (allowed name)))))
    (when (member name essential)
      (fail (simple-format #f (G_ "a package called '~a' would replace an essential one of the \
distribution")
                           name)
            (simple-format #f (G_ "choose another name, such as '~a'")
                           (default-package-name name))))))

(define (only-package manifest)
  "Return the package of MANIFEST if it has one entry, and that is a package."
  (match (map manifest-entry-item (manifest-entries manifest))
    (((? package? package)) package)
    (_ #f)))

(define (manifest-pack-version manifest)
  (match (manifest-entries manifest)
    ((entry) (manifest-entry-version entry))
    (_       %no-version)))

(define (one-line text)
  (string-join (string-tokenize text) " "))

(define (manifest-summary manifest)
  "Return a line that describes MANIFEST."
  (match (manifest-entries manifest)
    ((entry)
     (match (manifest-entry-item entry)
       ((? package? package)
        (one-line (or (package-synopsis package) (package-name package))))
       (_ (manifest-entry-name entry))))
    (entries
     (string-append "Pack of " (string-join (map manifest-entry-name entries)
                                            ", ")))))

(define (manifest-home-page manifest)
  (and=> (only-package manifest) package-home-page))

(define (manifest-licenses manifest)
  "Return the names of the licenses of MANIFEST's package, if it is one."
  (match (and=> (only-package manifest) package-license)
    ((? license? license)        (list (license-name license)))
    (((? license? licenses) ...) (map license-name licenses))
    (_                           '())))
