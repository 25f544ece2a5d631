;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages libunistring)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public libunistring
  (package
    (name "libunistring")
    (version "1.0")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://ftp.gnu.org/gnu/libunistring/libunistring-"
                          version ".tar.xz")
                         (string-append
                          "mirror://debian/pool/main/libu/libunistring/libunistring_"
                          version ".orig.tar.xz")))
              (sha256
               (base32
                "0h97qx3c4970wvh25g51sjgz54xn37lrfy95dg97xmvmkys5basv"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;there are more than 600 programs of them
      #:configure-flags
      #~(list "CFLAGS=-O2" "--disable-static"
              ;; It does, but 'configure' wants a converter from EUC-JP, too.
              "am_cv_func_iconv_works=yes")
      #:make-flags #~(list "SUBDIRS=lib")))
    (synopsis "Unicode strings in C")
    (description
     "GNU libunistring handles text in Unicode: its encodings, characters,
normal forms, and where words and lines may be broken.")
    (home-page "https://www.gnu.org/software/libunistring/")
    (license license:lgpl3+)))
