;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Base-64 digits.
(define-module (guix base64)
  #:use-module (nacre hash)
  #:re-export (base64-encode
               base64-decode))
