;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages dbm)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public gdbm
  (package
    (name "gdbm")
    (version "1.23")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/gdbm/gdbm-"
                                        version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/g/gdbm/gdbm_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "1kfapds42j1sjq6wl7fygipw5904wpbfa5kwppj3mwgz44fhicbl"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;they need DejaGNU
      #:configure-flags
      #~(list "CFLAGS=-O2"
              "--enable-libgdbm-compat" "--disable-static" "--disable-nls"
              "--without-readline")))
    (synopsis "Hash library of database functions")
    (description
     "GNU dbm keeps pairs of keys and data in a file, found by hashing the key.
The older interfaces dbm and ndbm are provided as well.")
    (home-page "https://www.gnu.org.ua/software/gdbm/")
    (license license:gpl3+)))
