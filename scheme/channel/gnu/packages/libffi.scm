;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages libffi)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public libffi
  (package
    (name "libffi")
    (version "3.4.4")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://github.com/libffi/libffi/releases/download/v"
                          version "/libffi-" version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/libf/libffi/libffi_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "0xpn5mqlbdmqgxgp910ba1qj79axpwr8nh7wklmcz0ls4nnmcv6n"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;needs DejaGNU
      #:configure-flags
      ;; By default the processor that builds would be the one to build for.
      #~(list "CFLAGS=-O2"
              "--enable-portable-binary" "--without-gcc-arch"
              "--disable-multi-os-directory"
              "--disable-static" "--disable-docs")))
    (synopsis "Foreign function interface library")
    (description
     "libffi calls functions whose arguments and results are known at run time
only: interpreters use it to call what was written in compiled languages.")
    (home-page "https://sourceware.org/libffi/")
    (license license:expat)))
