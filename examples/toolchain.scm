;;; SPDX-License-Identifier: GPL-3.0-or-later

;; A Python with NumPy, compiled by GCC 11, and so all that needs Python.  Try:
;;
;;   nacre build -m examples/toolchain.scm
(use-modules (guix transformations))

(define transform
  (options->transformation
   '((with-c-toolchain . "python=gcc-toolchain@11"))))

(packages->manifest
 (map (compose transform specification->package)
      (list "python" "python-numpy")))
