;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; OCI image layouts: the layers are compressed, not the archive.
(define-module (nacre pack oci)
  #:use-module (nacre pack format)
  #:use-module (nacre pack image)
  #:export (oci-format
            oci-directory-format))

(define (layout-format name builder file-name)
  (pack-format name builder file-name
               #:compressions '(gzip zstd none)
               #:variables image-variables
               #:check check-image
               #:platform-variables platform-variables))

(define oci-format
  (layout-format 'oci "builtin:pack-oci"
                 (lambda (name ending)
                   (string-append name "-oci-pack.tar"))))

(define oci-directory-format
  (layout-format 'oci-directory "builtin:pack-oci-directory"
                 (lambda (name ending)
                   (string-append name "-oci-directory-pack"))))
