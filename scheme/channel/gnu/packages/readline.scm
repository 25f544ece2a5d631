;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages readline)
  #:use-module (gnu packages ncurses)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public readline
  (package
    (name "readline")
    (version "8.2")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://ftp.gnu.org/gnu/readline/readline-"
                          version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/r/readline/readline_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "0dbw02ai0z8x6d9s14pl0hnaa2g1kdxnv8qqra1fx13ay5qp3srz"))))
    (build-system gnu-build-system)
    (propagated-inputs (list ncurses))
    (arguments
     (list
      #:tests? #f                       ;there are none
      #:configure-flags
      #~(list "CFLAGS=-O2"
              "--disable-static" "--disable-install-examples" "--with-curses"
              "bash_cv_termcap_lib=libncursesw")
      ;; Else the library would leave it to its users to link with ncurses.
      #:make-flags #~(list "SHLIB_LIBS=-lncursesw")))
    (synopsis "Edit command lines while typing")
    (description
     "GNU Readline lets users of a program edit the line that they type, recall
earlier ones, and complete words.")
    (home-page "https://tiswww.case.edu/php/chet/readline/rltop.html")
    (license license:gpl3+)))
