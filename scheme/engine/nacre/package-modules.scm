;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; A short form for the imports of manifests, which every manifest can use.
(define-module (nacre package-modules)
  #:export (use-package-modules))

(define-syntax-rule (use-package-modules name ...)
  ;; Import the modules (gnu packages NAME) ...
  (use-modules (gnu packages name) ...))
