;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (rnrs bytevectors)
             (guix derivations)
             (guix diagnostics)
             (guix git-download)
             (guix packages)
             (guix store)
             (gnu packages guile-xyz)
             (srfi srfi-34)
             (srfi srfi-64))

(load "lib/check.scm")

(define store (open-connection))

(define reference
  (git-reference (url "https://example.org/x.git") (commit "v1") (recursive? #t)))

(define drv
  (run-with-store store
    (git-fetch reference 'sha256 (make-bytevector 32 1) "x-checkout")))

(define (drv-variable name)
  (assoc-ref (derivation-builder-environment-vars drv) name))

(checks "git-download"

 (test-equal "the engine gets the commit to fetch"
   '("builtin:git-download" () "\"https://example.org/x.git\"" "v1" "#t")
   (list (derivation-builder drv) (derivation-builder-arguments drv)
         (drv-variable "url") (drv-variable "commit")
         (drv-variable "recursive?")))

 (test-assert "the result is known by its hash, of a directory"
   (let ((output (assoc-ref (derivation-outputs drv) "out")))
     (and (fixed-output-derivation? drv)
          (derivation-output-recursive? output))))

 (test-equal "git-version"
   "0.1-1.d309d65"
   (git-version "0.1" "1" "d309d65a85247e4f3cea63a17defd1e6d35d821f"))

 (test-assert "an invalid commit"
   (guard (c (#t (formatted-message? c)))
     (git-version "0.1" "1" "d309")
     #f))

 (test-equal "origins"
   "guile-webutils-0.1-1.d309d65-checkout"
   (let ((drv (run-with-store store
                (origin->derivation (package-source guile-webutils)))))
     (derivation-name drv))))
