;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages bdw-gc)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public libgc
  (package
    (name "libgc")
    (version "8.2.2")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://github.com/ivmai/bdwgc/releases/download/v"
                          version "/gc-" version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/libg/libgc/libgc_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "181ni2rn9qjbl4ilqdjrd1a4h8siv5bgmzqgg4595q32n2y0f0gk"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:configure-flags
      #~(list "CFLAGS=-O2" "--disable-static" "--disable-docs"
              ;; The compiler's own do.
              "--with-libatomic-ops=none")))
    (synopsis "Garbage collector for C")
    (description
     "The Boehm-Demers-Weiser garbage collector frees the memory that a program
in C or C++ does not use any more.")
    (home-page "https://www.hboehm.info/gc/")
    (license license:x11)))
