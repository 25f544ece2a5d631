;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Variants of one package: other patches, another toolchain.
(define-module (guix packages variants)
  #:use-module (guix build-system)
  #:use-module (guix packages origin)
  #:use-module (guix packages record)
  #:export (package-with-patches
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
  "Return a package like ORIGINAL that is compiled by TOOLCHAIN, a list of (LABEL PACKAGE),
such as that of the package 'gcc-toolchain'."
  (package/inherit original
    (location (package-location-vector original))
    (build-system (build-system-with-c-toolchain
                   (package-build-system original) toolchain))))
