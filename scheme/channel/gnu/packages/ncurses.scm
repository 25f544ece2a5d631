;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages ncurses)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public ncurses
  (package
    (name "ncurses")
    (version "6.4")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://ftp.gnu.org/gnu/ncurses/ncurses-"
                          version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/n/ncurses/ncurses_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "0nc14knjp080h6n06dpwnhmn68azqz290qhbydrm0z68k8yjhcb9"))))
    (build-system gnu-build-system)
    ;; The descriptions of terminals are compiled by its own 'tic'.
    (native-inputs (if (%current-target-system) (list this-package) '()))
    (arguments
     (list
      #:tests? #f                       ;they are programs to look at
      #:configure-flags
      #~(list "CFLAGS=-O2"
              "--with-shared" "--without-normal" "--without-debug"
              "--without-ada" "--without-cxx" "--without-cxx-binding"
              "--without-tests" "--without-manpages" "--disable-stripping"
              "--enable-widec" "--enable-overwrite" "--enable-pc-files"
              ;; The libraries need each other.
              (string-append "LDFLAGS=-Wl,-rpath=" #$output "/lib")
              (string-append "--with-pkg-config-libdir="
                             #$output "/lib/pkgconfig"))
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'install 'provide-usual-names
            ;; Most programs ask for the libraries without the "w" that tells
            ;; that they know wide characters.
            (lambda* (#:key outputs #:allow-other-keys)
              (with-directory-excursion
                  (string-append (assoc-ref outputs "out") "/lib")
                (for-each (lambda (name)
                            (symlink (string-append "lib" name "w.so")
                                     (string-append "lib" name ".so")))
                          '("form" "menu" "ncurses" "panel"))
                (symlink "libncursesw.so" "libcurses.so"))))
          (add-after 'install 'delete-scripts
            ;; pkg-config tells the same; the script would keep the shell of
            ;; the build in the closure.
            (lambda* (#:key outputs #:allow-other-keys)
              (delete-file (string-append (assoc-ref outputs "out")
                                          "/bin/ncursesw6-config")))))))
    (synopsis "Terminal emulation library")
    (description
     "GNU Ncurses draws text, windows, menus and forms on terminals of any kind,
with colors, and reads keys and mice.")
    (home-page "https://www.gnu.org/software/ncurses/")
    (license license:x11)))
