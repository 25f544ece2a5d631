;;; SPDX-License-Identifier: GPL-3.0-or-later
;;; hostile.scm PROGRAM NAME COUNT HASH ARGUMENT...: prints COUNT derivations that run the program. HASH is
;;; that of a flat output, or of a directory's archive if it starts with "r:"; the builder has a network then.
(use-modules (guix store) (guix derivations) (guix base32) (ice-9 match) (srfi srfi-1))

(match (command-line)
  ((_ file name count hash arguments ...)
   (with-store store
     (let* ((program (add-to-store store "hostile" #t "sha256" file))
            (recursive? (string-prefix? "r:" hash))
            (digits (if recursive? (string-drop hash 2) hash)))
       (for-each
        (lambda (i)
          (display (derivation-file-name
                    (derivation store (string-append name (number->string i)) program arguments
                                #:sources (list program)
                                #:hash (nix-base32-string->bytevector digits)
                                #:hash-algo 'sha256 #:recursive? recursive?)))
          (newline))
        (iota (string->number count)))))))
