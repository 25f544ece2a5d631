;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages less)
  #:use-module (gnu packages ncurses)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public less
  (package
    (name "less")
    (version "590")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://www.greenwoodsoftware.com/less/less-"
                                        version ".tar.gz")
                         (string-append "mirror://debian/pool/main/l/less/less_"
                                        version ".orig.tar.gz")))
              (sha256
               (base32
                "044fl3izmsi8n1vqzsqdp65q0qyyn5kmsg4sk7id0mxzx15zbbba"))))
    (build-system gnu-build-system)
    (inputs (list ncurses))
    (synopsis "Read text page by page")
    (description
     "Less shows text on the terminal, forwards and backwards, and searches in it.  It
starts at once, however long the text is.")
    (home-page "https://www.greenwoodsoftware.com/less/")
    (license (list license:gpl3+ license:bsd-2)))) ;either of them
