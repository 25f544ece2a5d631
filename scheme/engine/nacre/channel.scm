;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Names that a channel may lack.  docs/contract.md lists them, and what happens without them; names
;;; that every channel must have are imported.
(define-module (nacre channel)
  #:export (channel-value))

(define* (channel-value module name #:optional default)
  "Return the value of NAME in MODULE, the name of a module of the channel, or DEFAULT if
that module does not exist or does not export NAME."
  (let* ((module    (resolve-module module #t #:ensure #f))
         (interface (and module (module-public-interface module))))
    (if (and interface (module-variable interface name))
        ;; It may be inlined: a macro that stands for a procedure.
        (eval name module)
        default)))
