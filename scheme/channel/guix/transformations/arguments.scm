;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Transformations of what a package's build is given: other dependencies, other
;;; arguments.
(define-module (guix transformations arguments)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module ((guix packages record) #:select (change-package))
  #:use-module (guix transformations specifications)
  #:use-module (guix utils)
  #:use-module (ice-9 match)
  #:autoload   (gnu packages) (specification->package)
  #:export (with-input
            with-graft
            with-debug-info
            without-tests
            with-configure-flag))

(define (replacement-rewriting key text proc)
  ;; Look the replacement up at once, so that its name is checked.
  (call-with-values
      (lambda () (parse-assignment key text "PACKAGE=REPLACEMENT"))
    (lambda (specification value)
      (let ((new (specification->package value)))
        (rewrite-package specification
                         (lambda (old) (proc old new)))))))

(define (with-input text)
  "Return a procedure that puts one package in place of another, as TEXT,
\"PACKAGE=REPLACEMENT\", says."
  (replacement-rewriting 'with-input text
                         (lambda (old new) new)))

(define (with-graft text)
  "Return a procedure that makes one package the replacement of another, as TEXT,
\"PACKAGE=REPLACEMENT\", says.  Dependents are built with it unless replacements are
turned off."
  (replacement-rewriting 'with-graft text
                         (lambda (old new)
                           (package
                             (inherit old)
                             (replacement new)))))

(define (with-debug-info specification)
  "Return a procedure that keeps the debugging information of the packages that
SPECIFICATION means, in their replacement."
  (define (unstripped original)
    (package
      (inherit original)
      (arguments
       (substitute-keyword-arguments (package-arguments original)
         ((#:strip-binaries? _ #f) #f)))))

  (define (add-debug-info original)
    (if (member "debug" (package-outputs original))
        original
        (package
          (inherit original)
          (replacement (match (package-replacement original)
                         (#f   (unstripped original))
                         (next (add-debug-info next)))))))

  (rewrite-package specification add-debug-info))

(define (without-tests specification)
  "Return a procedure that skips the tests of the packages that SPECIFICATION means."
  (define (skip-tests original)
    (package
      (inherit original)
      (arguments
       (substitute-keyword-arguments (package-arguments original)
         ((#:tests? _ #f) #f)))))

  (rewrite-package specification
                   (lambda (original)
                     (change-package original skip-tests))))

(define (with-configure-flag text)
  "Return a procedure that appends a flag to those of a package's configuration, as TEXT,
\"PACKAGE=FLAG\", says."
  (define (add-flag original flag)
    (package
      (inherit original)
      (arguments
       (substitute-keyword-arguments (package-arguments original)
         ((#:configure-flags flags #~'())
          ;; A list of code, as it was written before there were gexps, is code too.
          #~(append #$(if (pair? flags) (sexp->gexp flags) flags)
                    '(#$flag)))))))

  (rewrite-assigned 'with-configure-flag text "PACKAGE=FLAG"
                    (lambda (original flag)
                      (change-package original
                                      (lambda (original)
                                        (add-flag original flag))))))
