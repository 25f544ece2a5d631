;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What nearly every manifest uses, in one module.
(define-module (gnu)
  #:use-module (nacre package-modules)
  #:re-export (use-package-modules))

(eval-when (expand load eval)
  (for-each (lambda (name)
              (let ((interface (resolve-interface name)))
                (module-use! (current-module) interface)
                (module-re-export! (current-module)
                                   (module-map (lambda (name variable) name)
                                               interface))))
            '((gnu packages)
              (gnu packages base)
              (guix gexp))))
