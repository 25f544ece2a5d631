;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What a pack has of /var/guix.
(define-module (nacre pack local-state)
  #:use-module (guix i18n)
  #:use-module (nacre pack options)
  #:export (local-state-variables))

;; Those that Guix's own programs look for.
(define %profile-names
  '((guix-profile . #t)
    (current-guix . #t)))

(define (local-state-variables local-state? profile-name)
  "Return what the builder of a pack is told of /var/guix, where root's profile is
called PROFILE-NAME, a string or #f for the usual one; nothing unless
LOCAL-STATE?."
  (when (and profile-name (not local-state?))
    (fail (G_ "a profile's name is of no use in a pack without /var/guix")
          (G_ "add --localstatedir")))
  (if local-state?
      `(("local-state-profile"
         . ,(symbol->string
             (car (lookup (or profile-name "guix-profile") %profile-names
                          (G_ "name of a profile"))))))
      '()))
