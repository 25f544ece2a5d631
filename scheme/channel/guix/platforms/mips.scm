;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Platforms with MIPS processors.
(define-module (guix platforms mips)
  #:use-module (guix platform))

(define-public mips64-linux
  (platform
    (target "mips64el-linux-gnu")
    (system "mips64el-linux")
    (linux-architecture "mips")
    (rust-target "mips64el-unknown-linux-gnuabi64")
    (glibc-dynamic-linker "/lib/ld.so.1")))
