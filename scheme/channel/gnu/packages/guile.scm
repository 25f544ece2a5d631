;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages guile)
  #:use-module (gnu packages autotools)
  #:use-module (gnu packages bdw-gc)
  #:use-module (gnu packages bootstrap)
  #:use-module (gnu packages crypto)
  #:use-module (gnu packages gettext)
  #:use-module (gnu packages gperf)
  #:use-module (gnu packages libffi)
  #:use-module (gnu packages libunistring)
  #:use-module (gnu packages multiprecision)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages readline)
  #:use-module (gnu packages texinfo)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix search-paths)
  #:use-module (guix utils)
  #:use-module (guix build-system gnu)
  #:use-module (guix build-system guile)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (srfi srfi-1)
  #:export (package-for-guile-2.2))

(define (guile-search-paths version)
  (list (search-path-specification
         (variable "GUILE_LOAD_PATH")
         (files (list (string-append "share/guile/site/" version))))
        (search-path-specification
         (variable "GUILE_LOAD_COMPILED_PATH")
         (files (list (string-append "lib/guile/" version "/site-ccache"))))
        (search-path-specification
         (variable "GUILE_EXTENSIONS_PATH")
         (files (list (string-append "lib/guile/" version "/extensions"))))))

(define-public guile-2.2
  (package
    (name "guile")
    (version "2.2.7")
    (source (origin
              (method url-fetch)
              (uri (string-append "https://ftp.gnu.org/gnu/guile/guile-"
                                  version ".tar.xz"))
              (sha256
               (base32
                "013mydzhfswqci6xmyc1ajzd59pfbdak15i0b090nhr9bzm7dxyd"))))
    (build-system gnu-build-system)
    (native-inputs (list pkg-config))
    (inputs (list libffi libxcrypt))
    (propagated-inputs
     (list gmp libgc libtool libunistring))       ;guile-2.2.pc refers to them
    (arguments
     (list
      #:tests? #f                       ;they want users, and half an hour
      #:parallel-build? #f              ;else the bytecode is not the same always
      #:configure-flags
      ;; As for version 3.0.
      #~(list "--disable-static" "am_cv_func_iconv_works=yes")
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'name-shell
            (lambda* (#:key inputs #:allow-other-keys)
              (substitute* "module/ice-9/popen.scm"
                (("\"/bin/sh\"")
                 (string-append "\"" (search-input-file inputs "libexec/sh")
                                "\""))))))))
    (native-search-paths (guile-search-paths "2.2"))
    (synopsis "Scheme implementation for extensions")
    (description
     "GNU Guile is an implementation of the Scheme programming language, to write
programs in and to extend others.")
    (home-page "https://www.gnu.org/software/guile/")
    (license license:lgpl3+)))

(define-public guile-3.0
  (package
    (inherit guile-2.2)
    (version "3.0.10")
    ;; Debian's file comes from the repository: the scripts of a release are
    ;; missing, and the bytecode that saves the first half of the way.
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/g/guile-3.0/guile-3.0_"
                                  version "+really" version ".orig.tar.xz"))
              (sha256
               (base32
                "05kacscghvgxk942pzn027z250dj1jhg7skc0zn3hj7xsi3lxyjm"))))
    (native-inputs
     (list autoconf automake %bootstrap-flex gettext-minimal gperf libtool
           pkg-config texinfo))
    (inputs (list libffi libxcrypt))
    (propagated-inputs (list libgc libunistring)) ;guile-3.0.pc refers to them
    (arguments
     (list
      #:tests? #f                       ;they want users, and a quarter of an hour
      #:configure-flags
      #~(list "CFLAGS=-O2" "--disable-static"
              ;; It does, but 'configure' wants a converter from EUC-JP, too.
              "am_cv_func_iconv_works=yes"
              ;; Who loads Guile may have a GMP of another version.
              "--enable-mini-gmp")
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'name-shell
            (lambda* (#:key inputs #:allow-other-keys)
              (substitute* "module/ice-9/popen.scm"
                (("\"/bin/sh\"")
                 (string-append "\"" (search-input-file inputs "libexec/sh")
                                "\"")))))
          (add-before 'bootstrap 'prepare
            (lambda _
              (delete-file "autogen.sh")
              (call-with-output-file ".tarball-version"
                (lambda (port) (display #$version port)))
              ;; 'configure.ac' runs it.
              (patch-shebang "build-aux/git-version-gen"))))))
    (native-search-paths (guile-search-paths "3.0"))))

(define-public guile-3.0-latest guile-3.0)

;; Only compiled to bytecode here, by the Guile that builds run with anyway: so a
;; gexp that has it among its extensions needs no other.
(define-public guile-json-4
  (package
    (name "guile-json")
    (version "4.7.3")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://download.savannah.nongnu.org/releases/"
                          "guile-json/guile-json-" version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/g/guile-json/guile-json_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "127k2xc07w1gnyqs40z4865l8p3ra5xgpcn569dz04lxsa709fiq"))))
    (build-system guile-build-system)
    (native-inputs (list %bootstrap-guile))
    (arguments
     (list
      #:scheme-file-regexp "^(json|builder|parser|record)\\.scm$"
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'build 'check
            (lambda _
              (for-each (lambda (test)
                          (invoke "guile" "--no-auto-compile"
                                  "-L" (string-append #$output
                                                      "/share/guile/site/3.0")
                                  "-L" "." test))
                        (find-files "tests" "^test-.*\\.scm$")))))))
    (synopsis "JSON for Guile")
    (description
     "Guile-JSON reads and writes JSON, strictly as its specification has it, and
maps records to it.")
    (home-page "https://github.com/aconchillo/guile-json")
    (license license:gpl3+)))

(define-public guile-json guile-json-4)

(define (package-for-guile-2.2 package*)
  "Return PACKAGE*, a package for Guile 3.0, for Guile 2.2."
  (define (rename name)
    (if (string-prefix? "guile-" name)
        (string-append "guile2.2-" (string-drop name (string-length "guile-")))
        name))

  (define (for-guile-2.2 inputs)
    (map (lambda (input)
           (if (eq? guile-3.0 (second input))
               (cons* (first input) guile-2.2 (drop input 2))
               input))
         inputs))

  (package
    (inherit package*)
    (name (rename (package-name package*)))
    (native-inputs (for-guile-2.2 (package-native-inputs package*)))
    (inputs (for-guile-2.2 (package-inputs package*)))
    (propagated-inputs (for-guile-2.2 (package-propagated-inputs package*)))))

(define-public guile-1.8
  (package
    (name "guile")
    (version "1.8.8")
    (source (origin
              (method url-fetch)
              (uri (string-append "https://ftp.gnu.org/gnu/guile/guile-"
                                  version ".tar.gz"))
              (sha256
               (base32
                "0l200a0v7h8bh0cwz6v7hc13ds39cgqsmfrks55b1rbj5vniyiy3"))))
    (build-system gnu-build-system)
    (inputs (list readline))
    (propagated-inputs (list gmp libtool))        ;libguile.h refers to them
    (arguments
     (list
      #:tests? #f
      #:configure-flags #~(list "--disable-error-on-warning")))
    (synopsis "Scheme implementation for extensions, as of long ago")
    (description
     "GNU Guile is an implementation of the Scheme programming language.  This is an
old version, for programs that need it.")
    (home-page "https://www.gnu.org/software/guile/")
    (license license:lgpl2.1+)))
