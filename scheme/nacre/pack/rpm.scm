;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; RPM packages.
(define-module (nacre pack rpm)
  #:use-module (guix profiles)
  #:use-module (nacre pack format)
  #:use-module (nacre pack metadata)
  #:use-module (nacre pack options)
  #:use-module (ice-9 match)
  #:export (rpm-format))

;; Systems, and what RPM calls them.
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
digits nor in PUNCTUATION, which it does not begin with."
  (string-map (lambda (char)
                (if (or (ascii-alphanumeric? char) (memv char punctuation))
                    char
                    other))
              (string-trim text (negate ascii-alphanumeric?))))

(define (name-for-rpm name)
  (match (identifier name '(#\+ #\- #\. #\_) #\-)
    (""   "pack")
    (name name)))

(define (version-for-rpm version)
  "Return VERSION as RPM allows it: it has no hyphens."
  (match (identifier version '(#\. #\+ #\~ #\^ #\_) #\+)
    (""      "0")
    (version version)))

(define (manifest-contents manifest)
  "Return a text that names what MANIFEST holds."
  (string-append
   "It holds, with all that they need:\n"
   (string-concatenate
    (map (lambda (entry)
           (string-append "- " (manifest-entry-name entry) " "
                          (manifest-entry-version entry) "\n"))
         (manifest-entries manifest)))))

(define (rpm-variables request)
  "Return what the builder of a package is told."
  (define manifest (pack-request-manifest request))
  (define summary (manifest-summary manifest))

  `(("package-name" . ,(name-for-rpm (pack-request-name request)))
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
               #:options '(#:prein-file #:postin-file
                           #:preun-file #:postun-file)
               #:files '((#:prein-file . "prein-file")
                         (#:postin-file . "postin-file")
                         (#:preun-file . "preun-file")
                         (#:postun-file . "postun-file"))
               #:variables rpm-variables))
