;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What this system's name spaces allow.
(define-module (gnu build linux-container)
  #:use-module (ice-9 rdelim)
  #:export (user-namespace-supported?
            unprivileged-user-namespace-supported?))

(define (user-namespace-supported?)
  "Return #t when the kernel has user name spaces."
  (file-exists? "/proc/self/ns/user"))

(define (unprivileged-user-namespace-supported?)
  "Return #t when ordinary users may make user name spaces."
  (define switch "/proc/sys/kernel/unprivileged_userns_clone")

  (and (user-namespace-supported?)
       (or (not (file-exists? switch))
           (string=? "1" (call-with-input-file switch read-line)))))
