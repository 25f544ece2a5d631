;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Platforms with POWER processors.
(define-module (guix platforms powerpc)
  #:use-module (guix platform))

(define-public powerpc64le-linux
  (platform
    (target "powerpc64le-linux-gnu")
    (system "powerpc64le-linux")
    (linux-architecture "powerpc")
    (rust-target "powerpc64le-unknown-linux-gnu")
    (glibc-dynamic-linker "/lib/ld64.so.2")))
