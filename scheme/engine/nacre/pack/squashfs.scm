;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Images for Singularity and Apptainer: SquashFS file systems, bare or in a file of their own
;;; format, SIF.
(define-module (nacre pack squashfs)
  #:use-module ((guix diagnostics) #:select (warning))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix profiles)
                #:select (manifest-entries manifest-entry-name))
  #:use-module (nacre pack format)
  #:use-module (nacre pack options)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (squashfs-format
            sif-format))

;; Packages that have bin/sh.
(define %shells
  '("bash" "bash-minimal" "bash-static" "busybox"))

(define (warn-without-shell request)
  "Warn if no package has a shell: Singularity starts all programs by /bin/sh."
  (define names
    (map manifest-entry-name
         (manifest-entries (pack-request-manifest request))))

  (unless (any (lambda (name) (member name %shells)) names)
    (warning (G_ "the image has no shell, which Singularity needs; add 'bash'~%"))))

(define (check-image name options links local-state?)
  "Raise an error if one of LINKS is where Singularity's own files are."
  (for-each (match-lambda
              ((source . _)
               (when (below? source "/.singularity.d")
                 (fail (simple-format #f (G_ "~a: bad symbolic link: that place is Singularity's own")
                                      source)
                       (G_ "choose another place")))))
            links))

(define squashfs-format
  (pack-format 'squashfs "builtin:pack-squashfs"
               (lambda (name ending)
                 (string-append name "-squashfs-pack" ending ".squashfs"))
               #:compressions '(gzip zstd xz none)
               #:variables (lambda (request)
                             (warn-without-shell request)
                             (entry-point-variables request))
               #:check check-image))

(define sif-format
  (pack-format 'sif "builtin:pack-sif"
               (lambda (name ending)
                 (string-append name "-sif-pack.sif"))
               #:compressions '(gzip zstd xz none)
               #:variables (lambda (request)
                             (warn-without-shell request)
                             `(("system" . ,(pack-request-system request))
                               ,@(entry-point-variables request)))
               #:check check-image))
