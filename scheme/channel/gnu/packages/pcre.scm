;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages pcre)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public pcre2
  (package
    (name "pcre2")
    (version "10.42")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://github.com/PCRE2Project/pcre2/releases/download/pcre2-"
                          version "/pcre2-" version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/p/pcre2/pcre2_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "07sgsswwn6vis1vmqah2aqqzxr777331rip27lay6vlk7f742fy3"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;they take longer than the rest
      #:configure-flags
      #~(list "CFLAGS=-O2" "--disable-static" "--enable-jit")
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'install 'delete-script
            ;; pkg-config tells the same.
            (lambda* (#:key outputs #:allow-other-keys)
              (delete-file (string-append (assoc-ref outputs "out")
                                          "/bin/pcre2-config")))))))
    (synopsis "Perl-compatible regular expressions")
    (description
     "PCRE2 is a library that matches regular expressions which are written as in
Perl.")
    (home-page "https://www.pcre.org/")
    (license license:bsd-3)))
