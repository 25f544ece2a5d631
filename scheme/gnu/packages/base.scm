;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages base)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public hello
  (package
    (name "hello")
    (version "2.10")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/hello/hello-"
                                        version ".tar.gz")
                         (string-append "mirror://debian/pool/main/h/hello/"
                                        "hello_" version ".orig.tar.gz")))
              (sha256
               (base32
                "0ssi1wpaf7plaswqqjwigppsg5fyh99vdlb9kzl7c9lng89ndq1i"))))
    (build-system gnu-build-system)
    (synopsis "Example GNU package")
    (description
     "GNU Hello prints a friendly greeting.  It shows how a program is laid out,
built, tested, translated and documented in the way of the GNU project.")
    (home-page "https://www.gnu.org/software/hello/")
    (license license:gpl3+)))
