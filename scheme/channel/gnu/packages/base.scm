;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages base)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((gnu packages bootstrap) #:select (%bootstrap-bison %bootstrap-python))
  #:use-module ((guix licenses) #:prefix license:))

(define-public (canonical-package package)
  "Return PACKAGE.  In Guix, it is the variant that packages are built with; here these are
called otherwise."
  package)

(define-public hello
  (package
    (name "hello")
    (version "2.10")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/hello/hello-"
                                        version ".tar.gz")
                         (string-append "mirror://debian/pool/main/h/hello/"
                                        "hello_" version ".orig.tar.gz")))
              (sha256
               (base32
                "0ssi1wpaf7plaswqqjwigppsg5fyh99vdlb9kzl7c9lng89ndq1i"))))
    (build-system gnu-build-system)
    (synopsis "Example GNU package")
    (description
     "GNU Hello prints a friendly greeting.  It shows how a program is laid out,
built, tested, translated and documented in the way of the GNU project.")
    (home-page "https://www.gnu.org/software/hello/")
    (license license:gpl3+)))

(define-public coreutils
  (package
    (name "coreutils")
    (version "9.1")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/coreutils/coreutils-"
                                        version ".tar.xz")
                         (string-append "mirror://debian/pool/main/c/coreutils/coreutils_"
                                        version ".orig.tar.xz")))
              (sha256
               (base32
                "08q4b0w7mwfxbqjs712l6wrwl2ijs7k50kssgbryg9wbsw8g98b1"))))
    (build-system gnu-build-system)
    (outputs '("out" "debug"))
    (arguments
     (list
      #:tests? #f                       ;some depend on the file system
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'name-shell
            (lambda* (#:key inputs #:allow-other-keys)
              (substitute* "src/split.c"
                (("\"/bin/sh\"")
                 (string-append "\"" (search-input-file inputs "libexec/sh")
                                "\""))))))))
    (synopsis "Basic tools for files, text and processes")
    (description
     "GNU Coreutils are the programs that every system has: ls, cp, cat, sort, test
and a hundred more.")
    (home-page "https://www.gnu.org/software/coreutils/")
    (license license:gpl3+)))

(define-public grep
  (package
    (name "grep")
    (version "3.8")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/grep/grep-"
                                        version ".tar.xz")
                         (string-append "mirror://debian/pool/main/g/grep/grep_"
                                        version ".orig.tar.xz")))
              (sha256
               (base32
                "10n3mc9n1xmg85hpxyr4wiqzfp27ffxzwhvkv021j27vnk0pr3a9"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f))                       ;they need Perl
    (synopsis "Search in text")
    (description
     "grep prints the lines of files in which a regular expression matches.")
    (home-page "https://www.gnu.org/software/grep/")
    (license license:gpl3+)))

(define-public sed
  (package
    (name "sed")
    (version "4.9")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/sed/sed-"
                                        version ".tar.xz")
                         (string-append "mirror://debian/pool/main/s/sed/sed_"
                                        version ".orig.tar.xz")))
              (sha256
               (base32
                "10aijwj1sqqr6njsfbcjh9wjv95bl78jp1nn9933kmqw5rrnn8kf"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f))                       ;they need Perl
    (synopsis "Stream editor")
    (description
     "sed edits text as it passes, line by line, by a program of short commands.")
    (home-page "https://www.gnu.org/software/sed/")
    (license license:gpl3+)))

(define-public gnu-make
  (package
    (name "make")
    (version "4.3")
    (source (origin
              (method url-fetch)
              (uri (string-append "https://ftp.gnu.org/gnu/make/make-" version
                                  ".tar.gz"))
              (sha256
               (base32
                "06cfqzpqsvdnsxbysl5p2fgdgxgl9y4p7scpnrfa8z2zgkjdspz0"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;they need Perl
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'name-shell
            (lambda* (#:key inputs #:allow-other-keys)
              (substitute* "src/job.c"
                (("default_shell = \"/bin/sh\"")
                 (string-append "default_shell = \""
                                (search-input-file inputs "libexec/sh")
                                "\""))))))))
    (synopsis "Make files from other files")
    (description
     "GNU Make runs the commands that rules tell for what is older than what it is
made from.")
    (home-page "https://www.gnu.org/software/make/")
    (license license:gpl3+)))

(define-public binutils
  (package
    (name "binutils")
    (version "2.40")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/b/binutils/binutils_"
                                  version ".orig.tar.xz"))
              (sha256
               (base32
                "07f47za2frbyn2vbzdjgb1znsm9mshdwnm485zhf36san8p2v36p"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f                       ;hours
           #:configure-flags #~(list "--disable-gdb" "--disable-gprofng"
                                     "--enable-deterministic-archives"
                                     "--disable-werror")))
    (synopsis "Linker, assembler and other tools for object files")
    (description
     "GNU Binutils make programs and libraries out of object files, and look into
them: ld, as, ar, objdump, strip and more.")
    (home-page "https://www.gnu.org/software/binutils/")
    (license license:gpl3+)))

(define-public glibc
  (package
    (name "glibc")
    (version "2.36")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/g/glibc/glibc_" version
                                  ".orig.tar.xz"))
              (sha256
               (base32
                "1vh8ly99mc2d4nh90sn8fjm4v4hcy49zszlmcvwclv6lf0hc0hx5"))))
    (build-system gnu-build-system)
    (outputs '("out" "debug"))
    (arguments
     (list #:tests? #f                  ;hours
           #:out-of-source? #t
           #:configure-flags #~(list "--disable-werror" "--enable-kernel=3.2.0"
                                     "--sysconfdir=/etc" "--enable-stack-protector=strong")))
    (native-inputs (list %bootstrap-bison %bootstrap-python))
    (synopsis "The C library")
    (description
     "The GNU C Library holds the functions that every program of the system calls,
and the program that loads programs with their libraries.")
    (home-page "https://www.gnu.org/software/libc/")
    (license license:lgpl2.1+)))
