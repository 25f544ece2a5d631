;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Debian packages.
(define-module (nacre pack deb)
  #:use-module (nacre pack format)
  #:use-module (nacre pack metadata)
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
  "Return the fields of the control file that the manifest tells."
  (define manifest (pack-request-manifest request))

  (define (field name value)
    (if value (string-append name ": " value "\n") ""))

  (string-append
   (field "Package" (package-name-for-debian (pack-request-name request)))
   (field "Version" (version-for-debian (manifest-pack-version manifest)))
   (field "Architecture" (architecture-name (pack-request-system request)
                                            %architectures "Debian"))
   (field "Maintainer" "nacre pack <root@localhost>")
   (field "Section" "misc")
   (field "Priority" "optional")
   (field "Homepage" (manifest-home-page manifest))
   (field "Description" (manifest-summary manifest))))

(define deb-format
  (pack-format 'deb "builtin:pack-deb"
               (lambda (name ending)
                 (string-append name "-deb-pack.deb"))
               #:compressions '(gzip zstd xz bzip2 none)
               #:options '(#:control-file #:postinst-file #:triggers-file)
               #:files '((#:control-file . "control-file")
                         (#:postinst-file . "postinst-file")
                         (#:triggers-file . "triggers-file"))
               #:variables (lambda (request)
                             `(("control" . ,(control-text request))))))
