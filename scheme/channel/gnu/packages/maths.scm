;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages maths)
  #:use-module (gnu packages bootstrap)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public openblas
  (package
    (name "openblas")
    (version "0.3.21")
    ;; Debian's file lacks LAPACK, which is a package of its own there.
    (source (origin
              (method url-fetch)
              (uri (string-append
                    "mirror://debian/pool/main/o/openblas/openblas_"
                    version "+ds.orig.tar.xz"))
              (sha256
               (base32
                "12l44qwbn788j0r1jpssnfh274vhblhdxv5aawnkn0y8c755rv5v"))))
    (build-system gnu-build-system)
    (native-inputs (list %bootstrap-perl))
    (arguments
     (list
      #:tests? #f                       ;they need a Fortran compiler
      #:make-flags
      ;; The kernels for a processor are chosen at run time, from a list: the
      ;; processor and the number of cores that build make no difference.
      #~(list "DYNAMIC_ARCH=1" "DYNAMIC_LIST=HASWELL" "TARGET=GENERIC"
              "NUM_THREADS=64" "USE_OPENMP=0" "NO_AFFINITY=1"
              "NOFORTRAN=1" "NO_LAPACK=1" "NO_LAPACKE=1"
              "CC=gcc" "HOSTCC=gcc"
              (string-append "PREFIX=" #$output))
      #:phases
      #~(modify-phases %standard-phases
          (delete 'configure)
          (replace 'build
            ;; The default target runs tests.
            (lambda* (#:key make-flags #:allow-other-keys)
              (apply invoke "make" "-j" (number->string (parallel-job-count))
                     "libs" "netlib" "shared" make-flags)))
          (add-after 'install 'delete-static-library
            (lambda* (#:key outputs #:allow-other-keys)
              (for-each delete-file
                        (find-files (assoc-ref outputs "out") "\\.a$")))))))
    (synopsis "Optimized BLAS library")
    (description
     "OpenBLAS computes with vectors and matrices as fast as the processor can,
behind the interface of the Basic Linear Algebra Subprograms.")
    (home-page "https://www.openblas.net/")
    (license license:bsd-3)))
