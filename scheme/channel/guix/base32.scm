;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The base-32 digits of store file names.
(define-module (guix base32)
  #:use-module (nacre hash)
  #:re-export (bytevector->nix-base32-string
               nix-base32-string->bytevector))
