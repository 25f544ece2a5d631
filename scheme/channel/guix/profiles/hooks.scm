;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Hooks of profiles: files about all packages of a profile, such as a directory of their manuals.
;;; Each is a procedure of a manifest and a system that returns, as a monadic value, a derivation, or
;;; #f if no package of the manifest calls for it.  What calls for one has to be the same for a
;;; package and for its store path, which is all that a profile knows of what it had before: it is
;;; names and search paths of entries.
(define-module (guix profiles hooks)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix profiles manifests)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:export (ca-certificate-bundle
            info-dir-file
            glib-schemas
            linux-module-database
            %default-profile-hooks))

;; Packages whose certificates a profile is to have in one file.
(define %certificate-packages
  '("nss-certs" "ca-certificates" "le-certs"))

;; Packages that show manuals in Info format, by their directory.
(define %info-readers
  '("texinfo" "info-reader" "pinfo" "emacs" "emacs-minimal" "emacs-no-x"))

;; Packages that have, or read, settings of GLib.
(define %settings-packages
  '("gsettings-desktop-schemas" "dconf" "gtk" "gtk+"))

(define (has-package? manifest names)
  "Return #t if an entry of MANIFEST, or what it propagates, has one of NAMES."
  (any (lambda (entry)
         (member (manifest-entry-name entry) names))
       (manifest-transitive-entries manifest)))

(define (gexp-inputs manifest)
  "Return the items of MANIFEST and of what it propagates, as inputs of a gexp."
  (map (lambda (entry)
         (gexp-input (manifest-entry-item entry) (manifest-entry-output entry)))
       (manifest-transitive-entries manifest)))

(define (hook-derivation name build system)
  "Return as a monadic value the derivation NAME that runs the gexp BUILD on SYSTEM."
  (gexp->derivation name build
                    #:system system
                    #:local-build? #t
                    #:substitutable? #f))

(define no-derivation
  (with-monad %store-monad
    (return #f)))

(define (package-of-module module name)
  ;; When it is called for: these modules use the one of profiles.
  (module-ref (resolve-interface module) name))


;;;
;;; Certificates.
;;;

(define* (ca-certificate-bundle manifest #:optional (system (%current-system)))
  "Return the derivation of 'etc/ssl/certs/ca-certificates.crt', which has all certificates
of the packages in one file, if one of them is a collection of certificates."
  (define build
    (with-imported-modules '((guix build certificates)
                             (guix build utils))
      #~(begin
          (use-modules (guix build certificates))
          (write-certificate-bundle
           '#$(gexp-inputs manifest)
           (string-append #$output "/etc/ssl/certs/ca-certificates.crt")))))

  (if (has-package? manifest %certificate-packages)
      (hook-derivation "ca-certificate-bundle" build system)
      no-derivation))


;;;
;;; Manuals.
;;;

(define* (info-dir-file manifest #:optional (system (%current-system)))
  "Return the derivation of 'share/info/dir', the table of contents of the packages'
manuals, if one of them is a program that shows it."
  (define (build)
    (define gzip
      #~(string-append #+(package-of-module '(gnu packages bootstrap)
                                            '%bootstrap-gzip)
                       "/bin/gzip"))

    (with-imported-modules '((guix build info-directory)
                             (guix build utils))
      #~(begin
          (use-modules (guix build info-directory))
          (write-info-directory '#$(gexp-inputs manifest)
                                (string-append #$output "/share/info/dir")
                                #:gzip #$gzip))))

  (if (has-package? manifest %info-readers)
      (hook-derivation "info-dir" (build) system)
      no-derivation))


;;;
;;; Settings.
;;;

(define (reads-settings? manifest)
  ;; Who propagates GLib with its modules, as GTK does, has its search path.
  (or (has-package? manifest %settings-packages)
      (any (lambda (spec)
             (member (search-path-specification-variable spec)
                     '("GIO_EXTRA_MODULES" "GSETTINGS_SCHEMA_DIR")))
           (manifest-search-paths manifest))))

(define* (glib-schemas manifest #:optional (system (%current-system)))
  "Return the derivation of 'share/glib-2.0/schemas', all settings that the packages
define in compiled form, if one of them reads settings."
  (define (build)
    (define compiler
      #~(string-append (ungexp-native (package-of-module '(gnu packages glib) 'glib)
                                      "bin")
                       "/bin/glib-compile-schemas"))

    (with-imported-modules '((guix build utils))
      #~(begin
          (use-modules (guix build utils))
          (let ((directory (string-append #$output "/share/glib-2.0/schemas")))
            (mkdir-p directory)
            (for-each
             (lambda (input)
               (for-each (lambda (file)
                           (let ((link (string-append directory "/"
                                                      (basename file))))
                             (unless (file-exists? link)
                               (symlink file link))))
                         (find-files (string-append input "/share/glib-2.0/schemas")
                                     "\\.(xml|override)$")))
             '#$(gexp-inputs manifest))
            (invoke #$compiler directory)))))

  (if (reads-settings? manifest)
      (hook-derivation "glib-schemas" (build) system)
      no-derivation))


;;;
;;; Linux.
;;;

(define* (linux-module-database manifest #:optional (system (%current-system)))
  "Raise an error if MANIFEST has a kernel, for whose modules a database would have to
be made; return #f otherwise."
  (when (any (lambda (entry)
               (string-prefix? "linux-libre" (manifest-entry-name entry)))
             (manifest-entries manifest))
    (raise (formatted-message
            (G_ "this collection cannot make the database of a kernel's modules: \
it has no kmod"))))
  no-derivation)

(define %default-profile-hooks
  (list info-dir-file
        ca-certificate-bundle
        glib-schemas))
