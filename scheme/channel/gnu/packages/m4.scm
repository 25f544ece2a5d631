;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages m4)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public m4
  (package
    (name "m4")
    (version "1.4.19")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/m4/m4-"
                                        version ".tar.xz")
                         (string-append "mirror://debian/pool/main/m/m4/m4_"
                                        version ".orig.tar.xz")))
              (sha256
               (base32
                "15mghcksh11saylpm86h1zkz4in0rbi0pk8i6nqxkdikdmfdxbk3"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;they take longer than the rest
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'name-shell
            (lambda* (#:key inputs #:allow-other-keys)
              (substitute* "src/builtin.c"
                (("SYSCMD_SHELL")
                 (string-append "\"" (search-input-file inputs "libexec/sh")
                                "\""))))))))
    (synopsis "Macro processor")
    (description
     "GNU M4 copies its input and expands macros on the way.  Autoconf is written in its
language.")
    (home-page "https://www.gnu.org/software/m4/")
    (license license:gpl3+)))
