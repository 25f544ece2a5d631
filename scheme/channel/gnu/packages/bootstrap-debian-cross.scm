;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The roots of what is built for other machines, as data: binary packages of Debian 12, pinned by
;;; hash, and the store items that they become.  What is done to them is in (guix build
;;; debian-import-cross); the packages are in (gnu packages cross-base).

(define-module (gnu packages bootstrap-debian-cross)
  #:use-module (gnu packages bootstrap-debian)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (find-cross-deb

            cross-item?
            cross-item-name
            cross-item-version
            cross-item-debs
            cross-item-inputs
            cross-item-target-inputs
            find-cross-item
            target-item?
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
          ("binutils-mips64el-linux-gnuabi64" "2.40-2cross2" "amd64" 2797584
           "83709143f40f9b38112a7b2383cb14a3580d7e818d5bf45e37cdc04b60867dd6"
           "pool/main/b/binutils-mipsen/binutils-mips64el-linux-gnuabi64_2.40-2cross2_amd64.deb")
          ("binutils-powerpc64le-linux-gnu" "2.40-2" "amd64" 2756984
           "86ee9063c65141841d8a15f961bd5e2e6a969003edff1123e1730310f65c6597"
           "pool/main/b/binutils/binutils-powerpc64le-linux-gnu_2.40-2_amd64.deb")
          ("binutils-riscv64-linux-gnu" "2.40-2" "amd64" 1292940
           "b17d62dc462573702aa3f72919ea24d2b976c843a22a25b881fba8bfbbc92825"
           "pool/main/b/binutils/binutils-riscv64-linux-gnu_2.40-2_amd64.deb")
          ("cpp-12-aarch64-linux-gnu" "12.2.0-14cross1" "amd64" 9149684
           "5921df4ad56e34e6257a1caf862474845aab6548ba7ae7852e8cdd7cb622394e"
           "pool/main/g/gcc-12-cross/cpp-12-aarch64-linux-gnu_12.2.0-14cross1_amd64.deb")
          ("cpp-12-mips64el-linux-gnuabi64" "12.2.0-14cross5" "amd64" 8093112
           "c0c8fc4f101501474c40916a91b25687a8a39d23a937c266bc161ec479a0e535"
           "pool/main/g/gcc-12-cross-mipsen/cpp-12-mips64el-linux-gnuabi64_12.2.0-14cross5_amd64.deb")
          ("cpp-12-powerpc64le-linux-gnu" "12.2.0-14cross1" "amd64" 8566756
           "824af477ca85844e4fe27e190138bc92cb334da724441b0497b55e13475a7f88"
           "pool/main/g/gcc-12-cross/cpp-12-powerpc64le-linux-gnu_12.2.0-14cross1_amd64.deb")
          ("cpp-12-riscv64-linux-gnu" "12.2.0-13cross1" "amd64" 7801908
           "2a1f563c058ecb78bb84c3de2ce948001d9017b36958d33b5b7671fe00458961"
           "pool/main/g/gcc-12-cross-ports/cpp-12-riscv64-linux-gnu_12.2.0-13cross1_amd64.deb")
          ("dash:arm64" "0.5.12-2" "arm64" 88808
           "c1358e2a8054eb93efd460adf480224a16ea9e0b4d7b4c6cbcf8c8c91902a1d7"
           "pool/main/d/dash/dash_0.5.12-2_arm64.deb")
          ("g++-12-aarch64-linux-gnu" "12.2.0-14cross1" "amd64" 10080720
           "3693e31fe2b42fcbdd92fef3e5578e91dd86af30e3d2c5fff3f9821e34a1cb91"
           "pool/main/g/gcc-12-cross/g++-12-aarch64-linux-gnu_12.2.0-14cross1_amd64.deb")
          ("g++-12-mips64el-linux-gnuabi64" "12.2.0-14cross5" "amd64" 9007756
           "35cf8b85c813fdd43a23946e70ce5e41bc171957bcd6ebf7109c547d6c9549e8"
           "pool/main/g/gcc-12-cross-mipsen/g++-12-mips64el-linux-gnuabi64_12.2.0-14cross5_amd64.deb")
          ("g++-12-powerpc64le-linux-gnu" "12.2.0-14cross1" "amd64" 9489556
           "731336bc24ea50ad76fa82b0b125338c5e508694de9162f4bf445ced4350fbbb"
           "pool/main/g/gcc-12-cross/g++-12-powerpc64le-linux-gnu_12.2.0-14cross1_amd64.deb")
          ("g++-12-riscv64-linux-gnu" "12.2.0-13cross1" "amd64" 8724104
           "5c4856b61ea8cb48eeefb7335092cbaee7e22c98eb05ed1135cbbe851f3a7e05"
           "pool/main/g/gcc-12-cross-ports/g++-12-riscv64-linux-gnu_12.2.0-13cross1_amd64.deb")
          ("gcc-12-aarch64-linux-gnu" "12.2.0-14cross1" "amd64" 18035900
           "43747bbcd46a4062e66e855090b8ed9c2e06a93ae5a69fb304beebbc8c36d11f"
           "pool/main/g/gcc-12-cross/gcc-12-aarch64-linux-gnu_12.2.0-14cross1_amd64.deb")
          ("gcc-12-mips64el-linux-gnuabi64" "12.2.0-14cross5" "amd64" 15941708
           "fafe5e0533dc7cd0985ad13a575f4d421302bec55fa8e60e1cc427f19e771c8e"
           "pool/main/g/gcc-12-cross-mipsen/gcc-12-mips64el-linux-gnuabi64_12.2.0-14cross5_amd64.deb")
          ("gcc-12-powerpc64le-linux-gnu" "12.2.0-14cross1" "amd64" 16863336
           "7c070446a011b4af41dc0b63f34ed315312092cdd46381f3c5fb6cb29a10f969"
           "pool/main/g/gcc-12-cross/gcc-12-powerpc64le-linux-gnu_12.2.0-14cross1_amd64.deb")
          ("gcc-12-riscv64-linux-gnu" "12.2.0-13cross1" "amd64" 15278256
           "54041ac36e511e11caf83b93671fb538394a15e97247cbe9f26123ad71d2beba"
           "pool/main/g/gcc-12-cross-ports/gcc-12-riscv64-linux-gnu_12.2.0-13cross1_amd64.deb")
          ("guile-3.0-libs:arm64" "3.0.8-2" "arm64" 6601540
           "86f585d5772826397bde1d9ab9e3ea0945c8bcc5e3433efa63fd7e231b96eac9"
           "pool/main/g/guile-3.0/guile-3.0-libs_3.0.8-2_arm64.deb")
          ("guile-3.0:arm64" "3.0.8-2" "arm64" 23488
           "2a2d6b4a3abce774d6dcc238d5eac28f6e219ede64b1a9b85f6373b4b6995024"
           "pool/main/g/guile-3.0/guile-3.0_3.0.8-2_arm64.deb")
          ("libatomic1-riscv64-cross" "12.2.0-13cross1" "all" 6960
           "614664ce380e2c9ca712d6863d19f8d2174709db523364c27008b58e81a925be"
           "pool/main/g/gcc-12-cross-ports/libatomic1-riscv64-cross_12.2.0-13cross1_all.deb")
          ("libatomic1:arm64" "12.2.0-14+deb12u1" "arm64" 9568
           "1693aa13ce2b30d061a519fc28b77b9bab8c8e45804ced5969d99821e1bc2159"
           "pool/main/g/gcc-12/libatomic1_12.2.0-14+deb12u1_arm64.deb")
          ("libatomic1:mips64el" "12.2.0-14+deb12u1" "mips64el" 7464
           "cb252458203f1879740fc855e70e86291a70c84b2d3c22b50002054117978473"
           "pool/main/g/gcc-12/libatomic1_12.2.0-14+deb12u1_mips64el.deb")
          ("libatomic1:ppc64el" "12.2.0-14+deb12u1" "ppc64el" 9804
           "e4b98665940bf00194f6b66d7b1644b0fce97180604a51291aa6d7987fc3cfac"
           "pool/main/g/gcc-12/libatomic1_12.2.0-14+deb12u1_ppc64el.deb")
          ("libc6-dev-riscv64-cross" "2.36-8cross1" "all" 2770812
           "0c1db013abf431ecff01ec900aa2842a3e1cf5bee62ed91b6b047c43110f3157"
           "pool/main/c/cross-toolchain-base-ports/libc6-dev-riscv64-cross_2.36-8cross1_all.deb")
          ("libc6-dev:arm64" "2.36-9+deb12u14" "arm64" 1435692
           "8bc395bf2ee9939f1a6ae395f974cffdcf541d98f99adfe89ce7e4bef36d159e"
           "pool/main/g/glibc/libc6-dev_2.36-9+deb12u14_arm64.deb")
          ("libc6-dev:mips64el" "2.36-9+deb12u14" "mips64el" 1579640
           "f0d0ea27a4e5eef72010df0330ca3299b70b702a685c8ad197f2fc421f33f425"
           "pool/main/g/glibc/libc6-dev_2.36-9+deb12u14_mips64el.deb")
          ("libc6-dev:ppc64el" "2.36-9+deb12u14" "ppc64el" 1819532
           "b3d02b91ed9548cd527c3e56d05e25ef8593a77342f5e8c4969f79e12d7146be"
           "pool/main/g/glibc/libc6-dev_2.36-9+deb12u14_ppc64el.deb")
          ("libc6-riscv64-cross" "2.36-8cross1" "all" 1004648
           "93f10d4bb0f279812121194e7dbdb61b14a70065d9cd6f25de4b08899a878195"
           "pool/main/c/cross-toolchain-base-ports/libc6-riscv64-cross_2.36-8cross1_all.deb")
          ("libc6:arm64" "2.36-9+deb12u14" "arm64" 2324660
           "01f4330719fd4f65580e16ea5a0527f372fca750e8f588d26deaf09f2d3b1cf4"
           "pool/main/g/glibc/libc6_2.36-9+deb12u14_arm64.deb")
          ("libc6:mips64el" "2.36-9+deb12u14" "mips64el" 2374056
           "316a6904b4775e6e0e82545c92ae7b955896ab5412125f873f27467d52e91046"
           "pool/main/g/glibc/libc6_2.36-9+deb12u14_mips64el.deb")
          ("libc6:ppc64el" "2.36-9+deb12u14" "ppc64el" 2690296
           "b3fbe86d5b7cf02d8653b34a0753c6b5bc89dd962ef843c355cdd154ea87baff"
           "pool/main/g/glibc/libc6_2.36-9+deb12u14_ppc64el.deb")
          ("libcrypt1:arm64" "1:4.4.33-2" "arm64" 90044
           "eea0ad76ea5eb507127fea0c291622ea4ecdbb71c4b9a8ed9c76ae33fc1a0127"
           "pool/main/libx/libxcrypt/libcrypt1_4.4.33-2_arm64.deb")
          ("libffi8:arm64" "3.4.4-1" "arm64" 20492
           "80b5c36177dc0e29d531c7eddbed3cc7355cb490e49f8cfa5959572d161f27b3"
           "pool/main/libf/libffi/libffi8_3.4.4-1_arm64.deb")
          ("libgc1:arm64" "1:8.2.2-3" "arm64" 238968
           "ced0cf30c7c11b195c548e46000c3e0f110057e9573836d38e80d70d87d66b3e"
           "pool/main/libg/libgc/libgc1_8.2.2-3_arm64.deb")
          ("libgcc-12-dev-arm64-cross" "12.2.0-14cross1" "all" 961328
           "ff1324e262bae2c3aad685c2ed52bd531ab0a2a337a0fe35c3b720947d55b2ba"
           "pool/main/g/gcc-12-cross/libgcc-12-dev-arm64-cross_12.2.0-14cross1_all.deb")
          ("libgcc-12-dev-mips64el-cross" "12.2.0-14cross5" "all" 294272
           "d5057a869ef96b7897d17b872a1a463c3af9cd5b9945708c45217bc134a39b49"
           "pool/main/g/gcc-12-cross-mipsen/libgcc-12-dev-mips64el-cross_12.2.0-14cross5_all.deb")
          ("libgcc-12-dev-ppc64el-cross" "12.2.0-14cross1" "all" 1320376
           "74e430d95dab4cb56b79439b62ab01831df0394e1b5a312fe7c75c2344c4be97"
           "pool/main/g/gcc-12-cross/libgcc-12-dev-ppc64el-cross_12.2.0-14cross1_all.deb")
          ("libgcc-12-dev-riscv64-cross" "12.2.0-13cross1" "all" 1926804
           "55d37f04d64ac844ef1f0018f7fc66f6622cd6aed5330468a55c70eafc249364"
           "pool/main/g/gcc-12-cross-ports/libgcc-12-dev-riscv64-cross_12.2.0-13cross1_all.deb")
          ("libgcc-s1-riscv64-cross" "12.2.0-13cross1" "all" 40912
           "697c52d3d58795f0fddd88fa13df1882a70e64d1e66bfed743637882f59d5719"
           "pool/main/g/gcc-12-cross-ports/libgcc-s1-riscv64-cross_12.2.0-13cross1_all.deb")
          ("libgcc-s1:arm64" "12.2.0-14+deb12u1" "arm64" 34816
           "576926b283613db80168ddf76380a3bd877602778cf0d226caa7bfbfa71eacf3"
           "pool/main/g/gcc-12/libgcc-s1_12.2.0-14+deb12u1_arm64.deb")
          ("libgcc-s1:mips64el" "12.2.0-14+deb12u1" "mips64el" 70680
           "b7eae32a2617f29a602052f143fce4e0769011acf3dbe2f0945d500e8fd12923"
           "pool/main/g/gcc-12/libgcc-s1_12.2.0-14+deb12u1_mips64el.deb")
          ("libgcc-s1:ppc64el" "12.2.0-14+deb12u1" "ppc64el" 30928
           "ced4a668899fc6b13e87b2ffa44b0e819797f9b36fcff5c1709094d653cd9b2f"
           "pool/main/g/gcc-12/libgcc-s1_12.2.0-14+deb12u1_ppc64el.deb")
          ("libgmp10:arm64" "2:6.2.1+dfsg1-1.1" "arm64" 537920
           "9906387c1dd806518c915bd8616d072c741061d7fa26b222e52763456060b31a"
           "pool/main/g/gmp/libgmp10_6.2.1+dfsg1-1.1_arm64.deb")
          ("libgomp1-riscv64-cross" "12.2.0-13cross1" "all" 97640
           "0c2160b396ab941ba6bdf8a002c379dcafd8a4931f6964bd275ea610bad28b7b"
           "pool/main/g/gcc-12-cross-ports/libgomp1-riscv64-cross_12.2.0-13cross1_all.deb")
          ("libgomp1:arm64" "12.2.0-14+deb12u1" "arm64" 104092
           "a48b70dd1a95585466b40bd94564bce56ebcb2566e49ccdb6441e996aaab2098"
           "pool/main/g/gcc-12/libgomp1_12.2.0-14+deb12u1_arm64.deb")
          ("libgomp1:mips64el" "12.2.0-14+deb12u1" "mips64el" 103952
           "538cc5ed492696a5d77f391b259b966e0e31d87654889ec0e90715c98cf5df63"
           "pool/main/g/gcc-12/libgomp1_12.2.0-14+deb12u1_mips64el.deb")
          ("libgomp1:ppc64el" "12.2.0-14+deb12u1" "ppc64el" 122936
           "e7ae3f0f0d26334fca637989ac691b7c91046c3a878b64227efd29ee00a369e4"
           "pool/main/g/gcc-12/libgomp1_12.2.0-14+deb12u1_ppc64el.deb")
          ("libitm1:arm64" "12.2.0-14+deb12u1" "arm64" 23964
           "bec6094592fe01ac103ef45d7f16ffa3ada2e98e26769bd1ed43283703bb08bd"
           "pool/main/g/gcc-12/libitm1_12.2.0-14+deb12u1_arm64.deb")
          ("libitm1:ppc64el" "12.2.0-14+deb12u1" "ppc64el" 28912
           "b8c448b66e257bf3013388d3dc450a4e21f0b6e72c223cd7cf3a22f5d20d0393"
           "pool/main/g/gcc-12/libitm1_12.2.0-14+deb12u1_ppc64el.deb")
          ("libstdc++-12-dev-arm64-cross" "12.2.0-14cross1" "all" 1975364
           "942b5710c6b9792578dfa64f7a4633bc0d3cb205b56ded11297e240ff824f5da"
           "pool/main/g/gcc-12-cross/libstdc++-12-dev-arm64-cross_12.2.0-14cross1_all.deb")
          ("libstdc++-12-dev-mips64el-cross" "12.2.0-14cross5" "all" 2065316
           "f9e2380dae02012ed16bc6b844ef068a0984ee71a578c9c3288bda11d628eaec"
           "pool/main/g/gcc-12-cross-mipsen/libstdc++-12-dev-mips64el-cross_12.2.0-14cross5_all.deb")
          ("libstdc++-12-dev-ppc64el-cross" "12.2.0-14cross1" "all" 2124112
           "80d22ebef2754364815557341823ae274c9941fbc69654a2cf15ae2cad5fc548"
           "pool/main/g/gcc-12-cross/libstdc++-12-dev-ppc64el-cross_12.2.0-14cross1_all.deb")
          ("libstdc++-12-dev-riscv64-cross" "12.2.0-13cross1" "all" 4095964
           "608e3fb1421315cd299fbe84f281e71c087b9a5e86bad2bee7005a98a0fd0956"
           "pool/main/g/gcc-12-cross-ports/libstdc++-12-dev-riscv64-cross_12.2.0-13cross1_all.deb")
          ("libstdc++6-riscv64-cross" "12.2.0-13cross1" "all" 553476
           "3e87b5e1c815bfff61d026ad08dd9ff0f03e05410eb259c86a6dcc992039a2a4"
           "pool/main/g/gcc-12-cross-ports/libstdc++6-riscv64-cross_12.2.0-13cross1_all.deb")
          ("libstdc++6:arm64" "12.2.0-14+deb12u1" "arm64" 556608
           "26e138c677a985775331373828a6c286c551ff397cb735d00e2383cb273d1cb2"
           "pool/main/g/gcc-12/libstdc++6_12.2.0-14+deb12u1_arm64.deb")
          ("libstdc++6:mips64el" "12.2.0-14+deb12u1" "mips64el" 546948
           "4150ac3ed907e39e57970ac1e96af062e09b66cf71f5ad79e8fd31b98c051f01"
           "pool/main/g/gcc-12/libstdc++6_12.2.0-14+deb12u1_mips64el.deb")
          ("libstdc++6:ppc64el" "12.2.0-14+deb12u1" "ppc64el" 704840
           "290e4a488a2911b230df0b03c19591a5663a7136f8cc5ceba946880ff7dbf047"
           "pool/main/g/gcc-12/libstdc++6_12.2.0-14+deb12u1_ppc64el.deb")
          ("libunistring2:arm64" "1.0-2" "arm64" 422768
           "05b0b7700bfe269ff7af61f45e92055d7ef4c532c9584e4e2a352cf0bd4de5b1"
           "pool/main/libu/libunistring/libunistring2_1.0-2_arm64.deb")
          ("linux-libc-dev-riscv64-cross" "6.1.4-1cross1" "all" 1808672
           "51c8f1429724107fc9d34d584bdf3fed64e42cc302f65a4a0cf48cc9f0ece0af"
           "pool/main/c/cross-toolchain-base-ports/linux-libc-dev-riscv64-cross_6.1.4-1cross1_all.deb")
          ("linux-libc-dev:arm64" "6.1.176-1" "arm64" 2280448
           "eeca5ec13bed7206f8171fab9a48e84119dcc20cc79557f104628447a524ad10"
           "pool/main/l/linux/linux-libc-dev_6.1.176-1_arm64.deb")
          ("linux-libc-dev:mips64el" "6.1.176-1" "mips64el" 2292272
           "9adac891c466734abea603f2b2d46a393d7dcd35ce357c5101202692f169ab1b"
           "pool/main/l/linux/linux-libc-dev_6.1.176-1_mips64el.deb")
          ("linux-libc-dev:ppc64el" "6.1.176-1" "ppc64el" 2294576
           "922e8933bd4a86ac0ecb3ee191a176ba7a312eca7778f294d66fbefc331a7f25"
           "pool/main/l/linux/linux-libc-dev_6.1.176-1_ppc64el.deb"))))

;; An item's inputs come before it.  Those of the table of native items run here; target inputs are
;; those above.
(define* (toolchain #:key compiler architecture (shell '()) (transactions '("libitm1"))
                    (for-target (lambda (name) (string-append name ":" architecture))))
  "Return the items for a target that Debian calls COMPILER in the names of packages of compilers, and
ARCHITECTURE in others.  FOR-TARGET returns the name of the package of a library.  SHELL are the
packages that the C library has in addition, TRANSACTIONS those of a library that few machines have."
  (define (for-compiler name)
    (string-append name "-" compiler))
  (define (of-compiler name)
    (string-append name "-" architecture "-cross"))
  (rows make-cross-item
        `(("glibc" "2.36"
           ,(map for-target `("libc6" "libgcc-s1" ,@shell))
           ("glibc" "glibc-utils")
           ())
          ("glibc-dev" "2.36"
           ,(map for-target '("libc6-dev"))
           ()
           ("glibc"))
          ("linux-headers" "6.1"
           ,(map for-target '("linux-libc-dev"))
           ()
           ())
          ("gcc-lib" "12.2.0"
           ,(map for-target `("libgcc-s1" "libstdc++6" "libgomp1" "libatomic1" ,@transactions))
           ()
           ("glibc"))
          ("binutils" "2.40"
           ,(map for-compiler '("binutils"))
           ("glibc" "gcc-lib" "zlib" "zstd-lib" "jansson" "binutils")
           ())
          ("ld-wrapper" "0"
           ()
           ("bash")
           ("glibc" "glibc-dev" "binutils"))
          ("gcc" "12.2.0"
           (,@(map for-compiler '("gcc-12" "g++-12" "cpp-12"))
            ,@(map of-compiler '("libgcc-12-dev" "libstdc++-12-dev")))
           ("glibc" "gcc-lib" "gmp" "mpfr" "mpc" "isl" "zlib" "zstd-lib" "bash")
           ("glibc" "glibc-dev" "linux-headers" "gcc-lib" "binutils" "ld-wrapper")))))

;; What runs scripts there.
(define aarch64-guile
  (rows make-cross-item
        '(("gmp" "6.2.1"
           ("libgmp10:arm64")
           ()
           ("glibc"))
          ("libxcrypt" "4.4.33"
           ("libcrypt1:arm64")
           ()
           ("glibc"))
          ("libgc" "8.2.2"
           ("libgc1:arm64")
           ()
           ("glibc"))
          ("libffi" "3.4.4"
           ("libffi8:arm64")
           ()
           ("glibc"))
          ("libunistring" "1.0"
           ("libunistring2:arm64")
           ()
           ("glibc"))
          ("guile" "3.0.8"
           ("guile-3.0:arm64" "guile-3.0-libs:arm64")
           ()
           ("glibc" "gmp" "libxcrypt" "libffi" "libgc" "libunistring")))))

(define %items
  `(("aarch64-linux-gnu"
     . ,(append (toolchain #:compiler "aarch64-linux-gnu" #:architecture "arm64"
                           #:shell '("dash"))
                aarch64-guile))
    ("mips64el-linux-gnu"
     . ,(toolchain #:compiler "mips64el-linux-gnuabi64" #:architecture "mips64el"
                   #:transactions '()))
    ("powerpc64le-linux-gnu"
     . ,(toolchain #:compiler "powerpc64le-linux-gnu" #:architecture "ppc64el"))
    ;; Debian 12 is not made for such machines, but has a compiler for them.
    ("riscv64-linux-gnu"
     . ,(toolchain #:compiler "riscv64-linux-gnu" #:architecture "riscv64"
                   #:transactions '()
                   #:for-target (lambda (name) (string-append name "-riscv64-cross"))))))

;; The machines that there is a compiler for.
(define %cross-triplets (map car %items))

(define find-cross-deb (find-in %debs deb-name "package of Debian"))

(define (find-cross-item name triplet)
  "Return the item that is called NAME for TRIPLET, one of %CROSS-TRIPLETS."
  ((find-in (assoc-ref %items triplet) cross-item-name "item") name))

(define (target-item? name triplet)
  "Return true if there is an item that is called NAME and runs on TRIPLET."
  (and (not (member name '("binutils" "ld-wrapper" "gcc")))
       (any (lambda (item) (string=? name (cross-item-name item)))
            (assoc-ref %items triplet))))
