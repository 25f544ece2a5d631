;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The modules that nearly every program uses, in one.
(define-module (guix))

(eval-when (expand load eval)
  (for-each (lambda (name)
              (let ((interface (resolve-interface name)))
                (module-use! (current-module) interface)
                (module-re-export! (current-module)
                                   (module-map (lambda (name variable) name)
                                               interface))))
            '((guix derivations)
              (guix gexp)
              (guix monads)
              (guix packages)
              (guix store)
              (guix utils))))
