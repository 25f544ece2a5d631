;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The roots of what is built for other machines, as data: binary packages of Debian 12, pinned by
;;; hash, and the store items that they become.  What is done to them is in (guix build
;;; debian-import-cross); the packages are in (gnu packages cross-base).

(define-module (gnu packages bootstrap-debian-cross)
  #:use-module (gnu packages bootstrap-debian)
  #:use-module (srfi srfi-9)
  #:export (find-cross-deb

            cross-item?
            cross-item-name
            cross-item-version
            cross-item-debs
            cross-item-inputs
            cross-item-target-inputs
            find-cross-item
            %cross-triplets))

(define-record-type <cross-item>
  (make-cross-item name version debs inputs target-inputs)
  cross-item?
  (name          cross-item-name)
  (version       cross-item-version)    ;upstream's
  (debs          cross-item-debs)       ;names of what it is made of
  (inputs        cross-item-inputs)     ;items of (gnu packages bootstrap-debian)
  (target-inputs cross-item-target-inputs)) ;items of the same table as this

;; What runs on the target is what a machine of that kind has; what runs here are cross-compilers.
(define %debs
  (rows make-deb
        '(("binutils-aarch64-linux-gnu" "2.40-2" "amd64" 3352924
           "3d6f64a7a4ed6d73719f8fa2e85fd896f58ff7f211a6683942ba93de690aaa66"
           "pool/main/b/binutils/binutils-aarch64-linux-gnu_2.40-2_amd64.deb")
          ("cpp-12-aarch64-linux-gnu" "12.2.0-14cross1" "amd64" 9149684
           "5921df4ad56e34e6257a1caf862474845aab6548ba7ae7852e8cdd7cb622394e"
           "pool/main/g/gcc-12-cross/cpp-12-aarch64-linux-gnu_12.2.0-14cross1_amd64.deb")
          ("dash:arm64" "0.5.12-2" "arm64" 88808
           "c1358e2a8054eb93efd460adf480224a16ea9e0b4d7b4c6cbcf8c8c91902a1d7"
           "pool/main/d/dash/dash_0.5.12-2_arm64.deb")
          ("g++-12-aarch64-linux-gnu" "12.2.0-14cross1" "amd64" 10080720
           "3693e31fe2b42fcbdd92fef3e5578e91dd86af30e3d2c5fff3f9821e34a1cb91"
           "pool/main/g/gcc-12-cross/g++-12-aarch64-linux-gnu_12.2.0-14cross1_amd64.deb")
          ("gcc-12-aarch64-linux-gnu" "12.2.0-14cross1" "amd64" 18035900
           "43747bbcd46a4062e66e855090b8ed9c2e06a93ae5a69fb304beebbc8c36d11f"
           "pool/main/g/gcc-12-cross/gcc-12-aarch64-linux-gnu_12.2.0-14cross1_amd64.deb")
          ("libatomic1:arm64" "12.2.0-14+deb12u1" "arm64" 9568
           "1693aa13ce2b30d061a519fc28b77b9bab8c8e45804ced5969d99821e1bc2159"
           "pool/main/g/gcc-12/libatomic1_12.2.0-14+deb12u1_arm64.deb")
          ("libc6:arm64" "2.36-9+deb12u14" "arm64" 2324660
           "01f4330719fd4f65580e16ea5a0527f372fca750e8f588d26deaf09f2d3b1cf4"
           "pool/main/g/glibc/libc6_2.36-9+deb12u14_arm64.deb")
          ("libc6-dev:arm64" "2.36-9+deb12u14" "arm64" 1435692
           "8bc395bf2ee9939f1a6ae395f974cffdcf541d98f99adfe89ce7e4bef36d159e"
           "pool/main/g/glibc/libc6-dev_2.36-9+deb12u14_arm64.deb")
          ("libgcc-12-dev-arm64-cross" "12.2.0-14cross1" "all" 961328
           "ff1324e262bae2c3aad685c2ed52bd531ab0a2a337a0fe35c3b720947d55b2ba"
           "pool/main/g/gcc-12-cross/libgcc-12-dev-arm64-cross_12.2.0-14cross1_all.deb")
          ("libgcc-s1:arm64" "12.2.0-14+deb12u1" "arm64" 34816
           "576926b283613db80168ddf76380a3bd877602778cf0d226caa7bfbfa71eacf3"
           "pool/main/g/gcc-12/libgcc-s1_12.2.0-14+deb12u1_arm64.deb")
          ("libgomp1:arm64" "12.2.0-14+deb12u1" "arm64" 104092
           "a48b70dd1a95585466b40bd94564bce56ebcb2566e49ccdb6441e996aaab2098"
           "pool/main/g/gcc-12/libgomp1_12.2.0-14+deb12u1_arm64.deb")
          ("libitm1:arm64" "12.2.0-14+deb12u1" "arm64" 23964
           "bec6094592fe01ac103ef45d7f16ffa3ada2e98e26769bd1ed43283703bb08bd"
           "pool/main/g/gcc-12/libitm1_12.2.0-14+deb12u1_arm64.deb")
          ("libstdc++-12-dev-arm64-cross" "12.2.0-14cross1" "all" 1975364
           "942b5710c6b9792578dfa64f7a4633bc0d3cb205b56ded11297e240ff824f5da"
           "pool/main/g/gcc-12-cross/libstdc++-12-dev-arm64-cross_12.2.0-14cross1_all.deb")
          ("libstdc++6:arm64" "12.2.0-14+deb12u1" "arm64" 556608
           "26e138c677a985775331373828a6c286c551ff397cb735d00e2383cb273d1cb2"
           "pool/main/g/gcc-12/libstdc++6_12.2.0-14+deb12u1_arm64.deb")
          ("linux-libc-dev:arm64" "6.1.176-1" "arm64" 2280448
           "eeca5ec13bed7206f8171fab9a48e84119dcc20cc79557f104628447a524ad10"
           "pool/main/l/linux/linux-libc-dev_6.1.176-1_arm64.deb"))))

;; An item's inputs come before it.  Those of the table of native items run here; target inputs are
;; those above.
(define %items
  `(("aarch64-linux-gnu"
     . ,(rows make-cross-item
              '(("glibc" "2.36"
                 ("libc6:arm64" "libgcc-s1:arm64" "dash:arm64")
                 ("glibc" "glibc-utils")
                 ())
                ("glibc-dev" "2.36"
                 ("libc6-dev:arm64")
                 ()
                 ("glibc"))
                ("linux-headers" "6.1.176"
                 ("linux-libc-dev:arm64")
                 ()
                 ())
                ("gcc-lib" "12.2.0"
                 ("libgcc-s1:arm64" "libstdc++6:arm64" "libgomp1:arm64" "libatomic1:arm64"
                  "libitm1:arm64")
                 ()
                 ("glibc"))
                ("binutils" "2.40"
                 ("binutils-aarch64-linux-gnu")
                 ("glibc" "gcc-lib" "zlib" "zstd-lib" "jansson" "binutils")
                 ())
                ("ld-wrapper" "0"
                 ()
                 ("bash")
                 ("glibc" "glibc-dev" "binutils"))
                ("gcc" "12.2.0"
                 ("gcc-12-aarch64-linux-gnu" "g++-12-aarch64-linux-gnu"
                  "cpp-12-aarch64-linux-gnu" "libgcc-12-dev-arm64-cross"
                  "libstdc++-12-dev-arm64-cross")
                 ("glibc" "gcc-lib" "gmp" "mpfr" "mpc" "isl" "zlib" "zstd-lib" "bash")
                 ("glibc" "glibc-dev" "linux-headers" "gcc-lib" "binutils" "ld-wrapper")))))))

;; The machines that there is a compiler for.
(define %cross-triplets (map car %items))

(define find-cross-deb (find-in %debs deb-name "package of Debian"))

(define (find-cross-item name triplet)
  "Return the item that is called NAME for TRIPLET, one of %CROSS-TRIPLETS."
  ((find-in (assoc-ref %items triplet) cross-item-name "item") name))
