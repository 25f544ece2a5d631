;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages multiprecision)
  #:use-module (gnu packages bootstrap)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public gmp
  (package
    (name "gmp")
    (version "6.2.1")
    ;; Debian's file lacks the manual, which has a license of its own.
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/g/gmp/gmp_"
                                  version "+dfsg1.orig.tar.xz"))
              (sha256
               (base32
                "0k56xy42khdvc5666qpbvsp9rfd4y32sy5gj4h0jldh47r39w6s7"))))
    (build-system gnu-build-system)
    (native-inputs (list %bootstrap-m4))
    (arguments
     (list
      #:configure-flags
      ;; Choose code for the processor when a program starts, not when the
      ;; library is built.
      #~(list "CFLAGS=-O2" "--enable-shared" "--disable-static" "--enable-fat")))
    (synopsis "Numbers of any size")
    (description
     "GNU MP computes with integers, fractions and floating-point numbers of as
many digits as there is memory.")
    (home-page "https://gmplib.org/")
    (license (list license:lgpl3+ license:gpl2+))))
