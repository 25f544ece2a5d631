;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; OCI image layouts: what is compressed are the layers, not the archive.
(define-module (nacre pack oci)
  #:use-module (nacre pack format)
  #:use-module (nacre pack image)
  #:export (oci-format))

(define oci-format
  (pack-format 'oci "builtin:pack-oci"
               (lambda (name ending)
                 (string-append name "-oci-pack.tar"))
               #:compressions '(gzip zstd none)
               #:options %image-options
               #:variables image-variables))
