;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Variants of one package: hidden, under an old name, with other patches, by another
;;; toolchain.
(define-module (guix packages variants)
  #:use-module (guix build-system)
  #:use-module (guix packages origin)
  #:use-module (guix packages record)
  #:use-module (srfi srfi-1)
  #:export (package-upstream-name*
            hidden-package
            hidden-package?
            deprecated-package
            define-deprecated-package
            package-with-patches
            package-with-extra-patches
            package-with-c-toolchain))

(define (package-with-patches original patches)
  "Return a package like ORIGINAL, whose source is an origin, with PATCHES, file names or
file-like objects, in place of its patches."
  (package
    (inherit original)
    (location (package-location-vector original))
    (source (origin
              (inherit (package-source original))
              (patches patches)))))

(define (package-with-extra-patches original patches)
  "Return a package like ORIGINAL, whose source is an origin, with PATCHES after its own."
  (package-with-patches original
                        (append (origin-patches (package-source original))
                                patches)))

(define (package-with-c-toolchain original toolchain)
  "Return a package like ORIGINAL that is compiled by TOOLCHAIN, a list of (LABEL
PACKAGE), such as that of the package 'gcc-toolchain'."
  (change-package original
                  (lambda (original)
                    (package
                      (inherit original)
                      (build-system (build-system-with-c-toolchain
                                     (package-build-system original)
                                     toolchain))))))

;; What names of packages begin with that is not part of the name their authors use.
(define %name-prefixes
  '("cl-" "ecl-" "emacs-" "ghc-" "go-" "guile-" "java-" "julia-" "lua-" "node-" "ocaml-"
    "perl-" "python-" "r-" "ruby-" "rust-" "sbcl-" "texlive-"))

(define (package-upstream-name* package)
  "Return the name that the authors of PACKAGE use: its name without what it begins with
because of its language, unless its property 'upstream-name' says otherwise."
  (or (assq-ref (package-properties package) 'upstream-name)
      (let* ((name   (package-name package))
             (prefix (find (lambda (prefix) (string-prefix? prefix name))
                           %name-prefixes)))
        (if prefix
            (string-drop name (string-length prefix))
            name))))

(define (deprecated-package old-name successor)
  "Return a package called OLD-NAME that stands for SUCCESSOR."
  (package
    (inherit successor)
    (name old-name)
    (properties `((superseded . ,successor)))))

(define-syntax define-deprecated-package
  (syntax-rules ()
    "Define the public variable OLD as a package called OLD-NAME, by default what the
variable is called, which stands for SUCCESSOR."
    ((_ old successor)
     (define-deprecated-package old (symbol->string 'old) successor))
    ((_ old old-name successor)
     (define-public old
       (deprecated-package old-name successor)))))

(define (hidden-package p)
  "Return a package like P that commands do not list."
  (package
    (inherit p)
    (properties `((hidden? . #t) ,@(package-properties p)))))

(define (hidden-package? package)
  "Return #t when commands do not list PACKAGE."
  (->bool (assq-ref (package-properties package) 'hidden?)))
