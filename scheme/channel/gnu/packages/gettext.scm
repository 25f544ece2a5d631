;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages gettext)
  #:use-module (gnu packages bash)
  #:use-module (gnu packages libunistring)
  #:use-module (gnu packages ncurses)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public gettext-minimal
  (package
    (name "gettext-minimal")
    (version "0.21")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/gettext/gettext-"
                                        version ".tar.xz")
                         (string-append
                          "mirror://debian/pool/main/g/gettext/gettext_"
                          version ".orig.tar.xz")))
              (sha256
               (base32
                "14iinwb7v6xn3qjdnsxhbnzzfkkks1ds0yqrhc9wybg06yswn3yj"))))
    (build-system gnu-build-system)
    (inputs (list bash-minimal libunistring ncurses))
    (arguments
     (list
      #:tests? #f                       ;they take longer than the rest
      #:configure-flags
      #~(list "CFLAGS=-O2" "--disable-static"
              ;; It does, but 'configure' wants a converter from EUC-JP, too.
              "am_cv_func_iconv_works=yes"
              (string-append "--with-libunistring-prefix="
                             #$(this-package-input "libunistring"))
              ;; Else the files of autopoint are kept in a Git repository.
              "--without-git" "--with-xz"
              "--without-emacs" "--disable-java" "--disable-csharp")))
    (synopsis "Tools to translate the messages of programs")
    (description
     "GNU Gettext takes the messages out of a program's source, merges translations
of them, and compiles these to what the program looks up when it runs.")
    (home-page "https://www.gnu.org/software/gettext/")
    (license license:gpl3+)))
