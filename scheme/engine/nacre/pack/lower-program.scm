;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; lower-program.scm NAME SYSTEM TARGET GRAFTS: prints the file name of the derivation of a program that
;;; packs carry.  TARGET may be empty; GRAFTS is "grafts" or "no-grafts".  Processes of nacre that have
;;; another channel run it with our own: see (nacre pack programs).
(use-modules ((guix derivations) #:select (derivation-file-name))
             ((guix gexp) #:select (lower-object))
             ((guix grafts) #:select (%graft?))
             ((guix store) #:select (open-connection run-with-store))
             (nacre pack programs)
             (ice-9 match))

(match (command-line)
  ((_ name system target grafts)
   (parameterize ((%graft? (string=? grafts "grafts")))
     (display
      (derivation-file-name
       (run-with-store (open-connection)
         (lower-object (pack-program (string->symbol name)) system
                       #:target (and (not (string-null? target)) target))))))))
