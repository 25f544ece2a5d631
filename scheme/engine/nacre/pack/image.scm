;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Options and builder's variables that all formats of images have.
(define-module (nacre pack image)
  #:use-module ((guix derivations)
                #:select (derivation-builder-environment-vars))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module (nacre pack format)
  #:use-module (nacre pack options)
  #:use-module (nacre pack root)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (check-image
            image-variables
            platform-variables))

(define (image-name name)
  "Return NAME, a file name, in the form of images' names: lower-case letters and
digits with single separators between them."
  (define (allowed char)
    (let ((char (char-downcase char)))
      (if (or (char<=? #\a char #\z) (char<=? #\0 char #\9)) char #\-)))

  (match (remove string-null?
                 (string-split (string-map allowed name) #\-))
    (()    "image")
    (parts (string-join parts "-"))))

(define (platform-variables request)
  "Return the builder's variables of an image's platform."
  `(("system" . ,(pack-request-system request))
    ,@(optional "search-paths"
                (assoc-ref (derivation-builder-environment-vars
                            (pack-request-profile request))
                           "search-paths"))))

(define (check-user user names links)
  "Raise an error if USER, \"USER\" or \"USER:GROUP\", has names that are not among NAMES, and
none of LINKS can lead to the file with their numbers."
  (define (check what name file)
    (unless (or (string-every char-numeric? name)
                (member name names)
                (any (match-lambda ((source . _) (below? file source))) links))
      (fail (simple-format #f (G_ "there is no ~a '~a' in the image, which has no ~a")
                           what name file)
            (simple-format #f (G_ "give numbers, such as --user=1000:1000, or add --add-user=~a")
                           name))))

  (match (string-split user #\:)
    ((user)
     (check (G_ "user") user "/etc/passwd"))
    ((user group . _)
     (check (G_ "user") user "/etc/passwd")
     (check (G_ "group") group "/etc/group"))))

(define (check-image name options links local-state?)
  "Raise an error if an image cannot have LINKS, or could not start with OPTIONS."
  (for-each (match-lambda
              ((source . _)
               (when (string-contains source "/.wh.")
                 (fail (simple-format #f (G_ "~a: bad symbolic link: in images, names that begin \
with '.wh.' mean that a file is deleted")
                                      source)
                       (G_ "choose another name, or another --format")))))
            links)
  (when (and (any (lambda (keyword) (option-value options keyword))
                  '(#:health-interval #:health-timeout #:health-start-period
                    #:health-retries))
             (null? (option-value options #:health-command '())))
    (fail (G_ "there are times of a health check, but no command that checks")
          (G_ "add --health-cmd, once for each argument")))
  (and=> (option-value options #:user)
         (lambda (user) (check-user user (added-user-names options) links))))

(define (image-variables request)
  "Return the builder's variables of an image."
  `(,@(platform-variables request)
    ("layers-version" . "3")
    ("image-tag" . ,(pack-request-option request #:image-tag
                                         (image-name (pack-request-name request))))
    ,@(entry-point-variables request)))
