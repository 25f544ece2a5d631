;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Build systems turn a package into a bag, which has its build inputs and its
;;; builder.
(define-module (guix build-system)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (build-system
            build-system?
            build-system-name
            build-system-description
            build-system-lower

            bag
            bag?
            bag-name
            bag-system
            bag-target
            bag-build-inputs
            bag-host-inputs
            bag-target-inputs
            bag-outputs
            bag-arguments
            bag-build

            build-system-with-package-mapping
            build-system-with-c-toolchain))

(define-record-type* <build-system> build-system make-build-system
  build-system?
  (name        build-system-name)                 ;symbol
  (description build-system-description)
  (lower       build-system-lower))               ;arguments -> bag, or #f

;; Inputs are lists of (LABEL THING [OUTPUT]).  Build inputs run where the build
;; does, host inputs where the result does; target inputs run where the results of
;; a compiler that is being built will run.
(define-record-type* <bag> bag %make-bag
  bag?
  (name          bag-name)
  (system        bag-system)                      ;such as "x86_64-linux"
  (target        bag-target        (default #f))  ;GNU triplet or #f
  (build-inputs  bag-build-inputs  (default '()))
  (host-inputs   bag-host-inputs   (default '()))
  (target-inputs bag-target-inputs (default '()))
  (outputs       bag-outputs       (default '("out")))
  (arguments     bag-arguments     (default '()))
  (build         bag-build))                      ;bag -> monadic derivation

(define (build-system-with-package-mapping bs rewrite)
  "Return a build system like BS whose bags have REWRITE applied to each package
among their inputs."
  (define rewrite-input
    (match-lambda
      ((label (? struct? thing) . output)
       (cons* label (rewrite thing) output))
      (input input)))

  (define (lower . args)
    (match (apply (build-system-lower bs) args)
      (#f #f)
      (lowered
       (bag (inherit lowered)
            (build-inputs (map rewrite-input (bag-build-inputs lowered)))
            (host-inputs (map rewrite-input (bag-host-inputs lowered)))
            (target-inputs (map rewrite-input (bag-target-inputs lowered)))))))

  (build-system (inherit bs) (lower lower)))

;; The labels of what 'standard-packages' of (guix build-system gnu) has to compile C.
(define %c-toolchain-labels
  '("gcc" "binutils" "libc" "libc:static" "ld-wrapper"))

(define (build-system-with-c-toolchain bs toolchain)
  "Return a build system like BS whose bags have TOOLCHAIN, a list of inputs with labels,
in place of the compiler, the linker and the C library that they have by default."
  (define default-input?
    (match-lambda
      ((label . _) (member label %c-toolchain-labels))))

  (define (lower . args)
    (match (apply (build-system-lower bs) args)
      (#f #f)
      (lowered
       (bag (inherit lowered)
            (build-inputs (append (remove default-input? (bag-build-inputs lowered))
                                  toolchain))))))

  (build-system (inherit bs) (lower lower)))
