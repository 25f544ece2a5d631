;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The programs that packs carry, or that make them: the compressor, the wrappers of relocatable
;;; packs, the head of AppImages.  They are packages of nacre's own channel, whichever channel the
;;; packages of a pack come from.  This process has the modules of one channel only; if that is
;;; another one, a separate process lowers them.
(define-module (nacre pack programs)
  #:use-module ((guix derivations) #:select (read-derivation-from-file))
  #:use-module ((guix gexp) #:select (define-gexp-compiler))
  #:use-module ((guix grafts) #:select (%graft?))
  #:use-module ((guix store) #:select (add-temp-root store-lift valid-path?))
  #:use-module (nacre roots)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-9)
  #:export (pack-program))

;; Names, and the modules and variables of their packages.
(define %programs
  '((codecs     (nacre pack codecs)  codecs)
    (run        (nacre pack runtime) run)
    (relocation (nacre pack runtime) relocation)
    (proot      (nacre pack runtime) proot)
    (appimage   (nacre pack runtime) appimage)))

;; Stands for a package of a channel that this process does not have.
(define-record-type <foreign-program>
  (foreign-program name)
  foreign-program?
  (name foreign-program-name))

(define (derivation-of-own-channel store name system target)
  "Return the derivation of the program NAME, a symbol, on SYSTEM or, if TARGET is not #f,
cross-built for that.  It is a temporary root of STORE."
  (define file
    (run-with-own-channel
     (string-append engine-directory "/nacre/pack/lower-program.scm")
     (list (symbol->string name) system (or target "")
           (if (%graft?) "grafts" "no-grafts"))))

  (add-temp-root store file)
  (if (valid-path? store file)
      (read-derivation-from-file file)
      ;; It was collected after that process, of which it was a root, ended.
      (derivation-of-own-channel store name system target)))

(define-gexp-compiler (foreign-program-compiler (program <foreign-program>)
                                                system target)
  ((store-lift derivation-of-own-channel)
   (foreign-program-name program) system target))

;; One object for each program, so that it is lowered once.
(define %foreign-programs
  (map (match-lambda
         ((name . _) (cons name (foreign-program name))))
       %programs))

(define (pack-program name)
  "Return the program NAME, a symbol, as an object that can be lowered: codecs, run,
relocation, proot or appimage."
  (if own-channel?
      (match (assq-ref %programs name)
        ((module variable)
         (module-ref (resolve-interface module) variable)))
      (assq-ref %foreign-programs name)))
