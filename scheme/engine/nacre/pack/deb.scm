;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Debian packages.
(define-module (nacre pack deb)
  #:use-module ((guix i18n) #:select (G_))
  #:use-module (nacre pack format)
  #:use-module (nacre pack metadata)
  #:use-module (nacre pack options)
  #:export (deb-format
            deb-directory-format))

;; Systems and Debian's names for them.
(define %architectures
  '(("x86_64-linux" . "amd64")
    ("i686-linux" . "i386")
    ("aarch64-linux" . "arm64")
    ("armhf-linux" . "armhf")
    ("powerpc64le-linux" . "ppc64el")
    ("riscv64-linux" . "riscv64")
    ("mips64el-linux" . "mips64el")))

;; Packages that a Debian system needs to work: the essential ones, and those that they depend on.
;; A package of one of these names would replace it.
(define %essential-packages
  '("adduser" "apt" "base-files" "base-passwd" "bash" "bsdutils" "coreutils" "dash"
    "debconf" "debianutils" "diffutils" "dpkg" "findutils" "gcc-12-base" "gcc-14-base" "grep"
    "gzip" "hostname" "init" "init-system-helpers" "libacl1" "libattr1" "libbz2-1.0" "libc-bin"
    "libc6" "libcrypt1" "libgcc-s1" "liblzma5" "libpam-modules" "libpam-runtime" "libpam0g"
    "libselinux1" "libsystemd0" "libtinfo6" "libzstd1" "login" "login.defs" "mawk" "mount"
    "ncurses-base" "ncurses-bin" "openssl-provider-legacy" "passwd" "perl-base" "sed"
    "systemd" "systemd-sysv" "sysvinit-utils" "tar" "tzdata" "udev" "util-linux" "zlib1g"))

(define (package-name-for-debian name)
  "Return NAME in a form that Debian allows: lower-case letters, digits, and +, - and .
between them."
  (define (allowed char)
    (let ((char (char-downcase char)))
      (if (or (char<=? #\a char #\z) (char<=? #\0 char #\9)
              (memv char '(#\+ #\- #\.)))
          char
          #\-)))

  (string-trim (string-map allowed name) (char-set #\+ #\- #\.)))

(define (check-package-name name options links local-state?)
  "Raise an error unless the name among OPTIONS is one that a Debian package may have."
  (check-own-package-name (option-value options #:package-name)
                          package-name-for-debian %essential-packages))

(define (check-directory name options links local-state?)
  (check-package-name name options links local-state?)
  (when local-state?
    (fail (G_ "a directory of Debian packages cannot have /var/guix: its packages are installed \
beside those of other packs, whose databases would be in the same place")
          (G_ "leave out --localstatedir, or choose --format=deb"))))

(define (version-for-debian version)
  "Return VERSION in a form that Debian allows: it starts with a digit."
  (define (allowed char)
    (if (or (ascii-alphanumeric? char)
            (memv char '(#\. #\+ #\~ #\-)))
        char
        #\.))

  (let ((version (string-map allowed version)))
    (if (and (not (string-null? version))
             (char<=? #\0 (string-ref version 0) #\9))
        version
        (string-append "0." version))))

(define (control-text request)
  "Return the fields of the control file for REQUEST."
  (define manifest (pack-request-manifest request))

  (define (field name value)
    (if value (string-append name ": " value "\n") ""))

  (string-append
   (field "Package" (pack-request-option
                     request #:package-name
                     (default-package-name (package-name-for-debian
                                            (pack-request-name request)))))
   (field "Version" (version-for-debian (manifest-pack-version manifest)))
   (field "Architecture" (architecture-name (pack-request-system request)
                                            %architectures "Debian"))
   (field "Maintainer" "nacre pack <root@localhost>")
   (field "Section" "misc")
   (field "Priority" "optional")
   (field "Homepage" (manifest-home-page manifest))
   (field "Description" (manifest-summary manifest))))

(define (deb-variables request)
  `(("control" . ,(control-text request))))

(define deb-format
  (pack-format 'deb "builtin:pack-deb"
               (lambda (name ending)
                 (string-append name "-deb-pack.deb"))
               #:compressions '(gzip zstd xz bzip2 none)
               #:variables deb-variables
               #:check check-package-name))

;; A package for each store item: packages of several packs can be installed together.
(define deb-directory-format
  (pack-format 'deb-directory "builtin:pack-deb-directory"
               (lambda (name ending)
                 (string-append name "-deb-directory-pack"))
               #:compressions '(gzip zstd xz bzip2 none)
               #:variables deb-variables
               #:check check-directory))
