;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What a package is built with when it does not say so.

(define-module (gnu packages commencement)
  #:use-module (gnu packages bootstrap)
  #:use-module (gnu packages gcc)
  #:use-module (guix build-system trivial)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:)
  #:export (%final-inputs
            guile-final
            make-gcc-toolchain))

;; The compiler knows where the headers and the start files of the C library are.
(define %final-inputs
  `(("tar" ,%bootstrap-tar)
    ("gzip" ,%bootstrap-gzip)
    ("bzip2" ,%bootstrap-bzip2)
    ("xz" ,%bootstrap-xz)
    ("file" ,%bootstrap-file)
    ("diffutils" ,%bootstrap-diffutils)
    ("patch" ,%bootstrap-patch)
    ("findutils" ,%bootstrap-findutils)
    ("gawk" ,%bootstrap-gawk)
    ("sed" ,%bootstrap-sed)
    ("grep" ,%bootstrap-grep)
    ("coreutils" ,%bootstrap-coreutils)
    ("make" ,%bootstrap-make)
    ("bash" ,%bootstrap-bash)
    ("ld-wrapper" ,%bootstrap-ld-wrapper)
    ("binutils" ,%bootstrap-binutils)
    ("gcc" ,%bootstrap-gcc)
    ("libc" ,%bootstrap-glibc)
    ("libc-utils" ,%bootstrap-glibc-utils)))

(define guile-final %bootstrap-guile)


;;;
;;; What programs are compiled by.
;;;

(define (make-gcc-toolchain gcc)
  "Return a package of GCC, the linker, the assembler and the shell of the C library in
one directory.  The compiler knows by itself where headers and libraries are."
  (package
    (name "gcc-toolchain")
    (version (package-version gcc))
    (source #f)
    (build-system trivial-build-system)
    (arguments
     (list #:builder
           (with-imported-modules '((guix build union))
             #~(begin
                 (use-modules (guix build union)
                              (srfi srfi-1))

                 (define (input name)
                   (assoc-ref %build-inputs name))

                 (define out
                   (assoc-ref %outputs "out"))

                 ;; The linker that adds run paths comes before the one that it runs.
                 (union-build out (map input '("gcc" "ld-wrapper" "binutils"))
                              #:create-all-directories? #t
                              #:resolve-collision first)
                 (mkdir (string-append out "/libexec"))
                 (symlink (string-append (input "libc") "/libexec/sh")
                          (string-append out "/libexec/sh"))))))
    (inputs `(("gcc" ,gcc)
              ("ld-wrapper" ,%bootstrap-ld-wrapper)
              ("binutils" ,%bootstrap-binutils)
              ("libc" ,%bootstrap-glibc)))
    (native-search-paths (package-native-search-paths gcc))
    (home-page "https://gcc.gnu.org/")
    (synopsis "What compiles C and C++")
    (description
     "This package holds what it takes to compile C and C++: GCC, and the linker and the
assembler of Binutils.  The compiler knows the C library and its headers.")
    (properties `((compiler-cpu-architectures
                   . ,(assq-ref (package-properties gcc)
                                'compiler-cpu-architectures))))
    (license license:gpl3+)))

(define-public gcc-toolchain-11
  (make-gcc-toolchain gcc-11))

(define-public gcc-toolchain-12
  (make-gcc-toolchain gcc-12))

(define-public gcc-toolchain gcc-toolchain-12)
