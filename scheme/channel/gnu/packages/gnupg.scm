;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages gnupg)
  #:use-module (gnu packages autotools)
  #:use-module (gnu packages guile)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages texinfo)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public libgpg-error
  (package
    (name "libgpg-error")
    (version "1.46")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://www.gnupg.org/ftp/gcrypt/libgpg-error/"
                          "libgpg-error-" version ".tar.bz2")
                         (string-append
                          "mirror://debian/pool/main/libg/libgpg-error/"
                          "libgpg-error_" version ".orig.tar.bz2")))
              (sha256
               (base32
                "1396h4f9z9awzkkyb6iwspy2rmxb8nr47pj8fzrmxgkb4ij1mqdp"))))
    (build-system gnu-build-system)
    (arguments
     (list #:configure-flags
           #~(list "CFLAGS=-O2" "--disable-static" "--disable-doc"
                   "--enable-install-gpg-error-config")))
    (synopsis "Errors of the GnuPG family")
    (description
     "Libgpg-error has the error codes of GnuPG, Libgcrypt and others, and what
these share.")
    (home-page "https://gnupg.org")
    (license license:lgpl2.1+)))

(define-public libgcrypt
  (package
    (name "libgcrypt")
    (version "1.10.1")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://www.gnupg.org/ftp/gcrypt/libgcrypt/libgcrypt-"
                          version ".tar.bz2")
                         (string-append
                          "mirror://debian/pool/main/libg/libgcrypt20/libgcrypt20_"
                          version ".orig.tar.bz2")))
              (sha256
               (base32
                "1pp9zyx02bzgzjzldxf0mx9kp3530xgaaqcz4n2cv100ddaaw57g"))))
    (build-system gnu-build-system)
    (propagated-inputs (list libgpg-error))
    (arguments
     (list #:tests? #f                  ;the benchmarks among them take minutes
           #:configure-flags
           #~(list "CFLAGS=-O2" "--disable-static" "--disable-doc"
                   (string-append "--with-libgpg-error-prefix="
                                  #$(this-package-input "libgpg-error")))))
    (synopsis "Cryptographic library")
    (description
     "Libgcrypt provides ciphers, hashes, signatures and random numbers.")
    (home-page "https://gnupg.org/software/libgcrypt/")
    (license license:lgpl2.1+)))

(define-public guile-gcrypt
  (package
    (name "guile-gcrypt")
    (version "0.4.0")
    (source (origin
              (method url-fetch)
              (uri (string-append
                    "mirror://debian/pool/main/g/guile-gcrypt/guile-gcrypt_"
                    version ".orig.tar.gz"))
              (sha256
               (base32
                "0zmial9dsxks95wp47yx0c9hlsw3pv02fcm8lamb1yny04g6iw1m"))))
    (build-system gnu-build-system)
    (native-inputs (list autoconf automake pkg-config texinfo guile-3.0))
    (inputs (list guile-3.0 libgcrypt))
    (synopsis "Cryptographic library for Guile")
    (description
     "Guile-Gcrypt calls Libgcrypt from Guile: hashes, message authentication
codes, signatures, random numbers.")
    (home-page "https://notabug.org/cwebber/guile-gcrypt")
    (license license:gpl3+)))

(define-public guile2.2-gcrypt
  (package-for-guile-2.2 guile-gcrypt))
