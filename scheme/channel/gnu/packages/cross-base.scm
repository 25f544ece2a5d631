;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What builds programs for other machines: a compiler, a linker and a C library for each.

(define-module (gnu packages cross-base)
  #:use-module (gnu packages bootstrap)
  #:use-module (gnu packages bootstrap-debian-cross)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix memoization)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:re-export (%cross-triplets)
  #:export (check-cross-triplet
            cross-bootstrap-package
            cross-binutils
            cross-gcc
            cross-kernel-headers
            cross-ld-wrapper
            cross-libc
            cross-libstdc++))

(define (check-cross-triplet triplet)
  "Raise an error that names the triplets that there are if there is no compiler for TRIPLET."
  (unless (member triplet %cross-triplets)
    (raise (make-compound-condition
            (formatted-message (G_ "there is no cross-compiler for '~a'") triplet)
            (condition
             (&fix-hint
              (hint (format #f (G_ "the collection can cross-compile for ~a")
                            (string-join %cross-triplets ", ")))))))))


;;;
;;; Items.
;;;

(define import-modules
  (compiled-modules "bootstrap-import-cross-modules"
                    (append %import-modules
                            '("guix/build/elf-patch-aarch64.scm"
                              "guix/build/debian-import-cross.scm"))))

(define (target-label name)
  ;; Both machines have an item of that name.
  (string-append "target-" name))

(define (import-command item triplet)
  (lambda (file-of)
    (seed-guile file-of
                (list "-L" (file-of "modules") "-C" (file-of "modules"))
                `((use-modules (guix build debian-import-cross))
                  (import-cross-item ,(cross-item-name item) ,triplet
                                     #:debs ',(deb-files (cross-item-debs item) file-of)
                                     #:inputs
                                     ',(map (lambda (name) (cons name (file-of name)))
                                            (cross-item-inputs item))
                                     #:target-inputs
                                     ',(map (lambda (name)
                                              (cons name (file-of (target-label name))))
                                            (cross-item-target-inputs item))
                                     #:seed ,(file-of "seed"))))))

(define cross-item-package
  (mlambda (name triplet)
    "Return the package of the item that is called NAME and serves to build for TRIPLET."
    (check-cross-triplet triplet)
    (let ((item (find-cross-item name triplet))
          (native (bootstrap-package name)))
      (raw-package (string-append "bootstrap-" name "-cross-" triplet)
                   (cross-item-version item)
                   `(("seed" ,seed)
                     ("modules" ,import-modules)
                     ,@(map (lambda (name) (list name (bootstrap-package name)))
                            (cross-item-inputs item))
                     ,@(map (lambda (name)
                              (list (target-label name) (cross-item-package name triplet)))
                            (cross-item-target-inputs item))
                     ,@(map (compose deb->input find-cross-deb)
                            (cross-item-debs item)))
                   (import-command item triplet)
                   #:license (package-license native)
                   #:synopsis (string-append (package-synopsis native) ", for " triplet)))))

(define (cross-bootstrap-package name triplet)
  "Return what the item that is called NAME is on TRIPLET, or #f if there is no such."
  (check-cross-triplet triplet)
  (and (target-item? name triplet)
       (cross-item-package name triplet)))


;;;
;;; Packages.
;;;

(define (cross-binutils triplet)
  "Return the linker, the assembler and the like that make programs for TRIPLET."
  (cross-item-package "binutils" triplet))

(define (cross-ld-wrapper triplet)
  "Return what adds run paths to programs for TRIPLET when they are linked."
  (cross-item-package "ld-wrapper" triplet))

(define (cross-libc triplet)
  "Return the C library that programs for TRIPLET run with."
  (cross-item-package "glibc" triplet))

(define (cross-kernel-headers triplet)
  "Return the headers of the kernel that programs for TRIPLET are compiled with."
  (cross-item-package "linux-headers" triplet))

(define (cross-libstdc++ triplet)
  "Return the run-time libraries of the compiler that programs for TRIPLET run with."
  (cross-item-package "gcc-lib" triplet))

;; The machine that builds has variables without the prefix for its own compiler.
(define %cross-search-paths
  (map (match-lambda
         ((name . directories)
          (search-path-specification (variable name) (files directories))))
       '(("CROSS_C_INCLUDE_PATH" "include")
         ("CROSS_CPLUS_INCLUDE_PATH" "include")
         ("CROSS_LIBRARY_PATH" "lib" "lib64"))))

(define cross-gcc
  (mlambda (triplet)
    "Return the compiler of C and C++ for TRIPLET.  It knows the C library for that, and its headers."
    (package
      (inherit (cross-item-package "gcc" triplet))
      (search-paths %cross-search-paths))))
