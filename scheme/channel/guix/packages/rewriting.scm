;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Variants of whole graphs of packages, with some packages replaced.
(define-module (guix packages rewriting)
  #:use-module (guix build-system)
  #:use-module (guix memoization)
  #:use-module (guix packages record)
  #:use-module (guix packages variants)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (package-mapping
            package-input-rewriting
            package-input-rewriting/spec))

(define (mark original property)
  "Return the package ORIGINAL with PROPERTY, a symbol."
  (change-package original
                  (lambda (original)
                    (package
                      (inherit original)
                      (properties
                       `((,property . #t) ,@(package-properties original)))))))

(define (marked? package property)
  (assq property (package-properties package)))

(define* (package-mapping proc #:optional (cut? (const #f)) #:key deep?)
  "Return a procedure that takes a package and returns its variant, with PROC applied to
it and to all packages that it depends on, including those that its build system adds
if DEEP? is true.  A package for which CUT? is true keeps its dependencies, except
those that it propagates if DEEP? is true."
  (define done (gensym "mapped"))

  (define (map-input input)
    (match input
      ((label (? package? package) . output)
       (cons* label (transform package) output))
      (_ input)))

  (define (with-mapped-propagation original)
    (package
      (inherit original)
      (location (package-location-vector original))
      (replacement (package-replacement original))
      (propagated-inputs (map map-input (package-propagated-inputs original)))
      (properties `((,done . #t) ,@(package-properties original)))))

  (define (with-mapped-inputs original)
    (package
      (inherit original)
      (location (package-location-vector original))
      (build-system (if deep?
                        (build-system-with-package-mapping
                         (package-build-system original)
                         (lambda (thing)
                           (if (package? thing) (transform thing) thing)))
                        (package-build-system original)))
      (inputs (map map-input (package-inputs original)))
      (native-inputs (map map-input (package-native-inputs original)))
      (propagated-inputs (map map-input (package-propagated-inputs original)))
      (replacement (and=> (package-replacement original) transform))
      (properties `((,done . #t) ,@(package-properties original)))))

  ;; Each package has one variant: equal packages stay equal.
  (define transform
    (mlambdaq (package)
      "Return what becomes of PACKAGE."
      (cond ((marked? package done)
             package)
            ((not (cut? package))
             (with-mapped-inputs (proc package)))
            (else
             (let ((mapped (proc package)))
               (if (and deep? (pair? (package-propagated-inputs mapped)))
                   (with-mapped-propagation mapped)
                   mapped))))))

  transform)

(define* (package-input-rewriting replacements
                                  #:optional (rewrite-name identity)
                                  #:key (deep? #t) recursive?)
  "Return a procedure that takes a package and returns it with its dependencies replaced
according to REPLACEMENTS, an alist of packages: also those that the build system
adds if DEEP? is true, and the dependencies of the replacements if RECURSIVE? is true.
REWRITE-NAME takes the name of a package that is not replaced, and returns that of its
variant."
  (define replaced (gensym "replaced"))

  (define (rewrite original)
    (match (assq-ref replacements original)
      (#f
       (if (marked? original replaced)
           original
           (package
             (inherit original)
             (location (package-location-vector original))
             (replacement (package-replacement original))
             (name (rewrite-name (package-name original))))))
      (replacement
       (mark replacement replaced))))

  (define (cut? package)
    (or (marked? package replaced)
        (and (not recursive?)
             (assq package replacements))))

  (package-mapping rewrite cut? #:deep? deep?))

(define* (package-input-rewriting/spec replacements
                                       #:key (deep? #t) replace-hidden?)
  "Return a procedure like those of 'package-input-rewriting'.  REPLACEMENTS is an
alist of specifications, \"NAME\" or \"NAME@VERSION\", and of procedures that take a
package that is meant and return another.  Hidden packages are meant only if
REPLACE-HIDDEN? is true."
  (define replaced (gensym "replaced"))

  (define specifications
    (map (match-lambda
           ((specification . proc)
            (call-with-values
                (lambda () (package-name->name+version specification))
              (lambda (name version) (list name version proc)))))
         replacements))

  (define (replacement-procedure package)
    (any (match-lambda
           ((name version proc)
            (and (string=? name (package-name package))
                 (or (not version)
                     (version-prefix? version (package-version package)))
                 proc)))
         specifications))

  (define (rewrite package)
    (match (and (not (marked? package replaced))
                (or replace-hidden? (not (hidden-package? package)))
                (replacement-procedure package))
      (#f   package)
      (proc (mark (proc package) replaced))))

  (define (cut? package)
    (or (marked? package replaced)
        (replacement-procedure package)))

  (package-mapping rewrite cut? #:deep? deep?))
