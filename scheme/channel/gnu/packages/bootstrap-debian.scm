;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The roots of our package graph, as data: binary packages of Debian 12, pinned by hash, and
;;; the store items that they become.  What is done to them is in (guix build debian-import);
;;; the packages that users see are in (gnu packages bootstrap).

(define-module (gnu packages bootstrap-debian)
  #:use-module (srfi srfi-9)
  #:export (make-deb
            deb?
            deb-name
            deb-version
            deb-architecture
            deb-size
            deb-sha256
            deb-path
            deb-file-name
            deb-uri
            find-deb
            %debs

            item?
            item-name
            item-version
            item-debs
            item-inputs
            find-item
            %items
            %seed-debs

            find-in
            rows))

(define-record-type <deb>
  (make-deb name version architecture size sha256 path)
  deb?
  (name         deb-name)
  (version      deb-version)
  (architecture deb-architecture)
  (size         deb-size)               ;bytes
  (sha256       deb-sha256)             ;base 16
  (path         deb-path))              ;below the archive's root

(define-record-type <item>
  (make-item name version debs inputs)
  item?
  (name    item-name)                   ;without the "bootstrap-" prefix
  (version item-version)                ;upstream's
  (debs    item-debs)                   ;names of what it is made of
  (inputs  item-inputs))                ;names of the items that it may refer to

(define (deb-file-name deb)
  "Return the name of DEB's file, without the characters that the store refuses."
  (string-map (lambda (char) (if (char=? char #\~) #\- char))
              (basename (deb-path deb))))

(define (deb-uri deb)
  "Return the address of DEB, for the 'mirror' scheme of the downloader."
  (string-append "mirror://debian/" (deb-path deb)))

(define (find-in table key what)
  "Return a procedure that returns the element of TABLE with the KEY that it is given; WHAT says what
the elements are."
  (lambda (name)
    (let loop ((rest table))
      (cond ((null? rest) (error (string-append "no such bootstrap " what ":") name))
            ((string=? (key (car rest)) name) (car rest))
            (else (loop (cdr rest)))))))

(define (rows make table)
  "Return what MAKE makes of each row of TABLE."
  (map (lambda (row) (apply make row)) table))

(define %debs
  (rows make-deb
        '(("bash" "5.2.15-2+b13" "amd64" 1490652
           "82130bb6a560cd2a7234d8018baf73f188f5dd56413d5aa0accc987b2197a6a1"
           "pool/main/b/bash/bash_5.2.15-2+b13_amd64.deb")
          ("bash-static" "5.2.15-2+b13" "amd64" 1079448
           "f62e37fc6c2c14417f270323066b4c621db5dc151a26f7a1f58e3fc24111d1c8"
           "pool/main/b/bash/bash-static_5.2.15-2+b13_amd64.deb")
          ("binutils" "2.40-2" "amd64" 64980
           "83c3e20b53e1fbd84d764c3ba27d26a0376e361ae5d7fb37120196934dd87424"
           "pool/main/b/binutils/binutils_2.40-2_amd64.deb")
          ("binutils-common" "2.40-2" "amd64" 2486664
           "ab314134f43a0891a48f69a9bc33d825da748fa5e0ba2bebb7a5c491b026f1a0"
           "pool/main/b/binutils/binutils-common_2.40-2_amd64.deb")
          ("binutils-x86-64-linux-gnu" "2.40-2" "amd64" 2245848
           "2d7ea8a570d768224d7f2424abbe6f373d2154865a1fa7f56c80d43ecf492521"
           "pool/main/b/binutils/binutils-x86-64-linux-gnu_2.40-2_amd64.deb")
          ("bison" "2:3.8.2+dfsg-1+b1" "amd64" 1174528
           "a414afd7519c53bfa33415ba5b951bc8b4906877004c49723ffda50a6033c3e8"
           "pool/main/b/bison/bison_3.8.2+dfsg-1+b1_amd64.deb")
          ("busybox-static" "1:1.35.0-4+deb12u1+b1" "amd64" 928188
           "3d3fdbe91d4660c873e14b092c213fe81c1da6362daa236eb25d0171eb108744"
           "pool/main/b/busybox/busybox-static_1.35.0-4+deb12u1+b1_amd64.deb")
          ("bzip2" "1.0.8-5+b1" "amd64" 49804
           "438871b3f5c5c7a357a9840951dab9dab8db7eb1ff760a563226fafa111b99e5"
           "pool/main/b/bzip2/bzip2_1.0.8-5+b1_amd64.deb")
          ("coreutils" "9.1-1" "amd64" 2896560
           "61038f857e346e8500adf53a2a0a20859f4d3a3b51570cc876b153a2d51a3091"
           "pool/main/c/coreutils/coreutils_9.1-1_amd64.deb")
          ("cpp-12" "12.2.0-14+deb12u1" "amd64" 9767788
           "fedbb98e877adde83c983c6071537ea25ac52b277ac6e4637d85025949ca1454"
           "pool/main/g/gcc-12/cpp-12_12.2.0-14+deb12u1_amd64.deb")
          ("cython3" "0.29.32-2+b1" "amd64" 1301688
           "2bd82343a59dbdc75c8e2078cb64b4ba562528c49fe024d259dacdae4e31dc80"
           "pool/main/c/cython/cython3_0.29.32-2+b1_amd64.deb")
          ("dash" "0.5.12-2" "amd64" 91848
           "33ea40061da2f1a861ec46212b2b6a34f0776a049b1a3f0abce2fb8cb994258f"
           "pool/main/d/dash/dash_0.5.12-2_amd64.deb")
          ("diffutils" "1:3.8-4" "amd64" 351740
           "8bdfedc14c1035e3750e9f055ac9c1ecd9b5d05d9e6dc6466c4e9237eef407dd"
           "pool/main/d/diffutils/diffutils_3.8-4_amd64.deb")
          ("file" "1:5.44-3" "amd64" 42472
           "2c57221bf8cc0ff5d2295ececb9215cc1b9ff9040dacb152c385bba3087ab1df"
           "pool/main/f/file/file_5.44-3_amd64.deb")
          ("findutils" "4.9.0-4" "amd64" 635500
           "5dd86bd0af4aa73f067dfd6b8339dd868f2dd84056aa79db29d1206d4fbc5e04"
           "pool/main/f/findutils/findutils_4.9.0-4_amd64.deb")
          ("flex" "2.6.4-8.2" "amd64" 421580
           "da3fd55dbb6aff4f7b3187580813e0ef707d0c596402e37c8fd144df60003636"
           "pool/main/f/flex/flex_2.6.4-8.2_amd64.deb")
          ("g++-12" "12.2.0-14+deb12u1" "amd64" 10694076
           "68b182badae4ace7d472f1393c559d3532a95a2d70817498b10bb481d2627251"
           "pool/main/g/gcc-12/g++-12_12.2.0-14+deb12u1_amd64.deb")
          ("gawk" "1:5.2.1-2" "amd64" 672772
           "9cd63c1b35ff082092c221a23dcb167f72c4d1c3de3a42e11f16181f42ab3b55"
           "pool/main/g/gawk/gawk_5.2.1-2_amd64.deb")
          ("gcc-12" "12.2.0-14+deb12u1" "amd64" 19268852
           "b46f33cc2ec245e435e043807038cecf4b201ef004800e9dfc1455240360e49d"
           "pool/main/g/gcc-12/gcc-12_12.2.0-14+deb12u1_amd64.deb")
          ("gettext-base" "0.21-12" "amd64" 160164
           "5cb39c7acc7125e677ec98d0426a987daf0ce062f749f2a9421b2511f6dd5ab7"
           "pool/main/g/gettext/gettext-base_0.21-12_amd64.deb")
          ("grep" "3.8-5" "amd64" 421444
           "3264acea728df3c48a54f20e9291b965130e306b9d00adac76647049da7196df"
           "pool/main/g/grep/grep_3.8-5_amd64.deb")
          ("guile-3.0" "3.0.8-2" "amd64" 23492
           "95652c86639aa2e60db71e034c7cb76d1968c7b294dfd6062edb46a75a2e10d7"
           "pool/main/g/guile-3.0/guile-3.0_3.0.8-2_amd64.deb")
          ("guile-3.0-libs" "3.0.8-2" "amd64" 6645224
           "440dd5572ec396b38e6cdf3510026d3bc558027ba5d7d3992aff66d7d3c3ad4e"
           "pool/main/g/guile-3.0/guile-3.0-libs_3.0.8-2_amd64.deb")
          ("gzip" "1.12-1" "amd64" 140364
           "eabec1dde2834f72540d7b93fc5df2625f52611c06d93d61f5cdb12480e0e6a3"
           "pool/main/g/gzip/gzip_1.12-1_amd64.deb")
          ("libacl1" "2.3.1-3" "amd64" 31488
           "8be9df5795114bfe90e2be3d208ef47a5edd3fc7b3e20d387a597486d444e5e2"
           "pool/main/a/acl/libacl1_2.3.1-3_amd64.deb")
          ("libatomic1" "12.2.0-14+deb12u1" "amd64" 9376
           "fbd4e154a6b444229ea002cc209df099209c0adc09102e5fd21239a3d2b55e2d"
           "pool/main/g/gcc-12/libatomic1_12.2.0-14+deb12u1_amd64.deb")
          ("libattr1" "1:2.5.1-4" "amd64" 22164
           "c4945123d66d0503ba42e2fc0585abc76d0838978c6d277b9cc37a4da25d1a34"
           "pool/main/a/attr/libattr1_2.5.1-4_amd64.deb")
          ("libbinutils" "2.40-2" "amd64" 572104
           "fcf55b99e5f8a78f3c8ce9b6957f1024f394cf20c196b100d308a57e43547710"
           "pool/main/b/binutils/libbinutils_2.40-2_amd64.deb")
          ("libbz2-1.0" "1.0.8-5+b1" "amd64" 47348
           "54149da3f44b22d523b26b692033b84503d822cc5122fed606ea69cc83ca5aeb"
           "pool/main/b/bzip2/libbz2-1.0_1.0.8-5+b1_amd64.deb")
          ("libc-bin" "2.36-9+deb12u14" "amd64" 609144
           "e667401af91fad95f15b3ebd25d1abd8373fd18b00dc32219678413170544e84"
           "pool/main/g/glibc/libc-bin_2.36-9+deb12u14_amd64.deb")
          ("libc-dev-bin" "2.36-9+deb12u14" "amd64" 48056
           "f61d923b703401023bec2ac3d9d1c9ad7341930fbe11736f7f5ef64b489d03c4"
           "pool/main/g/glibc/libc-dev-bin_2.36-9+deb12u14_amd64.deb")
          ("libc6" "2.36-9+deb12u14" "amd64" 2759320
           "ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf"
           "pool/main/g/glibc/libc6_2.36-9+deb12u14_amd64.deb")
          ("libc6-dev" "2.36-9+deb12u14" "amd64" 1903668
           "0218fc2befcd784c1b0c6292c0a137ce89fad054efaa579ad083bee0f2c01aae"
           "pool/main/g/glibc/libc6-dev_2.36-9+deb12u14_amd64.deb")
          ("libcrypt-dev" "1:4.4.33-2" "amd64" 118144
           "81ccd29130f75a9e3adabc80e61921abff42f76761e1f792fa2d1bb69af7f52f"
           "pool/main/libx/libxcrypt/libcrypt-dev_4.4.33-2_amd64.deb")
          ("libcrypt1" "1:4.4.33-2" "amd64" 89464
           "f5f60a5cdfd4e4eaa9438ade5078a57741a7a78d659fcb0c701204f523e8bd29"
           "pool/main/libx/libxcrypt/libcrypt1_4.4.33-2_amd64.deb")
          ("libctf-nobfd0" "2.40-2" "amd64" 153384
           "ef1dfcf22de41ea90ebd3d505447ccccd999e96b85aa777a1d7d981dc3b347aa"
           "pool/main/b/binutils/libctf-nobfd0_2.40-2_amd64.deb")
          ("libctf0" "2.40-2" "amd64" 89796
           "3fb7b6f326be3fae4a87a3d33b9269bd06c1e4346a24bd737f265067e3b7427f"
           "pool/main/b/binutils/libctf0_2.40-2_amd64.deb")
          ("libdb5.3" "5.3.28+dfsg2-1" "amd64" 697412
           "7dc5127b8dd0da80e992ba594954c005ae4359d839a24eb65d0d8129b5235c84"
           "pool/main/d/db5.3/libdb5.3_5.3.28+dfsg2-1_amd64.deb")
          ("libexpat1" "2.5.0-1+deb12u2" "amd64" 99888
           "2255e62fc22a86d2c544b8a3f516da9aee19383ad5742722ab4ce7f66a30dbc8"
           "pool/main/e/expat/libexpat1_2.5.0-1+deb12u2_amd64.deb")
          ("libffi8" "3.4.4-1" "amd64" 22856
           "6d9f6c25c30efccce6d4bceaa48ea86c329a3432abb360a141f76ac223a4c34a"
           "pool/main/libf/libffi/libffi8_3.4.4-1_amd64.deb")
          ("libgc1" "1:8.2.2-3" "amd64" 245116
           "c7fecfc533d31980e93faeb9bc529dc2d393fc066100550c0e28a760a2eab72e"
           "pool/main/libg/libgc/libgc1_8.2.2-3_amd64.deb")
          ("libgcc-12-dev" "12.2.0-14+deb12u1" "amd64" 2437204
           "d720259380a84f2ffc6fe516eff5cbe9c8a005138e8d6a5748747ba4b3404a82"
           "pool/main/g/gcc-12/libgcc-12-dev_12.2.0-14+deb12u1_amd64.deb")
          ("libgcc-s1" "12.2.0-14+deb12u1" "amd64" 49856
           "3016e62cb4b7cd8038822870601f5ed131befe942774d0f745622cc77d8a88f7"
           "pool/main/g/gcc-12/libgcc-s1_12.2.0-14+deb12u1_amd64.deb")
          ("libgdbm-compat4" "1.23-3" "amd64" 48156
           "4af36a590b68d415a78d9238b932b6a4579f515ec8a8016597498acff5b515a4"
           "pool/main/g/gdbm/libgdbm-compat4_1.23-3_amd64.deb")
          ("libgdbm6" "1.23-3" "amd64" 72248
           "95fe4a1336532450e67bd067892f46eaa484139919ea8d067a9ffcbf5a4bf883"
           "pool/main/g/gdbm/libgdbm6_1.23-3_amd64.deb")
          ("libgmp10" "2:6.2.1+dfsg1-1.1" "amd64" 562588
           "187aedef2ed763f425c1e523753b9719677633c7eede660401739e9c893482bd"
           "pool/main/g/gmp/libgmp10_6.2.1+dfsg1-1.1_amd64.deb")
          ("libgomp1" "12.2.0-14+deb12u1" "amd64" 115772
           "48fec46bda7f5b1638b9e959889bfbc20491247d402d120bb152687eb48143d7"
           "pool/main/g/gcc-12/libgomp1_12.2.0-14+deb12u1_amd64.deb")
          ("libisl23" "0.25-1.1" "amd64" 683060
           "ebff0b2f8b220c74224197523019366e97ee4770d464bebc48e4865114e4da0e"
           "pool/main/i/isl/libisl23_0.25-1.1_amd64.deb")
          ("libitm1" "12.2.0-14+deb12u1" "amd64" 26140
           "0ed5b35dfd1346cccbf065408ec789db6c44c1d0a16ae84533411dea09632979"
           "pool/main/g/gcc-12/libitm1_12.2.0-14+deb12u1_amd64.deb")
          ("libjansson4" "2.14-2" "amd64" 40788
           "3fc9742f9f1a37bcb9931df6074b4d1483419ef832ad5349f47323e75fc27864"
           "pool/main/j/jansson/libjansson4_2.14-2_amd64.deb")
          ("liblzma5" "5.4.1-1+deb12u1" "amd64" 205732
           "f96d8876b53ec89d76a992bc199679b818cf518225a768954d9451fb556a4eb7"
           "pool/main/x/xz-utils/liblzma5_5.4.1-1+deb12u1_amd64.deb")
          ("libmagic-mgc" "1:5.44-3" "amd64" 304888
           "bad01673ba5dfb9b5db4f3ae6a71f18d492cb6801eab45ad3c7d483c0a1f6ad2"
           "pool/main/f/file/libmagic-mgc_5.44-3_amd64.deb")
          ("libmagic1" "1:5.44-3" "amd64" 103752
           "a241c2adc7438a7e217f32544028489981768a349d3e48673392703255c7b88e"
           "pool/main/f/file/libmagic1_5.44-3_amd64.deb")
          ("libmpc3" "1.3.1-1" "amd64" 51480
           "d7f79544790e44f9b0c8cb9034a18c58d37f8702a15f32539050718679e52f80"
           "pool/main/m/mpclib3/libmpc3_1.3.1-1_amd64.deb")
          ("libmpfr6" "4.2.0-1" "amd64" 700900
           "37b7a2b4e78890b6a074777f27b96c84f58e81558ba08410c2b6c0ca4a4ad77b"
           "pool/main/m/mpfr4/libmpfr6_4.2.0-1_amd64.deb")
          ("libncursesw6" "6.4-4" "amd64" 133824
           "98fa7a53dc565a38b65fb70422ad08001bf5361d8fbc74255280c329996a6bec"
           "pool/main/n/ncurses/libncursesw6_6.4-4_amd64.deb")
          ("libpcre2-8-0" "10.42-1" "amd64" 260776
           "030db54f4d76cdfe2bf0e8eb5f9efea0233ab3c7aa942d672c7b63b52dbaf935"
           "pool/main/p/pcre2/libpcre2-8-0_10.42-1_amd64.deb")
          ("libperl5.36" "5.36.0-7+deb12u3" "amd64" 4195924
           "591903643119c7e1735011369287976eccab1d79b1d2f210760e2138d0a3aa46"
           "pool/main/p/perl/libperl5.36_5.36.0-7+deb12u3_amd64.deb")
          ("libpkgconf3" "1.8.1-1" "amd64" 36084
           "da01fb901123ae498c36387a32240e09e1f2866810146c5a574273f7eaf31093"
           "pool/main/p/pkgconf/libpkgconf3_1.8.1-1_amd64.deb")
          ("libpython3.11-minimal" "3.11.2-6+deb12u8" "amd64" 817740
           "f3beaa03994ffedacf73c43a0843d53b062d347115d8af65bee2034552a4e6f9"
           "pool/main/p/python3.11/libpython3.11-minimal_3.11.2-6+deb12u8_amd64.deb")
          ("libpython3.11-stdlib" "3.11.2-6+deb12u8" "amd64" 1798560
           "890b3540dad8a1ccc0deeca025db735bcc82629a76adacbe3b50fcc06ed528ca"
           "pool/main/p/python3.11/libpython3.11-stdlib_3.11.2-6+deb12u8_amd64.deb")
          ("libquadmath0" "12.2.0-14+deb12u1" "amd64" 144616
           "3f0c9a4c730da2fdab001cae596625438598fd2996d29d888feeb4c1cdc9011f"
           "pool/main/g/gcc-12/libquadmath0_12.2.0-14+deb12u1_amd64.deb")
          ("libreadline8" "8.2-1.3" "amd64" 165760
           "e02ebbd3701cf468dbf98d6d917fbe0325e881f07fe8b316150c8d2a64486e66"
           "pool/main/r/readline/libreadline8_8.2-1.3_amd64.deb")
          ("libselinux1" "3.4-1+b6" "amd64" 73720
           "2b07f5287b9105f40158b56e4d70cc1652dac56a408f3507b4ab3d061eed425f"
           "pool/main/libs/libselinux/libselinux1_3.4-1+b6_amd64.deb")
          ("libsigsegv2" "2.14-1" "amd64" 37152
           "92336a5c47989b82ba4c778adc0ea22fc84450773f2d8428fca4448b0789cfe6"
           "pool/main/libs/libsigsegv/libsigsegv2_2.14-1_amd64.deb")
          ("libsqlite3-0" "3.40.1-2+deb12u2" "amd64" 838808
           "a8d78b40e9b4e422224aeebfe0e4dfc243f6acf3532490b0c05480d4283d41e2"
           "pool/main/s/sqlite3/libsqlite3-0_3.40.1-2+deb12u2_amd64.deb")
          ("libssl3" "3.0.20-1~deb12u2" "amd64" 2036016
           "89be24b41bff568ee6e7caf5680a3d808e80315ed92e407056ce0fa7a5bda025"
           "pool/main/o/openssl/libssl3_3.0.20-1~deb12u2_amd64.deb")
          ("libstdc++-12-dev" "12.2.0-14+deb12u1" "amd64" 2047292
           "d28def6c23630432b57cb38a4c2fd67a79d4e0484027386ca6e8d6005c3d7a73"
           "pool/main/g/gcc-12/libstdc++-12-dev_12.2.0-14+deb12u1_amd64.deb")
          ("libstdc++6" "12.2.0-14+deb12u1" "amd64" 612604
           "5cd3171216d4ab0fc911cfe9c35509bf2dd8f47761c43b7f6a4296701551a24d"
           "pool/main/g/gcc-12/libstdc++6_12.2.0-14+deb12u1_amd64.deb")
          ("libtinfo6" "6.4-4" "amd64" 331352
           "072d908f38f51090ca28ca5afa3b46b2957dc61fe35094c0b851426859a49a51"
           "pool/main/n/ncurses/libtinfo6_6.4-4_amd64.deb")
          ("libunistring2" "1.0-2" "amd64" 436708
           "d466bbfe011d764d793c1d9d777cad9c7cf65b938e11598f27408171ad95a951"
           "pool/main/libu/libunistring/libunistring2_1.0-2_amd64.deb")
          ("libuuid1" "2.38.1-5+deb12u3" "amd64" 28784
           "5fff398321da62d28a842bcbabd193d72ae21724962c029dc32b1dc6b2deaeaf"
           "pool/main/u/util-linux/libuuid1_2.38.1-5+deb12u3_amd64.deb")
          ("libzstd1" "1.5.4+dfsg2-5" "amd64" 290036
           "6315b5ac38b724a710fb96bf1042019398cb656718b1522279a5185ed39318fa"
           "pool/main/libz/libzstd/libzstd1_1.5.4+dfsg2-5_amd64.deb")
          ("linux-libc-dev" "6.1.176-1" "amd64" 2303828
           "8bb258735b9dffbb111da778ebdd024750878e435ffd9dfcadcb6762ede6b4cf"
           "pool/main/l/linux/linux-libc-dev_6.1.176-1_amd64.deb")
          ("m4" "1.4.19-3" "amd64" 286836
           "b2dd7bfca426712416e651bb5ff6dabe7d05e4caebbac61d714dbe261b31e4c3"
           "pool/main/m/m4/m4_1.4.19-3_amd64.deb")
          ("make" "4.3-4.1" "amd64" 395632
           "a1a83af8cbd854af887b72ad196b1f4af58387815e21ced1000253a116a46e2a"
           "pool/main/m/make-dfsg/make_4.3-4.1_amd64.deb")
          ("patch" "2.7.6-7" "amd64" 127848
           "8c6d49b771530dbe26d7bd060582dc7d2b4eeb603a20789debc1ef4bbbc4ef67"
           "pool/main/p/patch/patch_2.7.6-7_amd64.deb")
          ("patchelf" "0.14.3-1+b1" "amd64" 65480
           "0364b90e81faabbb9569076063952c7bcbf07f83d954a2f2602a163d65be60e6"
           "pool/main/p/patchelf/patchelf_0.14.3-1+b1_amd64.deb")
          ("perl" "5.36.0-7+deb12u3" "amd64" 238900
           "afa50ec7d9b1a407cd0187dae033644ef13578d4f3792435e0c41b962ffec0c4"
           "pool/main/p/perl/perl_5.36.0-7+deb12u3_amd64.deb")
          ("perl-base" "5.36.0-7+deb12u3" "amd64" 1607712
           "8ec874926e211807cde71e1b0a2311d2534ab3539dffcb2c8553633f542efc1a"
           "pool/main/p/perl/perl-base_5.36.0-7+deb12u3_amd64.deb")
          ("perl-modules-5.36" "5.36.0-7+deb12u3" "all" 2815332
           "3d237ccb1ea32727b6573d43c67d78337aa928a81148d36cef54b369a07c240a"
           "pool/main/p/perl/perl-modules-5.36_5.36.0-7+deb12u3_all.deb")
          ("pkgconf" "1.8.1-1" "amd64" 25892
           "4e3ce982b5fedc6c6119268435504a64f5ffcc6d93aaecaea902d816eba1215f"
           "pool/main/p/pkgconf/pkgconf_1.8.1-1_amd64.deb")
          ("pkgconf-bin" "1.8.1-1" "amd64" 29472
           "8fb5a8f83e46ad04b4cf02651ceec56c0611a335cf0d30780d859a95d0400174"
           "pool/main/p/pkgconf/pkgconf-bin_1.8.1-1_amd64.deb")
          ("python3.11-minimal" "3.11.2-6+deb12u8" "amd64" 2064968
           "4aba533f7cc5e7b93b7ff24482840e96813f5bcde9cce028395b65a0d799ccee"
           "pool/main/p/python3.11/python3.11-minimal_3.11.2-6+deb12u8_amd64.deb")
          ("sed" "4.9-1+deb12u1" "amd64" 329092
           "fd557efeee8aae4619c2cb7f68aadccb804322ad4a99ab048aaae5901d253885"
           "pool/main/s/sed/sed_4.9-1+deb12u1_amd64.deb")
          ("tar" "1.34+dfsg-1.2+deb12u1" "amd64" 836288
           "24fb92e98c2969171f81a8b589263d705f6b1670f95d121cd74c810d4605acc3"
           "pool/main/t/tar/tar_1.34+dfsg-1.2+deb12u1_amd64.deb")
          ("xz-utils" "5.4.1-1+deb12u1" "amd64" 471212
           "cc6dc501e0c06be3f89e9a7f8dfd7a97f92aadfd9daa60fad19b90d6a5558b80"
           "pool/main/x/xz-utils/xz-utils_5.4.1-1+deb12u1_amd64.deb")
          ("zlib1g" "1:1.2.13.dfsg-1" "amd64" 86684
           "d7dd1d1411fedf27f5e27650a6eff20ef294077b568f4c8c5e51466dc7c08ce4"
           "pool/main/z/zlib/zlib1g_1.2.13.dfsg-1_amd64.deb"))))

;; An item's inputs come before it.
(define %items
  (rows make-item
        '(("glibc" "2.36"
           ("libc6" "libc-bin" "libgcc-s1" "dash")
           ())
          ("glibc-dev" "2.36"
           ("libc6-dev")
           ("glibc"))
          ("linux-headers" "6.1.176"
           ("linux-libc-dev")
           ())
          ("libxcrypt" "4.4.33"
           ("libcrypt1" "libcrypt-dev")
           ("glibc"))
          ("gcc-lib" "12.2.0"
           ("libgcc-s1" "libstdc++6" "libgomp1" "libatomic1" "libquadmath0" "libitm1")
           ("glibc"))
          ("gmp" "6.2.1"
           ("libgmp10")
           ("glibc"))
          ("mpfr" "4.2.0"
           ("libmpfr6")
           ("glibc" "gmp"))
          ("mpc" "1.3.1"
           ("libmpc3")
           ("glibc" "gmp" "mpfr"))
          ("isl" "0.25"
           ("libisl23")
           ("glibc" "gmp"))
          ("zlib" "1.2.13"
           ("zlib1g")
           ("glibc"))
          ("zstd-lib" "1.5.4"
           ("libzstd1")
           ("glibc"))
          ("bzip2" "1.0.8"
           ("bzip2" "libbz2-1.0")
           ("glibc"))
          ("xz" "5.4.1"
           ("xz-utils" "liblzma5")
           ("glibc"))
          ("jansson" "2.14"
           ("libjansson4")
           ("glibc"))
          ("binutils" "2.40"
           ("binutils" "binutils-x86-64-linux-gnu" "binutils-common" "libbinutils" "libctf0"
            "libctf-nobfd0")
           ("glibc" "gcc-lib" "zlib" "zstd-lib" "jansson"))
          ("ncurses" "6.4"
           ("libtinfo6" "libncursesw6")
           ("glibc"))
          ("readline" "8.2"
           ("libreadline8")
           ("glibc" "ncurses"))
          ("bash" "5.2.15"
           ("bash")
           ("glibc" "ncurses"))
          ("glibc-utils" "2.36"
           ("libc-bin" "libc-dev-bin")
           ("glibc" "bash"))
          ("ld-wrapper" "0"
           ()
           ("glibc" "glibc-dev" "bash" "binutils"))
          ("gcc" "12.2.0"
           ("gcc-12" "g++-12" "cpp-12" "libgcc-12-dev" "libstdc++-12-dev")
           ("glibc" "glibc-dev" "linux-headers" "gcc-lib" "gmp" "mpfr" "mpc" "isl" "zlib"
            "zstd-lib" "binutils" "ld-wrapper"))
          ("make" "4.3"
           ("make")
           ("glibc"))
          ("attr" "2.5.1"
           ("libattr1")
           ("glibc"))
          ("acl" "2.3.1"
           ("libacl1")
           ("glibc" "attr"))
          ("pcre2" "10.42"
           ("libpcre2-8-0")
           ("glibc"))
          ("libselinux" "3.4"
           ("libselinux1")
           ("glibc" "pcre2"))
          ("coreutils" "9.1"
           ("coreutils")
           ("glibc" "acl" "attr" "gmp" "libselinux"))
          ("sed" "4.9"
           ("sed")
           ("glibc" "acl" "libselinux"))
          ("grep" "3.8"
           ("grep")
           ("glibc" "pcre2"))
          ("libsigsegv" "2.14"
           ("libsigsegv2")
           ("glibc"))
          ("gawk" "5.2.1"
           ("gawk")
           ("glibc" "gmp" "mpfr" "readline" "libsigsegv"))
          ("tar" "1.34"
           ("tar")
           ("glibc" "acl" "libselinux"))
          ("gzip" "1.12"
           ("gzip")
           ("glibc"))
          ("findutils" "4.9.0"
           ("findutils")
           ("glibc" "libselinux"))
          ("diffutils" "3.8"
           ("diffutils")
           ("glibc"))
          ("patch" "2.7.6"
           ("patch")
           ("glibc"))
          ("file" "5.44"
           ("file" "libmagic1" "libmagic-mgc")
           ("glibc" "bzip2" "xz" "zlib"))
          ("libgc" "8.2.2"
           ("libgc1")
           ("glibc"))
          ("libffi" "3.4.4"
           ("libffi8")
           ("glibc"))
          ("libunistring" "1.0"
           ("libunistring2")
           ("glibc"))
          ("guile" "3.0.8"
           ("guile-3.0" "guile-3.0-libs")
           ("glibc" "gmp" "libxcrypt" "libffi" "libgc" "libunistring" "readline"))
          ("bdb" "5.3.28"
           ("libdb5.3")
           ("glibc"))
          ("gdbm" "1.23"
           ("libgdbm6" "libgdbm-compat4")
           ("glibc"))
          ("perl" "5.36.0"
           ("perl" "perl-base" "perl-modules-5.36" "libperl5.36")
           ("glibc" "libxcrypt" "zlib" "bzip2" "bdb" "gdbm"))
          ("expat" "2.5.0"
           ("libexpat1")
           ("glibc"))
          ("openssl" "3.0.20"
           ("libssl3")
           ("glibc"))
          ("sqlite" "3.40.1"
           ("libsqlite3-0")
           ("glibc"))
          ("util-linux-lib" "2.38.1"
           ("libuuid1")
           ("glibc"))
          ("python" "3.11.2"
           ("python3.11-minimal" "libpython3.11-minimal" "libpython3.11-stdlib")
           ("glibc" "zlib" "expat" "openssl" "bzip2" "xz" "libffi" "libxcrypt" "ncurses"
            "readline" "sqlite" "util-linux-lib" "bdb"))
          ("cython" "0.29.32"
           ("cython3")
           ("glibc" "python"))
          ("m4" "1.4.19"
           ("m4")
           ("glibc"))
          ("bison" "3.8.2"
           ("bison")
           ("glibc" "m4"))
          ("flex" "2.6.4"
           ("flex")
           ("glibc" "m4"))
          ("pkgconf" "1.8.1"
           ("pkgconf" "pkgconf-bin" "libpkgconf3")
           ("glibc"))
          ("patchelf" "0.14.3"
           ("patchelf")
           ("glibc" "gcc-lib"))
          ("gettext" "0.21"
           ("gettext-base")
           ("glibc")))))

(define find-deb (find-in %debs deb-name "package of Debian"))
(define find-item (find-in %items item-name "item"))

;; What runs before anything is patched: Guile, the tools of the import, and their libraries.
(define %seed-debs
  '("libc6" "libgcc-s1" "libstdc++6" "libcrypt1"
    "guile-3.0-libs" "libgc1" "libffi8" "libunistring2" "libgmp10" "libreadline8" "libtinfo6"
    "tar" "libacl1" "libselinux1" "libpcre2-8-0"
    "xz-utils" "liblzma5"
    "patchelf"))
