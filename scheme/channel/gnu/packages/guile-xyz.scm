;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages guile-xyz)
  #:use-module (gnu packages autotools)
  #:use-module (gnu packages gnupg)
  #:use-module (gnu packages guile)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages texinfo)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix git-download)
  #:use-module (guix build-system gnu)
  #:use-module (guix build-system guile)
  #:use-module ((guix licenses) #:prefix license:))

;; Its address is the only one that is known here, and could not be tried.
(define-public guile-irregex
  (package
    (name "guile-irregex")
    (version "0.9.12")
    (source (origin
              (method url-fetch)
              (uri (string-append "http://synthcode.com/scheme/irregex/irregex-"
                                  version ".tar.gz"))
              (sha256
               (base32
                "1rmlmkf2pnly7mqi407vi2k6k19m2h44d4jvzfkrizk892qj61yc"))))
    (build-system guile-build-system)
    (native-inputs (list guile-3.0))
    (arguments
     (list
      #:source-directory "modules"
      ;; What modules load by name is no module.
      #:not-compiled-file-regexp "rx/source/"
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'arrange-modules
            (lambda _
              (mkdir-p "modules/rx/irregex")
              (mkdir-p "modules/rx/source")
              (for-each (lambda (from to)
                          (copy-file from (string-append "modules/rx/" to)))
                        '("irregex-guile.scm" "irregex-utils-guile.scm"
                          "irregex.scm" "irregex-utils.scm")
                        '("irregex.scm" "irregex/utils.scm"
                          "source/irregex.scm" "source/irregex-utils.scm")))))))
    (synopsis "Regular expressions as s-expressions")
    (description
     "Irregex is a library of regular expressions, which may be written as
s-expressions.")
    (home-page "http://synthcode.com/scheme/irregex")
    (license license:bsd-3)))

(define-public guile2.2-irregex
  (package-for-guile-2.2 guile-irregex))

(define-public guile-webutils
  (let ((commit "d309d65a85247e4f3cea63a17defd1e6d35d821f")
        (revision "1"))
    (package
      (name "guile-webutils")
      (version (git-version "0.1" revision commit))
      (source (origin
                (method git-fetch)
                (uri (git-reference
                      (url "https://notabug.org/cwebber/guile-webutils.git")
                      (commit commit)))
                (file-name (git-file-name name version))
                (sha256
                 (base32
                  "1a3bblk5zaldkkxn0a94s544drqm0w2i5fsjpghagd64m149blf0"))))
      (build-system gnu-build-system)
      (native-inputs
       (list autoconf automake pkg-config texinfo))
      (inputs
       (list guile-3.0))
      (propagated-inputs
       (list guile-irregex guile-gcrypt))
      (synopsis "What web applications in Guile need")
      (description
       "These modules help to write web applications: sessions that are signed,
messages of many parts, and more.")
      (home-page "https://notabug.org/cwebber/guile-webutils")
      (license license:gpl3+))))

(define-public guile2.2-webutils
  (package
    (inherit guile-webutils)
    (name "guile2.2-webutils")
    (inputs
     (list guile-2.2))
    (propagated-inputs
     (list guile2.2-irregex guile2.2-gcrypt))))
