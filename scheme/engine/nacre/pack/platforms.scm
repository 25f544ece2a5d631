;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The platforms of a pack.
(define-module (nacre pack platforms)
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix utils) #:select (gnu-triplet->nix-system))
  #:use-module (nacre channel)
  #:use-module (nacre pack format)
  #:use-module (nacre pack options)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (platform-build-system
            platform-target
            platform-system
            pack-platforms))

;; The system that builds the programs of a pack, and the one that they run on.
(define-record-type <platform>
  (platform build-system target system)
  platform?
  (build-system platform-build-system)  ;such as "x86_64-linux"
  (target       platform-target)        ;a triplet, or #f for a native build
  (system       platform-system))

(define (target->system target)
  "Return the system of TARGET, a triplet."
  ((channel-value '(guix platform) 'platform-target->system gnu-triplet->nix-system)
   target))

(define (cross-platforms system targets)
  "Return the platforms of TARGETS, built on SYSTEM.  If there are several, the one of
SYSTEM itself is built natively."
  (map (lambda (target)
         (let ((its-system (target->system target)))
           (platform system
                     (if (and (pair? (cdr targets)) (string=? its-system system))
                         #f
                         target)
                     its-system)))
       targets))

(define (check-platforms format platforms)
  "Raise an error if FORMAT cannot hold PLATFORMS, or two of them are equal."
  (define systems (map platform-system platforms))

  (when (and (pair? (cdr platforms))
             (not (pack-format-platform-variables format)))
    (fail (simple-format #f (G_ "the format ~a holds programs for one system, not for ~a")
                         (pack-format-name format) (string-join systems ", "))
          (G_ "choose --format=oci or --format=oci-directory, or one system")))
  (unless (= (length systems) (length (delete-duplicates systems)))
    (fail (simple-format #f (G_ "the same system twice: ~a")
                         (string-join systems ", "))
          (G_ "name each one once"))))

(define (pack-platforms format systems targets current)
  "Return the platforms of a pack in FORMAT that is for SYSTEMS or, cross-built, for
TARGETS; CURRENT is this machine's system."
  (define platforms
    (match (list systems targets)
      ((() ())      (list (platform current #f current)))
      ((systems ()) (map (lambda (system) (platform system #f system)) systems))
      ((() targets) (cross-platforms current targets))
      (((system) targets) (cross-platforms system targets))
      (_ (fail (G_ "several systems cannot be combined with targets")
               (G_ "give one --system to build on, or leave --target out")))))

  (check-platforms format platforms)
  platforms)
