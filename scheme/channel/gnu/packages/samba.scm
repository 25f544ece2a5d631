;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages samba)
  #:use-module (gnu packages musl)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module (guix utils)
  #:use-module ((guix licenses) #:prefix license:))

;; What talloc's own build provides, for a C library that has all of it.
(define %replace.h
  "#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>
#include <unistd.h>
#define HAVE_VA_COPY 1
#define HAVE_CONSTRUCTOR_ATTRIBUTE 1
#define _PUBLIC_
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
")

(define-public talloc-static
  (package
    (name "talloc-static")
    (version "2.3.4")
    ;; The library's own archive is not to be had everywhere; Samba's has it.
    (source (origin
              (method url-fetch)
              (uri "mirror://debian/pool/main/s/samba/samba_4.17.12+dfsg.orig.tar.xz")
              (sha256
               (base32
                "07ckx51qyjh4129bjqbblxjqc4xxgs49zvj5n7inr9fwlzwps7yh"))))
    (build-system gnu-build-system)
    (inputs (list musl))
    (arguments
     (list
      #:tests? #f                       ;they take all of Samba
      #:modules '((guix build gnu-build-system)
                  (guix build utils)
                  (ice-9 match)
                  (srfi srfi-1))
      #:phases
      #~(modify-phases %standard-phases
          (replace 'unpack
            ;; One directory of thousands.
            (lambda* (#:key source #:allow-other-keys)
              (invoke "tar" "xf" source "--strip-components=3" "--wildcards"
                      "*/lib/talloc/*.c" "*/lib/talloc/*.h")))
          (replace 'configure
            (lambda _
              (call-with-output-file "replace.h"
                (lambda (port) (display #$%replace.h port)))))
          (replace 'build
            (lambda _
              (apply invoke #$(cc-for-target) "-O2" "-I." "-c" "talloc.c"
                     (string-append "-specs=" #$musl "/lib/musl-gcc.specs")
                     (map (lambda (name number)
                            (string-append "-DTALLOC_BUILD_VERSION_" name "=" number))
                          '("MAJOR" "MINOR" "RELEASE")
                          (string-split #$version #\.)))
              (invoke #$(ar-for-target) "rcsD" "libtalloc.a" "talloc.o")))
          (replace 'install
            (lambda _
              (install-file "libtalloc.a" (string-append #$output "/lib"))
              (install-file "talloc.h" (string-append #$output "/include")))))))
    (synopsis "Memory allocator with a hierarchy, for static programs")
    (description
     "talloc allocates memory in trees: what is freed takes along all that was
allocated for it.  This is a static library for programs that use musl.")
    (home-page "https://talloc.samba.org/")
    (license license:lgpl3+)))
