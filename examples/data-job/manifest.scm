;;; SPDX-License-Identifier: GPL-3.0-or-later

;; What the job runs on.  docs/images.md makes an image of it.
(specifications->manifest '("python" "python-numpy"))
