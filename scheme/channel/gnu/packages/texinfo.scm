;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages texinfo)
  #:use-module (gnu packages bash)
  #:use-module ((gnu packages bootstrap) #:select (%bootstrap-perl))
  #:use-module (gnu packages ncurses)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public texinfo
  (package
    (name "texinfo")
    (version "6.8")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/texinfo/texinfo-"
                                        version ".tar.xz")
                         (string-append
                          "mirror://debian/pool/main/t/texinfo/texinfo_"
                          version ".orig.tar.xz")))
              (sha256
               (base32
                "1i7yb7mrp3inz25zbzv2pllr4y7d58v818f1as7iz8mw53nm7dwf"))))
    (build-system gnu-build-system)
    (native-inputs (list %bootstrap-perl))
    (inputs (list bash-minimal ncurses %bootstrap-perl))
    (arguments
     (list
      #:tests? #f                       ;they want locales
      #:configure-flags
      ;; Its extensions would need what Perl is built with.
      #~(list "CFLAGS=-O2" "--disable-perl-xs")))
    (synopsis "Documentation system of GNU")
    (description
     "Texinfo makes manuals for reading on screens and on paper from one source.")
    (home-page "https://www.gnu.org/software/texinfo/")
    (license license:gpl3+)))
