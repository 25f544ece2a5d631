;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; RPM packages.
(define-module (nacre pack rpm)
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix profiles)
                #:select (manifest-entries manifest-entry-name
                          manifest-entry-version))
  #:use-module (nacre pack format)
  #:use-module (nacre pack metadata)
  #:use-module (nacre pack options)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:export (rpm-format))

;; Systems and RPM's names for them.
(define %architectures
  '(("x86_64-linux" . "x86_64")
    ("i686-linux" . "i686")
    ("aarch64-linux" . "aarch64")
    ("armhf-linux" . "armv7hl")
    ("powerpc64le-linux" . "ppc64le")
    ("riscv64-linux" . "riscv64")
    ("mips64el-linux" . "mips64el")))

(define (identifier text punctuation other)
  "Return TEXT with OTHER in the place of characters that are neither letters nor
digits nor in PUNCTUATION, and without any of these at its ends."
  (string-map (lambda (char)
                (if (or (ascii-alphanumeric? char) (memv char punctuation))
                    char
                    other))
              (string-trim text (negate ascii-alphanumeric?))))

(define (name-for-rpm name)
  (identifier name '(#\+ #\- #\. #\_) #\-))

(define (version-for-rpm version)
  "Return VERSION in a form that RPM allows: without hyphens."
  (match (identifier version '(#\. #\+ #\~ #\^ #\_) #\+)
    (""      "0")
    (version version)))

(define (manifest-contents manifest)
  "Return a text that lists the entries of MANIFEST."
  (string-append
   "It holds, with all that they need:\n"
   (string-concatenate
    (map (lambda (entry)
           (string-append "- " (manifest-entry-name entry) " "
                          (manifest-entry-version entry) "\n"))
         (manifest-entries manifest)))))

;; Packages that distributions with RPM need to work.
(define %essential-packages
  '("audit-libs" "basesystem" "bash" "coreutils" "coreutils-single" "dnf" "dnf5" "fedora-release"
    "filesystem" "glibc" "glibc-common" "gpgme" "grep" "grub2-common" "kernel" "kernel-core"
    "libgcc" "libselinux" "microdnf" "ncurses" "ncurses-libs" "openssl-libs" "pam" "pcre2"
    "redhat-release" "rpm" "rpm-libs" "sed" "selinux-policy" "setup" "shadow-utils" "sudo"
    "systemd" "systemd-libs" "systemd-udev" "tar" "util-linux" "util-linux-core" "yum" "zypper"))

(define (check-script file)
  "Raise an error if the first line of FILE, a script, does not name a program; a file that
does not exist is another error."
  (define first-line
    (and (file-exists? file) (eq? 'regular (stat:type (stat file)))
         (call-with-input-file file read-line)))

  (when (and (string? first-line) (string-prefix? "#!" first-line)
             (not (string-prefix? "/" (string-trim (string-drop first-line 2)))))
    (fail (simple-format #f (G_ "~a: the first line of this script does not name a program") file)
          (G_ "begin it with a line such as '#!/bin/sh'"))))

(define (check-package name options links local-state?)
  "Raise an error if OPTIONS have a name or a script that an RPM package cannot have."
  (check-own-package-name (option-value options #:package-name) name-for-rpm
                          %essential-packages)
  (for-each (match-lambda
              ((_ . file) (check-script file)))
            (option-files rpm-format options)))

(define (rpm-variables request)
  "Return the builder's variables of an RPM package."
  (define manifest (pack-request-manifest request))
  (define summary (manifest-summary manifest))

  `(("package-name" . ,(pack-request-option
                        request #:package-name
                        (default-package-name (name-for-rpm
                                               (pack-request-name request)))))
    ("package-version" . ,(version-for-rpm (manifest-pack-version manifest)))
    ("architecture" . ,(architecture-name (pack-request-system request)
                                          %architectures "RPM"))
    ("summary" . ,summary)
    ("description" . ,(string-append summary ".\n\n"
                                     (manifest-contents manifest)))
    ("license" . ,(match (manifest-licenses manifest)
                    (()    "Unspecified")
                    (names (string-join names " and "))))
    ,@(optional "home-page" (manifest-home-page manifest))))

(define rpm-format
  (pack-format 'rpm "builtin:pack-rpm"
               (lambda (name ending)
                 (string-append name "-rpm-pack.rpm"))
               #:compressions '(gzip zstd xz bzip2 none)
               #:variables rpm-variables
               #:check check-package))
