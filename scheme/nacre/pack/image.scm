;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What the formats of images have in common: their options, and what builders are told of them.
(define-module (nacre pack image)
  #:use-module (guix derivations)
  #:use-module (guix i18n)
  #:use-module (nacre pack format)
  #:use-module (nacre pack options)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%image-options
            image-variables
            platform-variables))

;; The keywords of images.
(define %image-options
  '(#:entry-point #:entry-point-arguments #:image-tag #:environment #:max-layers
    #:command #:exposed-ports #:volumes #:labels #:user #:working-directory))

(define (image-name name)
  "Return NAME, a file name, as images have it: lower case, with letters and
digits and single separators between them."
  (define (allowed char)
    (let ((char (char-downcase char)))
      (if (or (char<=? #\a char #\z) (char<=? #\0 char #\9)) char #\-)))

  (match (remove string-null?
                 (string-split (string-map allowed name) #\-))
    (()    "image")
    (parts (string-join parts "-"))))

(define (platform-variables request)
  "Return what the builder of an image is told of its platform."
  `(("system" . ,(pack-request-system request))
    ,@(optional "search-paths"
                (assoc-ref (derivation-builder-environment-vars
                            (pack-request-profile request))
                           "search-paths"))))

(define (image-variables request)
  "Return what the builder of an image is told."
  `(,@(platform-variables request)
    ("layers-version" . "3")
    ("image-tag" . ,(pack-request-option request #:image-tag
                                         (image-name (pack-request-name request))))
    ,@(optional "environment"
                (lines (G_ "environment variable")
                       (pack-request-option request #:environment '())))
    ,@(entry-point-variables request)
    ,@(optional "command"
                (lines (G_ "command's argument")
                       (pack-request-option request #:command '())))
    ,@(optional "exposed-ports"
                (lines (G_ "port")
                       (pack-request-option request #:exposed-ports '())))
    ,@(optional "volumes"
                (lines (G_ "volume")
                       (pack-request-option request #:volumes '())))
    ,@(optional "labels"
                (lines (G_ "label")
                       (pack-request-option request #:labels '())))
    ,@(optional "user" (pack-request-option request #:user))
    ,@(optional "working-directory"
                (pack-request-option request #:working-directory))
    ,@(optional "max-layers"
                (and=> (pack-request-option request #:max-layers)
                       number->string))))
