;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Platforms with processors of Intel's architecture.
(define-module (guix platforms x86)
  #:use-module (guix platform))

(define-public x86_64-linux
  (platform
    (target "x86_64-linux-gnu")
    (system "x86_64-linux")
    (linux-architecture "x86_64")
    (rust-target "x86_64-unknown-linux-gnu")
    (glibc-dynamic-linker "/lib/ld-linux-x86-64.so.2")))

(define-public i686-linux
  (platform
    (target "i686-linux-gnu")
    (system "i686-linux")
    (linux-architecture "i386")
    (rust-target "i686-unknown-linux-gnu")
    (glibc-dynamic-linker "/lib/ld-linux.so.2")))
