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
    ;; Debian's file lacks the manual, whose license has parts that may not be changed.
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/g/gawk/gawk_" version
                                  ".orig.tar.xz"))
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
                                "\"")))))
          (add-after 'unpack 'omit-manual
            ;; The programs that were taken out of it are there.
            (lambda _
              (substitute* "Makefile.in"
                (("extras doc awklib po") "extras awklib po"))
              (substitute* "awklib/Makefile.in"
                (("^(\\$\\(srcdir\\)/stamp-eg:).*" _ target)
                 (string-append target "\n"))))))))
    (synopsis "Programs on the lines of text")
    (description
     "GNU Awk runs programs in a small language made for text: for each line that matches
a pattern, it does what the pattern's action says, with the line's fields at hand.  This
package lacks the manual.")
    (home-page "https://www.gnu.org/software/gawk/")
    (license license:gpl3+)))
