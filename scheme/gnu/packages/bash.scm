;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages bash)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public bash
  (package
    (name "bash")
    (version "5.2.15")
    (source (origin
              (method url-fetch)
              (uri ;; With the 15 patches applied.
                   (string-append "mirror://debian/pool/main/b/bash/bash_" version
                                  ".orig.tar.gz"))
              (sha256
               (base32
                "0l8gc1bavrd896kx3hwcrlrly7m4jq8fr423kqai61yrx705ncbs"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f))                       ;they need a terminal
    (synopsis "The GNU shell")
    (description
     "Bash runs commands, interactively or from a script, in the language of the
standard shell with extensions.")
    (home-page "https://www.gnu.org/software/bash/")
    (license license:gpl3+)))
