;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Debian packages.
(define-module (nacre pack deb)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix profiles)
  #:use-module (nacre pack format)
  #:use-module (nacre pack options)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (deb-format))

;; Systems, and what Debian calls them.
(define %architectures
  '(("x86_64-linux" . "amd64")
    ("i686-linux" . "i386")
    ("aarch64-linux" . "arm64")
    ("armhf-linux" . "armhf")
    ("powerpc64le-linux" . "ppc64el")
    ("riscv64-linux" . "riscv64")
    ("mips64el-linux" . "mips64el")))

(define (architecture system)
  (or (assoc-ref %architectures system)
      (fail (simple-format #f (G_ "Debian has no packages for ~a") system)
            (G_ "choose another --format"))))

(define (package-name-for-debian name)
  "Return NAME as Debian allows it: lower-case letters, digits, and +, - and .
after the first of them."
  (define (allowed char)
    (let ((char (char-downcase char)))
      (if (or (char<=? #\a char #\z) (char<=? #\0 char #\9)
              (memv char '(#\+ #\- #\.)))
          char
          #\-)))

  (match (string-trim (string-map allowed name) (char-set #\+ #\- #\.))
    ((? (lambda (name) (< (string-length name) 2)) short)
     (string-append "pack-" short))
    (name name)))

(define (version-for-debian version)
  "Return VERSION as Debian allows it: it starts with a digit."
  (define (allowed char)
    (if (or (and (char<? char #\x80)
                 (or (char-alphabetic? char) (char-numeric? char)))
            (memv char '(#\. #\+ #\~ #\-)))
        char
        #\.))

  (let ((version (string-map allowed version)))
    (if (and (not (string-null? version))
             (char<=? #\0 (string-ref version 0) #\9))
        version
        (string-append "0." version))))

(define (one-line text)
  (string-join (string-tokenize text) " "))

(define (description entries)
  (match entries
    ((entry)
     (match (manifest-entry-item entry)
       ((? package? package)
        (one-line (or (package-synopsis package) (package-name package))))
       (_ (manifest-entry-name entry))))
    (_
     (string-append "Pack of " (string-join (map manifest-entry-name entries)
                                            ", ")))))

(define (home-page entries)
  (match (map manifest-entry-item entries)
    (((? package? package)) (package-home-page package))
    (_ #f)))

(define (control-text request)
  "Return the fields of the control file that the manifest tells."
  (define entries (manifest-entries (pack-request-manifest request)))

  (define (field name value)
    (if value (string-append name ": " value "\n") ""))

  (string-append
   (field "Package" (package-name-for-debian (pack-request-name request)))
   (field "Version" (match entries
                      ((entry) (version-for-debian
                                (manifest-entry-version entry)))
                      (_       "0.0.0")))
   (field "Architecture" (architecture (pack-request-system request)))
   (field "Maintainer" "nacre pack <root@localhost>")
   (field "Section" "misc")
   (field "Priority" "optional")
   (field "Homepage" (home-page entries))
   (field "Description" (description entries))))

(define deb-format
  (pack-format 'deb "builtin:pack-deb"
               (lambda (name ending)
                 (string-append name "-deb-pack.deb"))
               #:options '(#:control-file #:postinst-file #:triggers-file)
               #:files '((#:control-file . "control-file")
                         (#:postinst-file . "postinst-file")
                         (#:triggers-file . "triggers-file"))
               #:variables (lambda (request)
                             `(("control" . ,(control-text request))))))
