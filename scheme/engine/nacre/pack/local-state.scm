;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The /var/guix of a pack.
(define-module (nacre pack local-state)
  #:use-module ((guix i18n) #:select (G_))
  #:use-module (nacre pack options)
  #:use-module (ice-9 match)
  #:export (local-state-variables))

;; The profiles that Guix's own programs look for.
(define %profile-names
  '((guix-profile . #t)
    (current-guix . #t)))

(define (check-links links)
  "Raise an error if one of LINKS, pairs, collides with /var/guix."
  (for-each (match-lambda
              ((source . _)
               (when (or (below? source "/var/guix") (below? "/var/guix" source))
                 (fail (simple-format #f (G_ "~a: bad symbolic link: /var/guix is the store's own")
                                      source)
                       (G_ "leave it out, or --localstatedir")))))
            links))

(define (local-state-variables local-state? profile-name links)
  "Return the builder's variables of a pack's /var/guix, where root's profile is
called PROFILE-NAME, a string or #f for the usual name; none unless
LOCAL-STATE?.  LINKS are the pack's symbolic links, pairs."
  (when local-state?
    (check-links links))
  (when (and profile-name (not local-state?))
    (fail (G_ "a profile's name needs a pack with /var/guix")
          (G_ "add --localstatedir")))
  (if local-state?
      `(("local-state-profile"
         . ,(symbol->string
             (car (lookup (or profile-name "guix-profile") %profile-names
                          (G_ "name of a profile"))))))
      '()))
