;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages python-xyz)
  #:use-module (gnu packages bootstrap)
  #:use-module (gnu packages maths)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system python)
  #:use-module ((guix licenses) #:prefix license:))

(define-public python-numpy
  (package
    (name "python-numpy")
    (version "1.19.5")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/n/numpy/numpy_"
                                  version ".orig.tar.xz"))
              (sha256
               (base32
                "118jfd79i835dbw936hv04xzswmpg28fq5pryccp38pdwlhl6iwb"))))
    (build-system python-build-system)
    (inputs (list openblas))
    (native-inputs (list %bootstrap-cython))
    (arguments
     (list
      #:tests? #f                       ;they need pytest
      #:use-setuptools? #f
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'use-distutils
            ;; Nothing here needs setuptools.
            (lambda _
              (substitute* "setup.py"
                (("^ *import setuptools .*") "")
                (("from setuptools import setup")
                 "from distutils.core import setup"))))
          (add-after 'unpack 'configure-blas
            ;; Our OpenBLAS is BLAS only; LAPACK is NumPy's own.
            (lambda* (#:key inputs #:allow-other-keys)
              (let ((openblas #$(this-package-input "openblas")))
                (call-with-output-file "site.cfg"
                  (lambda (port)
                    (format port "[openblas]
libraries = openblas
library_dirs = ~a/lib
include_dirs = ~a/include~%" openblas openblas))))
              (setenv "NPY_BLAS_ORDER" "openblas")
              (setenv "NPY_LAPACK_ORDER" "")))
          (add-after 'use-distutils 'compile-cython-sources
            ;; As 'tools/cythonize.py' does, which takes one after the other.
            (lambda* (#:key inputs native-inputs #:allow-other-keys)
              (substitute* "setup.py"
                (("^( +)generate_cython\\(\\)" _ indentation)
                 (string-append indentation "pass")))
              ;; Where Python can keep its bytecode.
              (copy-recursively
               (search-input-directory (or native-inputs inputs)
                                       "lib/python3/dist-packages")
               "../cython" #:log #f)
              (setenv "PYTHONPATH" (canonicalize-path "../cython"))
              (invoke "python3" "-c" "
import os, sys
from multiprocessing.pool import ThreadPool
sys.path.insert(0, os.path.abspath('tools'))
import cythonize

def files(suffix):
    return sorted(f for f in os.listdir() if f.endswith(suffix))

os.chdir('numpy/random')
for file in files('.pxd.in'):
    cythonize.process_tempita_pxd(file, file[:-3])
jobs = [(cythonize.process_pyx, file, file[:-4] + '.c')
        for file in files('.pyx')]
jobs += [(cythonize.process_tempita_pyx, file, file[:-7] + '.c')
         for file in files('.pyx.in')]
jobs.sort(key=lambda job: -os.path.getsize(job[1]))
with ThreadPool(int(sys.argv[1])) as pool:
    pool.starmap(lambda function, *names: function(*names), jobs, chunksize=1)
" (number->string (parallel-job-count)))))
          (replace 'build
            (lambda _
              (invoke "python3" "setup.py" "build"
                      "-j" (number->string (parallel-job-count))))))))
    (synopsis "Numerical computing with Python")
    (description
     "NumPy gives Python arrays of numbers in any dimensions, and fast functions
of them: linear algebra, Fourier transforms, random numbers.")
    (home-page "https://numpy.org/")
    (properties '((upstream-name . "numpy")))
    (license license:bsd-3)))
