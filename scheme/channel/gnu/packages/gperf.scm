;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages gperf)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public gperf
  (package
    (name "gperf")
    (version "3.1")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/gperf/gperf-"
                                        version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/g/gperf/gperf_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "1f0wkmg556wb04zqsl3kjxjq6h5zbkhva96awvkm0wqqg2dq320z"))))
    (build-system gnu-build-system)
    (arguments
     (list #:parallel-tests? #f))       ;they use each other's files
    (synopsis "Perfect hash functions")
    (description
     "GNU gperf makes a hash function without collisions, and the code in C that
looks words up by it, for a list of words.")
    (home-page "https://www.gnu.org/software/gperf/")
    (license license:gpl3+)))
