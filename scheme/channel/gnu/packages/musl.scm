;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages musl)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module (guix utils)
  #:use-module ((guix licenses) #:prefix license:))

(define-public musl
  (package
    (name "musl")
    (version "1.2.3")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://musl.libc.org/releases/musl-"
                                        version ".tar.gz")
                         (string-append "mirror://debian/pool/main/m/musl/musl_"
                                        version ".orig.tar.gz")))
              (sha256
               (base32
                "196lrzw0qy5axiz9p5ay50q2mls8hbfckr4rw0klc7jjc9h0nnvx"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;it has none
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            ;; It is not Autoconf's, and knows few of the usual options.
            (lambda _
              (invoke "./configure" (string-append "--prefix=" #$output)
                      (string-append "CC=" #$(cc-for-target))
                      #$@(if (%current-target-system)
                             #~((string-append "--target="
                                               #$(%current-target-system)))
                             #~())
                      "--disable-shared" "--enable-wrapper=gcc" "CFLAGS=-O2")))
          (add-after 'install 'delete-script
            ;; It runs the compiler with the specs that are installed beside it;
            ;; the shell of the build would stay in the closure.
            (lambda _
              (delete-file-recursively (string-append #$output "/bin")))))))
    (synopsis "Small C library for static programs")
    (description
     "musl is a C library whose static programs are small and start at once.  With
'gcc -static -specs=lib/musl-gcc.specs', where lib is this package's, the
compiler makes such programs.")
    (home-page "https://musl.libc.org/")
    (license license:expat)))
