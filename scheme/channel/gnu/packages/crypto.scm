;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages crypto)
  #:use-module (gnu packages autotools)
  #:use-module (gnu packages bootstrap)
  #:use-module (gnu packages pkg-config)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public libxcrypt
  (package
    (name "libxcrypt")
    (version "4.4.33")
    (source (origin
              (method url-fetch)
              (uri (string-append
                    "mirror://debian/pool/main/libx/libxcrypt/libxcrypt_"
                    version ".orig.tar.xz"))
              (sha256
               (base32
                "02x1fnf24yz9nw5wci8g464khlmqwdsrrx5kqk29lgi6bz5sabay"))))
    (build-system gnu-build-system)
    (native-inputs
     (list autoconf automake libtool pkg-config %bootstrap-perl))
    (arguments
     (list #:tests? #f                  ;strong hashes take their time
           #:configure-flags #~(list "CFLAGS=-O2" "--disable-static")))
    (synopsis "One-way hashes of passwords")
    (description
     "Libxcrypt provides crypt(3): hashes of passwords, of many kinds.")
    (home-page "https://github.com/besser82/libxcrypt")
    (license license:lgpl2.1+)))
