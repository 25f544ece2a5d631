;;; SPDX-License-Identifier: GPL-3.0-or-later
;;; hostile-links.scm PROGRAM: prints a derivation that checks a link among its inputs, after another one
;;; had the chance to replace it.
(use-modules (guix store) (guix derivations) (ice-9 match))

(match (command-line)
  ((_ file)
   (with-store store
     (let* ((program (add-to-store store "hostile" #t "sha256" file))
            (make (lambda (name arguments . inputs)
                    (derivation store name program arguments
                                #:sources (list program) #:inputs (map derivation-input inputs))))
            (link (make "link" '("link")))
            (target (derivation->output-path link))
            (evil (make "evil" (list "replace-link" target) link)))
       (display (derivation-file-name (make "look" (list "look" target) link evil)))
       (newline)))))
