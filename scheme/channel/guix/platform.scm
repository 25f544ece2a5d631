;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Platforms: the systems that packages are built on and the GNU triplets that compilers know them
;;; by.  The ones that this collection can build on, or for, are listed in
;;; %supported-systems in (guix packages) and %cross-triplets in (gnu packages cross-base).
(define-module (guix platform)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix memoization)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (platform
            platform?
            platform-target
            platform-system
            platform-linux-architecture
            platform-rust-target
            platform-glibc-dynamic-linker

            &platform-not-found-error
            platform-not-found-error?
            platform-not-found-error-target-or-system
            false-if-platform-not-found

            platform-modules
            platforms
            lookup-platform-by-system
            lookup-platform-by-target
            lookup-platform-by-target-or-system
            platform-system->target
            platform-target->system

            systems
            targets))

(define-record-type* <platform> platform make-platform
  platform?
  (target               platform-target)          ;GNU triplet
  (system               platform-system)          ;such as "aarch64-linux"
  (linux-architecture   platform-linux-architecture (default #f))
  (rust-target          platform-rust-target (default #f))
  (glibc-dynamic-linker platform-glibc-dynamic-linker))

(define-condition-type &platform-not-found-error &error
  platform-not-found-error?
  (target-or-system platform-not-found-error-target-or-system))

(define-syntax-rule (false-if-platform-not-found exp)
  "Evaluate EXP, or return #f if it meets a system or triplet that is unknown."
  (guard (c ((platform-not-found-error? c) #f))
    exp))


;;;
;;; The platforms.
;;;

(define (platform-modules)
  "Return the interfaces of the modules that define platforms."
  ;; Late, because they use this module.
  (map (lambda (name) (resolve-interface (list 'guix 'platforms name)))
       '(arm mips powerpc riscv x86)))

(define platforms
  (memoize
   (lambda ()
     "Return the platforms that are known, in the order of their systems."
     (define (module-platforms module)
       (filter platform? (module-map (lambda (name variable) (variable-ref variable))
                                     module)))

     (sort (append-map module-platforms (platform-modules))
           (lambda (a b)
             (string<? (platform-system a) (platform-system b)))))))

(define (systems)
  "Return the systems of all platforms."
  (map platform-system (platforms)))

(define (targets)
  "Return the GNU triplets of all platforms."
  (map platform-target (platforms)))


;;;
;;; Looking one up.
;;;

(define (not-found message name known)
  (raise (make-compound-condition
          (condition (&platform-not-found-error (target-or-system name)))
          (formatted-message message name)
          (condition (&fix-hint
                      (hint (format #f (G_ "known ones are ~a")
                                    (string-join known ", "))))))))

(define (find-platform accessor name)
  (find (lambda (platform) (equal? name (accessor platform)))
        (platforms)))

(define (lookup-platform-by-system system)
  "Return the platform of SYSTEM, such as \"x86_64-linux\"; raise
&platform-not-found-error if there is none."
  (or (find-platform platform-system system)
      (not-found (G_ "~a: unknown system") system (systems))))

(define (lookup-platform-by-target target)
  "Return the platform of TARGET, a GNU triplet; raise &platform-not-found-error
if there is none."
  (or (find-platform platform-target target)
      (not-found (G_ "~a: unknown target") target (targets))))

(define (lookup-platform-by-target-or-system name)
  "Return the platform whose target or system is NAME; raise
&platform-not-found-error if there is none."
  (or (find-platform platform-target name)
      (find-platform platform-system name)
      (not-found (G_ "~a: unknown target or system") name
                 (append (targets) (systems)))))

(define (platform-system->target system)
  "Return the GNU triplet of SYSTEM."
  (platform-target (lookup-platform-by-system system)))

(define (platform-target->system target)
  "Return the system of TARGET, a GNU triplet."
  (platform-system (lookup-platform-by-target target)))
