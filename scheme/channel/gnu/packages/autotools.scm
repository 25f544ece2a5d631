;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages autotools)
  #:use-module (gnu packages bash)
  #:use-module ((gnu packages bootstrap) #:select (%bootstrap-perl))
  #:use-module (gnu packages m4)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix search-paths)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public autoconf
  (package
    (name "autoconf")
    (version "2.71")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://ftp.gnu.org/gnu/autoconf/autoconf-"
                          version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/a/autoconf/autoconf_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "071ayjz4m7ca5ci8cmh1h0z11093ahn09sa1rc9yyagm1fnpa423"))))
    (build-system gnu-build-system)
    (native-inputs (list m4 %bootstrap-perl))
    (inputs (list bash-minimal))
    (propagated-inputs (list m4 %bootstrap-perl))
    (arguments
     (list #:tests? #f))                ;they take half an hour
    (synopsis "Make 'configure' scripts")
    (description
     "GNU Autoconf makes shell scripts that adapt the source of a program to the
system that it is built on.")
    (home-page "https://www.gnu.org/software/autoconf/")
    (license license:gpl3+)))

(define-public automake
  (package
    (name "automake")
    (version "1.16.5")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://ftp.gnu.org/gnu/automake/automake-"
                          version ".tar.xz")
                         (string-append
                          "mirror://debian/pool/main/a/automake-1.16/"
                          "automake-1.16_" version ".orig.tar.xz")))
              (sha256
               (base32
                "0sdl32qxdy7m06iggmkkvf7j520rmmgbsjzbm7fgnxwxdp6mh7gh"))))
    (build-system gnu-build-system)
    (native-inputs (list autoconf))
    (inputs (list bash-minimal %bootstrap-perl))
    (arguments
     (list #:tests? #f))                ;they take half an hour
    (native-search-paths
     (list (search-path-specification
            (variable "ACLOCAL_PATH")
            (files '("share/aclocal")))))
    (synopsis "Make files for Make")
    (description
     "GNU Automake makes templates of Makefiles that follow the GNU standards, from
short descriptions.")
    (home-page "https://www.gnu.org/software/automake/")
    (license license:gpl2+)))

(define-public libtool
  (package
    (name "libtool")
    (version "2.4.7")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://ftp.gnu.org/gnu/libtool/libtool-"
                          version ".tar.xz")
                         (string-append
                          "mirror://debian/pool/main/libt/libtool/libtool_"
                          version ".orig.tar.xz")))
              (sha256
               (base32
                "12hjax5wcqv4vbxpzy9yfbjjrvbh6hb3zbgfgj80icir0hkpwqyx"))))
    (build-system gnu-build-system)
    (native-inputs (list m4))
    (inputs (list bash-minimal))
    (propagated-inputs (list m4))
    (arguments
     (list
      #:tests? #f                       ;they need Automake
      #:configure-flags #~(list "CFLAGS=-O2" "--disable-static")
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'install 'forget-build-tools
            ;; The programs are those in $PATH; the directories are the compiler's,
            ;; which knows them itself.
            (lambda _
              (let ((scripts (find-files (string-append #$output "/bin"))))
                (forget-imported-programs scripts)
                (substitute* scripts
                  (("^(compiler_lib_search_(dirs|path)|predep_objects|postdep_objects|\
predeps|postdeps|sys_lib_(dl)?search_path(_spec)?)=.*" _ variable)
                   (string-append variable "=\"\"\n")))))))))
    (synopsis "Build shared libraries alike everywhere")
    (description
     "GNU Libtool hides how systems differ in making shared libraries.")
    (home-page "https://www.gnu.org/software/libtool/")
    (license license:gpl3+)))
