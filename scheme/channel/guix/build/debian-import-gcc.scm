;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Imports other versions of Debian's compiler than the one that everything is built with; see
;;; (guix build debian-import), in which that one's version stands.  It is a module of its own because
;;; a change of that one rebuilds all packages.

(define-module (guix build debian-import-gcc)
  #:use-module (guix build debian-import)
  #:use-module (ice-9 ftw)
  #:use-module (srfi srfi-26)
  #:export (import-gcc))

;; What that module keeps to itself.
(define-syntax-rule (define-internals name ...)
  (begin (define name (@@ (guix build debian-import) name)) ...))

(define-internals make-item in-output input triplet unpack patch-programs fix-link
  fix-script store-specs compiler-specs delete-empty-directories files-of-type entries
  executable? write-text %excludes)

(define (finish-gcc item version)
  "Give the programs of ITEM, a compiler of VERSION, such as \"11\", their short names, and
make it find the assembler, the linker and the libraries of the store."
  (define directory (in-output item "lib/gcc/" triplet "/" version))
  (define (in-directory name)
    (string-append directory "/" name))
  (define (link target name)
    (symlink target (in-output item "bin/" name)))

  (for-each (lambda (name)
              (link (string-append triplet "-" name "-" version) name))
            '("gcc" "g++" "cpp" "gcc-ar" "gcc-nm" "gcc-ranlib" "gcov"))
  (link "gcc" "cc")
  (link "g++" "c++")
  (symlink (string-append (input item "binutils") "/bin/as") (in-directory "as"))
  (for-each (lambda (name)
              (symlink (string-append (input item "ld-wrapper") "/bin/" name)
                       (in-directory name)))
            '("ld" "ld.bfd" "ld.gold"))
  ;; The run-time libraries are found where they are, so that programs don't refer to here.
  (for-each (lambda (name)
              (let ((file (in-directory name)))
                (when (and (string-suffix? ".so" name)
                           (eq? 'symlink (stat:type (lstat file))))
                  (delete-file file))))
            (entries directory))
  (write-text (in-directory "specs") (store-specs item (compiler-specs item))))

(define* (import-gcc version #:key debs inputs seed (output (getenv "out")))
  "Make the store item OUTPUT, the compiler of VERSION, such as \"11\", from DEBS, a list of
files.  INPUTS is an alist of the names and the directories of the items that it may refer
to; SEED is the directory of the unpatched programs of the import."
  (let ((item (make-item "gcc" output inputs seed)))
    (umask #o022)
    (mkdir output)
    (for-each (cut unpack item <> (assoc-ref %excludes "gcc")) debs)
    (delete-empty-directories output)
    (patch-programs item)
    (for-each (cut fix-link item <>) (files-of-type output 'symlink))
    (for-each (lambda (file)
                (when (executable? file)
                  (fix-script item file)))
              (files-of-type output 'regular))
    (finish-gcc item version)
    (delete-empty-directories output)))
