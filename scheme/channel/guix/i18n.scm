;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Messages are looked up in a gettext domain, so that channels may carry
;;; translations.
(define-module (guix i18n)
  #:export (G_
            N_
            P_
            %gettext-domain
            %package-text-domain))

(define %gettext-domain "nacre")
(define %package-text-domain "nacre-packages")

(define (G_ message)
  "Return the translation of the string MESSAGE."
  (gettext message %gettext-domain))

(define (N_ singular plural n)
  "Return the translation of SINGULAR or PLURAL for the integer N."
  (ngettext singular plural n %gettext-domain))

(define (P_ text)
  "Return the translation of TEXT, a synopsis or description of a package."
  (if (string-null? text)
      text
      (gettext text %package-text-domain)))
