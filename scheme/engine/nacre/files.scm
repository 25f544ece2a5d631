;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What the engine's modules do with the user's files.
(define-module (nacre files)
  #:export (make-directories))

(define (make-directories directory)
  "Make DIRECTORY, which nobody else may read, and the directories above it, unless it is there."
  (unless (file-exists? directory)
    (make-directories (dirname directory))
    (mkdir directory #o700)))
