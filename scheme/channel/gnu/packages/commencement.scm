;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What a package is built with when it does not say so.

(define-module (gnu packages commencement)
  #:use-module (gnu packages bootstrap)
  #:export (%final-inputs
            guile-final))

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
