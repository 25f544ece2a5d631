;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Transformations of what compiles a package: another toolchain, for another processor.
(define-module (guix transformations toolchains)
  #:use-module (guix build-system)
  #:use-module (guix i18n)
  #:use-module (guix diagnostics)
  #:use-module (guix memoization)
  #:use-module (guix packages)
  #:use-module ((guix packages record) #:select (change-package))
  #:use-module (guix transformations specifications)
  #:use-module (guix transformations tuning)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:autoload   (gnu packages) (specification->package)
  #:export (with-c-toolchain
            tune
            amd-gpu))

(define (mark original property)
  (change-package original
                  (lambda (original)
                    (package
                      (inherit original)
                      (properties
                       `((,property . #t) ,@(package-properties original)))))))

(define (marked? package property)
  (assq property (package-properties package)))

(define (dependents-of specification top)
  "Return the packages in the graph of TOP that SPECIFICATION means or that need one of
these to be built, as a hash table of packages."
  (define-values (name version)
    (package-name->name+version specification))

  (define table (make-hash-table))

  (define (meant? package)
    (and (string=? name (package-name package))
         (or (not version)
             (version-prefix? version (package-version package)))))

  (define dependent?
    (mlambdaq (package)
      (or (meant? package)
          (any (match-lambda
                 ((_ (? package? input) . _) (dependent? input))
                 (_ #f))
               (bag-direct-inputs (package->bag package))))))

  (for-each (lambda (package)
              (when (dependent? package)
                (hashq-set! table package #t)))
            (package-closure (list top)))
  table)

(define (rewrite-toolchain top specification toolchain)
  "Return TOP with TOOLCHAIN compiling the packages of its graph that SPECIFICATION means
and all between these and TOP; TOP itself if there are none."
  (define changed (gensym "toolchain"))

  (define dependents (dependents-of specification top))

  (define (left-alone? package)
    (or (marked? package changed)
        (not (hashq-ref dependents package))))

  (define (change package)
    (if (left-alone? package)
        package
        (mark (package-with-c-toolchain package toolchain) changed)))

  (if (hashq-ref dependents top)
      ((package-mapping change left-alone? #:deep? #t) top)
      top))

(define (with-c-toolchain text)
  "Return a procedure that compiles a package and its dependents by another toolchain, as
TEXT, \"PACKAGE=TOOLCHAIN,...\", says."
  (define (toolchain-input specification)
    (let ((package (specification->package specification)))
      (list (package-name package) package)))

  (call-with-values
      (lambda ()
        (parse-assignment 'with-c-toolchain text "PACKAGE=TOOLCHAIN"))
    (lambda (specification toolchain)
      (let ((toolchain (map toolchain-input (split-on-commas toolchain))))
        (mlambdaq (package)
          (rewrite-toolchain package specification toolchain))))))

(define (tune cpu)
  "Return a procedure that makes variants for CPU, a name that GCC has for a processor,
the replacements of the packages that are 'tunable?'."
  (define tuned (gensym "tuned"))

  (define (change original)
    (if (and (tunable-package? original) (not (marked? original tuned)))
        (begin
          (info (G_ "tuning ~a for CPU ~a~%") (package-full-name original) cpu)
          (package
            (inherit original)
            (replacement (tuned-package (or (package-replacement original) original)
                                        cpu))
            (properties `((,tuned . #t) ,@(package-properties original)))))
        original))

  (package-mapping change
                   (lambda (package) (marked? package tuned))
                   #:deep? #t))

(define (amd-gpu targets)
  "Raise an error: nothing here compiles for AMD GPUs."
  (unavailable 'amd-gpu
               (G_ "the collection has no compiler for AMD GPUs")
               (G_ "leave the option out: packages are compiled for the processor")))
