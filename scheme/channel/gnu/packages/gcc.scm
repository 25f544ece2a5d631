;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Compilers of C and C++: Debian's, imported in the store.  Programs that they make use
;;; the run-time libraries of the newest one, as on Debian.

(define-module (gnu packages gcc)
  #:use-module (gnu packages bootstrap)
  #:use-module (gnu packages bootstrap-debian)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define %gcc-11-debs
  (rows make-deb
        '(("gcc-11" "11.3.0-12" "amd64" 18187468
           "ffd171e4df5bbc0ace8ecc6efcb6192a8f64fa5bb22ef2f193be66a43431c356"
           "pool/main/g/gcc-11/gcc-11_11.3.0-12_amd64.deb")
          ("g++-11" "11.3.0-12" "amd64" 10189352
           "4ccab3ebfb3edd0c32a5f7abe98fcb1865e52c369418fe468c1f793e5ccda1f5"
           "pool/main/g/gcc-11/g++-11_11.3.0-12_amd64.deb")
          ("cpp-11" "11.3.0-12" "amd64" 9175632
           "2fffa4164a7d4103c410fce5b76fae2cb9508e6f0095c99a6f91f686566a22a1"
           "pool/main/g/gcc-11/cpp-11_11.3.0-12_amd64.deb")
          ("libgcc-11-dev" "11.3.0-12" "amd64" 2364840
           "ca9f6d0e48c482e32b5198b4dd6bd406b4eeb79b8557acc7ce4e89697cd6afa0"
           "pool/main/g/gcc-11/libgcc-11-dev_11.3.0-12_amd64.deb")
          ("libstdc++-11-dev" "11.3.0-12" "amd64" 1971120
           "9db1a0a4f4db845191380e25ce7d8669ee4785e24e9550c2fcd79d010ea2d513"
           "pool/main/g/gcc-11/libstdc++-11-dev_11.3.0-12_amd64.deb"))))

(define import-modules
  (compiled-modules "bootstrap-import-gcc-modules"
                    (append %import-modules '("guix/build/debian-import-gcc.scm"))))

(define (import-command version debs inputs)
  (lambda (file-of)
    (seed-guile file-of
                (list "-L" (file-of "modules") "-C" (file-of "modules"))
                `((use-modules (guix build debian-import-gcc))
                  (import-gcc ,version
                              #:debs ',(deb-files (map deb-name debs) file-of)
                              #:inputs ',(map (lambda (name) (cons name (file-of name)))
                                              inputs)
                              #:seed ,(file-of "seed"))))))

(define (imported-gcc version major debs)
  "Return the package of GCC's VERSION that DEBS hold."
  (define inputs
    (item-inputs (find-item "gcc")))

  (raw-package "gcc" version
               `(("seed" ,seed)
                 ("modules" ,import-modules)
                 ,@(map (lambda (name) (list name (bootstrap-package name))) inputs)
                 ,@(map deb->input debs))
               (import-command major debs inputs)
               #:license license:gpl3+
               #:synopsis "Compiler of C and C++"
               #:properties `((hidden? . #t)
                              (compiler-cpu-architectures . ,%gcc-cpus))
               #:search-paths (package-native-search-paths %bootstrap-gcc)))

(define-public gcc-11
  (imported-gcc "11.3.0" "11" %gcc-11-debs))

(define-public gcc-12
  (package
    (inherit %bootstrap-gcc)
    (name "gcc")
    (properties `((hidden? . #t) ,@(package-properties %bootstrap-gcc)))))

(define-public gcc gcc-12)
