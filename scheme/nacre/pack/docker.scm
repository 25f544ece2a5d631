;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Images for Docker and Podman.
(define-module (nacre pack docker)
  #:use-module (guix derivations)
  #:use-module (guix i18n)
  #:use-module (nacre pack format)
  #:use-module (nacre pack options)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (docker-format))

(define (image-name name)
  "Return NAME, a file name, as Docker allows it: lower case, with letters and
digits and single separators between them."
  (define (allowed char)
    (let ((char (char-downcase char)))
      (if (or (char<=? #\a char #\z) (char<=? #\0 char #\9)) char #\-)))

  (match (remove string-null?
                 (string-split (string-map allowed name) #\-))
    (()    "image")
    (parts (string-join parts "-"))))

(define (image-variables request)
  "Return what the builder of an image is told."
  (define profile (pack-request-profile request))

  `(("system" . ,(pack-request-system request))
    ("image-tag" . ,(pack-request-option request #:image-tag
                                         (image-name (pack-request-name request))))
    ,@(optional "search-paths"
                (assoc-ref (derivation-builder-environment-vars profile)
                           "search-paths"))
    ,@(optional "environment"
                (lines (G_ "environment variable")
                       (pack-request-option request #:environment '())))
    ,@(entry-point-variables request)
    ,@(optional "max-layers"
                (and=> (pack-request-option request #:max-layers)
                       number->string))))

(define docker-format
  (pack-format 'docker "builtin:pack-docker"
               (lambda (name ending)
                 (string-append name "-docker-pack.tar" ending))
               #:options '(#:entry-point #:entry-point-arguments #:image-tag
                           #:environment #:max-layers)
               #:variables image-variables))
