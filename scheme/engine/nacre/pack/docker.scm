;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Images for Docker and Podman.
(define-module (nacre pack docker)
  #:use-module (nacre pack format)
  #:use-module (nacre pack image)
  #:export (docker-format))

(define docker-format
  (pack-format 'docker "builtin:pack-docker"
               (lambda (name ending)
                 (string-append name "-docker-pack.tar" ending))
               #:compressions '(gzip zstd xz bzip2 none)
               #:variables image-variables
               #:check check-image))
