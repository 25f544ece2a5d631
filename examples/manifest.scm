;;; SPDX-License-Identifier: GPL-3.0-or-later

;; A Python with NumPy.  Try:
;;
;;   nacre pack -f docker -m examples/manifest.scm
(specifications->manifest
 (list "python" "python-numpy"))
