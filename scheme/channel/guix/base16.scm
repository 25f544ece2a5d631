;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Hexadecimal digits.
(define-module (guix base16)
  #:use-module (nacre hash)
  #:re-export (bytevector->base16-string
               base16-string->bytevector))
