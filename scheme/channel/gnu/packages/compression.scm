;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages compression)
  #:use-module (gnu packages musl)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module (guix utils)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (ice-9 match))

(define-public zlib
  (package
    (name "zlib")
    (version "1.2.13")
    ;; Debian's file lacks some contributed code that has a license of its own.
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/z/zlib/zlib_"
                                  version ".dfsg.orig.tar.bz2"))
              (sha256
               (base32
                "18dh3a6pa1hz765y9asv3qbk3plva979mdw3bw9fy01wgsabgzki"))))
    (build-system gnu-build-system)
    (outputs '("out" "static"))
    (arguments
     (list
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            ;; It is not Autoconf's, and knows few of the usual options.
            (lambda* (#:key outputs #:allow-other-keys)
              #$@(match (%current-target-system)
                   (#f #~())
                   (target #~((setenv "CHOST" #$target))))
              (invoke "./configure"
                      (string-append "--prefix=" (assoc-ref outputs "out")))))
          (add-after 'install 'move-static-library
            (lambda* (#:key outputs #:allow-other-keys)
              (let ((out    (assoc-ref outputs "out"))
                    (static (assoc-ref outputs "static")))
                (mkdir-p (string-append static "/lib"))
                (rename-file (string-append out "/lib/libz.a")
                             (string-append static "/lib/libz.a"))))))))
    (synopsis "Compression library")
    (description
     "zlib compresses and decompresses data without loss, in memory or in the
format of gzip files.  Its compression, deflate, never makes data grow by more
than a little.")
    (home-page "https://zlib.net/")
    (license license:zlib)))

(define-public gzip
  (package
    (name "gzip")
    (version "1.12")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://ftp.gnu.org/gnu/gzip/gzip-"
                                        version ".tar.xz")
                         (string-append "mirror://debian/pool/main/g/gzip/gzip_"
                                        version ".orig.tar.xz")))
              (sha256
               (base32
                "0mhrx5wk9gazmxdw7vmbpg036yzqqhsww6h12kwf2dzn37jh6pnf"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;they need Perl
      ;; The scripts would keep the grep and the shell of the build in the closure.
      #:configure-flags #~(list "ac_cv_path_GREP=grep" "ac_cv_path_EGREP=grep -E")
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'configure 'name-shell
            (lambda* (#:key inputs #:allow-other-keys)
              (substitute* "Makefile"
                (("/bin/sh\\|\\$\\(SHELL\\)")
                 (string-append "/bin/sh|" (search-input-file inputs "libexec/sh")))))))))
    (synopsis "Compress files with deflate")
    (description
     "GNU Gzip compresses files one by one to the format that most tools and web servers
read, and decompresses them.  Scripts search, compare and show compressed files.")
    (home-page "https://www.gnu.org/software/gzip/")
    (license license:gpl3+)))

(define-public bzip2
  (package
    (name "bzip2")
    (version "1.0.8")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://sourceware.org/pub/bzip2/bzip2-"
                          version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/b/bzip2/bzip2_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "0s92986cv0p692icqlw1j42y9nld8zd83qwhzbqd61p1dqbh6nmb"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:test-target "test"
      #:make-flags
      #~(list "CFLAGS=-O2 -fPIC -D_FILE_OFFSET_BITS=64"
              (string-append "PREFIX=" #$output)
              #$@(match (%current-target-system)
                   (#f #~())
                   (target #~((string-append "CC=" #$target "-gcc")
                              (string-append "AR=" #$target "-ar")
                              (string-append "RANLIB=" #$target "-ranlib")))))
      #:phases
      #~(modify-phases %standard-phases
          (delete 'configure)
          #$@(if (%current-target-system)
                 ;; By default the programs are run, too.
                 #~((replace 'build
                      (lambda* (#:key make-flags #:allow-other-keys)
                        (apply invoke "make" "libbz2.a" "bzip2" "bzip2recover"
                               make-flags))))
                 #~())
          (add-before 'build 'build-shared-library
            (lambda* (#:key make-flags #:allow-other-keys)
              (apply invoke "make" "-f" "Makefile-libbz2_so" make-flags)))
          (add-after 'install 'install-shared-library
            (lambda* (#:key outputs #:allow-other-keys)
              (let* ((lib    (string-append (assoc-ref outputs "out") "/lib"))
                     (soname "libbz2.so.1.0")
                     (file   (string-append "libbz2.so." #$version)))
                (install-file file lib)
                (with-directory-excursion lib
                  (symlink file soname)
                  (symlink soname "libbz2.so.1")
                  (symlink soname "libbz2.so")
                  (delete-file "libbz2.a")))))
          (add-after 'install 'delete-scripts
            ;; They would keep the shell of the build in the closure.
            (lambda* (#:key outputs #:allow-other-keys)
              (with-directory-excursion
                  (string-append (assoc-ref outputs "out") "/bin")
                (for-each delete-file
                          '("bzcmp" "bzdiff" "bzgrep" "bzegrep" "bzfgrep"
                            "bzless" "bzmore"))))))))
    (synopsis "Compression program and library")
    (description
     "bzip2 compresses files by sorting blocks of them: slower than gzip, and
usually to a smaller size.")
    (home-page "https://sourceware.org/bzip2/")
    (license (license:non-copyleft "file://LICENSE"))))

(define-public xz
  (package
    (name "xz")
    (version "5.4.1")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://tukaani.org/xz/xz-"
                                        version ".tar.xz")
                         (string-append
                          "mirror://debian/pool/main/x/xz-utils/xz-utils_"
                          version ".orig.tar.xz")))
              (sha256
               (base32
                "19d5crifn8a99qvasb4dx8vb8l16dnr4p1kqiwl1rckm32m2g62x"))))
    (build-system gnu-build-system)
    (arguments
     (list
      ;; The tests take longer than all the rest.
      #:tests? #f
      #:configure-flags
      ;; The scripts would keep the shell of the build in the closure; the
      ;; small decoders are for systems without 'xz'.
      #~(list "CFLAGS=-O2"
              "--disable-static" "--disable-nls" "--disable-doc"
              "--disable-scripts" "--disable-xzdec" "--disable-lzmadec"
              "--disable-lzmainfo")))
    (synopsis "Compression program and library")
    (description
     "XZ Utils compress files to a small size with LZMA2, and decompress them
quickly.")
    (home-page "https://tukaani.org/xz/")
    (license (list license:gpl2+ license:lgpl2.1+))))


;;;
;;; For static programs that use musl.
;;;

(define-public zlib-static
  (package
    (inherit zlib)
    (name "zlib-static")
    (inputs (list musl))
    (outputs '("out"))
    (arguments
     (list
      #:tests? #f                       ;those of zlib are the same
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            (lambda _
              (setenv "CC" (string-append #$(cc-for-target) " -specs=" #$musl
                                          "/lib/musl-gcc.specs"))
              (setenv "AR" #$(ar-for-target))
              (setenv "RANLIB" #$(ar-for-target))
              (setenv "CFLAGS" "-Os -ffunction-sections")
              (invoke "./configure" "--static"
                      (string-append "--prefix=" #$output))))
          (replace 'build
            (lambda _
              (invoke "make" "libz.a" "ARFLAGS=rcsD" "RANLIB=true")))
          (replace 'install
            (lambda _
              (install-file "libz.a" (string-append #$output "/lib"))
              (for-each (lambda (file)
                          (install-file file (string-append #$output "/include")))
                        '("zlib.h" "zconf.h")))))))))

(define-public zstd-static
  (package
    (name "zstd-static")
    (version "1.5.4")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/libz/libzstd/libzstd_"
                                  version "+dfsg2.orig.tar.xz"))
              (sha256
               (base32
                "0lwrq606icgww9dqnk7nvmdl6vd6xcq6539c0n6k9v3pbsvbpx4c"))))
    (build-system gnu-build-system)
    (inputs (list musl))
    (arguments
     (list
      #:tests? #f                       ;they take the compressor
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            (lambda _
              (chdir "lib")))
          (replace 'build
            (lambda _
              (apply invoke #$(cc-for-target) "-O2" "-ffunction-sections" "-c"
                     "-DZSTD_DISABLE_ASM"
                     (string-append "-specs=" #$musl "/lib/musl-gcc.specs")
                     (append (find-files "common" "\\.c$")
                             (find-files "decompress" "\\.c$")))
              (apply invoke #$(ar-for-target) "rcsD" "libzstd.a"
                     (find-files "." "\\.o$"))))
          (replace 'install
            (lambda _
              (install-file "libzstd.a" (string-append #$output "/lib"))
              (for-each (lambda (file)
                          (install-file file (string-append #$output "/include")))
                        '("zstd.h" "zstd_errors.h")))))))
    (synopsis "Decompression of Zstandard, for static programs")
    (description
     "Zstandard compresses fast and well.  This is the part of its library that
decompresses, for static programs that use musl.")
    (home-page "https://facebook.github.io/zstd/")
    (license license:bsd-3)))
