;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Our own modules in builds.
(define-module (guix self)
  #:use-module (guix gexp)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:export (%config-variables
            make-config.scm))

(define %config-variables
  ;; What (guix config) says of directories: names of variables, and values.
  `((%localstatedir . "/var")
    (%storedir . ,(%store-prefix))
    (%sysconfdir . "/etc")))

(define* (make-config.scm #:key gzip xz bzip2 git
                          (package-name "nacre")
                          (package-version "0")
                          (channel-metadata #f)
                          (config-variables %config-variables)
                          (bug-report-address "")
                          (home-page-url ""))
  "Return a file-like object: the source of the module (guix config), in which
the variables have the values of CONFIG-VARIABLES, an alist of symbols.  GZIP, XZ,
BZIP2 and GIT are packages, or #f if that program has no known place.  It is for
'with-imported-modules'."
  (define variables
    (map (lambda (variable)
           #~(define-public #$(car variable) #$(cdr variable)))
         config-variables))

  (define (program package name)
    #~(define-public #$(symbol-append '% name)
        #+(and package
               (file-append package "/bin/" (symbol->string name)))))

  (scheme-file "config.scm"
               #~((define-module (guix config))

                  #$@variables
                  (define-public %guix-package-name #$package-name)
                  (define-public %guix-version #$package-version)
                  (define-public %guix-bug-report-address #$bug-report-address)
                  (define-public %guix-home-page-url #$home-page-url)
                  (define-public %channel-metadata '#$channel-metadata)

                  (define-public %store-directory
                    (or (getenv "NIX_STORE_DIR") %storedir))
                  (define-public %state-directory
                    (or (getenv "GUIX_STATE_DIRECTORY")
                        (string-append %localstatedir "/guix")))
                  (define-public %store-database-directory
                    (or (getenv "GUIX_DATABASE_DIRECTORY")
                        (string-append %state-directory "/db")))
                  (define-public %config-directory
                    (or (getenv "GUIX_CONFIGURATION_DIRECTORY")
                        (string-append %sysconfdir "/guix")))

                  (define-public %system #$(%current-system))
                  #$(program gzip 'gzip)
                  #$(program bzip2 'bzip2)
                  #$(program xz 'xz)
                  #$(program git 'git))
               #:splice? #t))
