;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages gawk)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public gawk
  (package
    (name "gawk")
    (version "5.2.1")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/gawk/gawk-"
                                        version ".tar.xz")
                         (string-append "mirror://debian/pool/main/g/gawk/gawk_"
                                        version ".orig.tar.xz")))
              (sha256
               (base32
                "0rassxhrii2d1b5drjwvmsrphr0wg0s3m5r7qyww23hq7cla0dr3"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;some want locales and a terminal
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'name-shell
            (lambda* (#:key inputs #:allow-other-keys)
              (substitute* "io.c"
                (("\"/bin/sh\"")
                 (string-append "\"" (search-input-file inputs "libexec/sh")
                                "\""))))))))
    (synopsis "Programs on the lines of text")
    (description
     "GNU Awk runs programs in a small language made for text: for each line that matches
a pattern, it does what the pattern's action says, with the line's fields at hand.")
    (home-page "https://www.gnu.org/software/gawk/")
    (license license:gpl3+)))
