;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Bags, which hold the build inputs of packages, and the derivations that they become.
(define-module (guix packages bag)
  #:use-module (guix build-system)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix packages errors)
  #:use-module (guix packages inputs)
  #:use-module (guix packages origin)
  #:use-module (guix packages record)
  #:use-module ((guix store) #:select (%graft? %store-prefix))
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (package->bag
            bag->derivation
            bag->cross-derivation
            bag-direct-inputs
            bag-transitive-inputs
            bag-transitive-build-inputs
            bag-transitive-host-inputs
            bag-transitive-target-inputs
            package-closure
            package-development-inputs
            package-transitive-sources
            package-transitive-supported-systems
            supported-package?))

;;;
;;; Bags.
;;;

(define* (package->bag package #:optional
                       (system (%current-system))
                       (target (%current-target-system))
                       #:key (graft? (%graft?)))
  "Return the bag of PACKAGE, or of its replacement if it has one and GRAFT? is true, with
its inputs on SYSTEM, for TARGET if that is not #f."
  (match (and graft? (package-replacement package))
    (#f          (make-package-bag package system target))
    (replacement (package->bag replacement system target))))

(define (make-package-bag package system target)
  (parameterize ((%current-system system)
                 (%current-target-system target))
    (or (apply (build-system-lower (package-build-system package))
               (package-full-name package "-")
               #:system system
               #:target target
               #:source (package-source package)
               #:inputs (append (package-inputs package)
                                (package-propagated-inputs package))
               #:native-inputs (package-native-inputs package)
               #:outputs (package-outputs package)
               (package-arguments package))
        (raise-for package
                   (condition
                    (&package-cross-build-system-error (package package)))
                   (formatted-message
                    "~a: its build system cannot build for ~a"
                    (package-full-name package) target)))))

(define (bag-direct-inputs bag)
  "Return all inputs of BAG."
  (append (bag-build-inputs bag)
          (bag-host-inputs bag)
          (bag-target-inputs bag)))

(define (bag-transitive-inputs bag)
  "Return the inputs of BAG and what they propagate."
  (parameterize ((%current-target-system #f)
                 (%current-system (bag-system bag)))
    (transitive-inputs (bag-direct-inputs bag))))

(define (bag-transitive-build-inputs bag)
  "Return the inputs of BAG that run where the build does, and what they
propagate."
  (parameterize ((%current-target-system #f)
                 (%current-system (bag-system bag)))
    (transitive-inputs (bag-build-inputs bag))))

(define (bag-transitive-host-inputs bag)
  "Return the inputs of BAG that run where the result does, and what they
propagate."
  (parameterize ((%current-target-system (bag-target bag))
                 (%current-system (bag-system bag)))
    (transitive-inputs (bag-host-inputs bag))))

(define (bag-transitive-target-inputs bag)
  "Return the target inputs of BAG and what they propagate."
  (parameterize ((%current-target-system (bag-target bag))
                 (%current-system (bag-system bag)))
    (transitive-inputs (bag-target-inputs bag))))

;;;
;;; Queries about the bags of a package and its inputs.
;;;

(define* (package-transitive-supported-systems package
                                               #:optional
                                               (system (%current-system)))
  "Return the systems that PACKAGE and all that it is built with support.  Raise an error
if PACKAGE depends on itself."
  (define systems (make-hash-table))    ;package -> list

  ;; DEPENDENTS are those between PACKAGE and the top, the nearest first.
  (define (visit package dependents)
    (when (memq package dependents)
      (raise-dependency-cycle
       (append (memq package (reverse dependents)) (list package))))
    (or (hashq-ref systems package)
        (let ((result
               (fold (lambda (input result)
                       (lset-intersection string=? result
                                          (visit input (cons package dependents))))
                     (package-supported-systems package)
                     (input-packages
                      (bag-direct-inputs (package->bag package system #f))))))
          (hashq-set! systems package result)
          result)))

  (parameterize ((%current-system system)
                 (%current-target-system #f))
    (visit package '())))

(define* (package-closure packages #:key (system (%current-system)))
  "Return PACKAGES and the packages that they need to be built, each once."
  (define seen (make-hash-table))

  (define (visit package result)
    (if (hashq-ref seen package)
        result
        (begin
          (hashq-set! seen package #t)
          (fold visit (cons package result)
                (input-packages
                 (bag-direct-inputs (package->bag package system)))))))

  (fold visit '() packages))

(define* (package-development-inputs package
                                     #:optional (system (%current-system))
                                     #:key target)
  "Return the inputs, with labels, that PACKAGE is built with on SYSTEM, for TARGET if
that is not #f, and what they propagate."
  (bag-transitive-inputs (package->bag package system target)))

(define (package-transitive-sources package)
  "Return the sources of PACKAGE and of its build inputs, each once."
  (delete-duplicates
   (append-map package-direct-sources (package-closure (list package)))
   eq?))

(define* (supported-package? package #:optional (system (%current-system)))
  "Return true when PACKAGE can be built on SYSTEM."
  (member system (package-transitive-supported-systems package system)))

;;;
;;; From bags to derivations.
;;;

(define (check-inputs inputs context)
  "Check that INPUTS, those of the package CONTEXT, or #f, can be lowered."
  (define (fail input)
    (let ((message (formatted-message "~a: invalid input ~s"
                                      (if context
                                          (package-full-name context)
                                          "bag")
                                      input))
          (hint (condition
                 (&fix-hint
                  (hint "An input is a package, an origin or another file-like \
object, or a list of one of these and an output.")))))
      (if context
          (raise-for context
                     (condition (&package-input-error (package context)
                                                      (input input)))
                     message hint)
          (raise (make-compound-condition message hint)))))

  (for-each (match-lambda
              (((? string?) (or (? file-like?) (? string?)))
               #t)
              (((? string?) (or (? file-like?) (? string?)) (? string?))
               #t)
              ((_ (? gexp-input?) . _) #t)
              (input (fail input)))
            inputs))

(define (intern-files inputs)
  "Return INPUTS with objects in place of the names of files that are not in the store."
  (define (file? thing)
    (and (string? thing)
         (not (string-prefix? (string-append (%store-prefix) "/") thing))))

  (map (match-lambda
         ((label (? file? file) . output)
          (cons* label (local-file file #:recursive? #t) output))
         (input input))
       inputs))

(define (inputs-search-paths inputs accessor)
  (delete-duplicates
   (append-map accessor (input-packages inputs))))

(define* (bag->derivation bag #:optional context)
  "Return as a monadic value the derivation that builds BAG, which is that of the
package CONTEXT, if given."
  (if (bag-target bag)
      (bag->cross-derivation bag context)
      (let ((inputs (bag-transitive-inputs bag)))
        (check-inputs inputs context)
        (apply (bag-build bag) (bag-name bag) (intern-files inputs)
               #:search-paths (inputs-search-paths
                               inputs package-native-search-paths)
               #:outputs (bag-outputs bag)
               #:system (bag-system bag)
               (bag-arguments bag)))))

(define* (bag->cross-derivation bag #:optional context)
  "Return as a monadic value the derivation that builds BAG for its target, which
is that of the package CONTEXT, if given."
  (let* ((build  (bag-transitive-build-inputs bag))
         (host   (bag-transitive-host-inputs bag))
         (target (bag-transitive-target-inputs bag))
         (all    (append build target host)))
    (check-inputs all context)
    (apply (bag-build bag) (bag-name bag)
           #:build-inputs (intern-files build)
           #:host-inputs (intern-files host)
           #:target-inputs (intern-files target)
           #:search-paths (inputs-search-paths all package-search-paths)
           #:native-search-paths (inputs-search-paths
                                  (append build target)
                                  package-native-search-paths)
           #:outputs (bag-outputs bag)
           #:system (bag-system bag)
           #:target (bag-target bag)
           (bag-arguments bag))))
