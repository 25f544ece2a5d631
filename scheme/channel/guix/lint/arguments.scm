;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Checks of the arguments of packages' build systems: phases and flags.
(define-module (guix lint arguments)
  #:use-module (guix build-system)
  #:use-module (guix gexp)
  #:use-module (guix lint warning)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (check-tests-true
            check-compiler-for-target
            check-misplaced-flags
            check-optional-tests
            check-wrapper-inputs))

(define (argument package keyword)
  "Return the value of KEYWORD in the arguments of PACKAGE, as an s-expression; #f if it
has none."
  (match (memq keyword (package-arguments package))
    ((_ value . _)
     (if (gexp? value) (gexp->approximate-sexp value) value))
    (_ #f)))

(define (strings sexp)
  "Return all strings in SEXP, in order."
  (match sexp
    ((? string? text) (list text))
    ((head . tail)    (append (strings head) (strings tail)))
    (_                '())))

(define (mentions? sexp symbol)
  (match sexp
    ((head . tail) (or (mentions? head symbol) (mentions? tail symbol)))
    (_             (eq? sexp symbol))))

(define (check-tests-true package)
  "Check that PACKAGE does not turn its tests on where it is cross-built, when they cannot
run."
  (define (tests?)
    (eq? #t (parameterize ((%current-target-system "aarch64-linux-gnu"))
              (argument package #:tests?))))

  ;; These run no tests by default.
  (define off-by-default?
    (memq (build-system-name (package-build-system package)) '(emacs texlive)))

  (warn-if (and (not off-by-default?) (tests?))
           package "#:tests? must not be explicitly set to #t" #:field 'arguments))

;; Variables of makefiles, and the procedures that return what they should be.
(define %compiler-variables
  '(("AR" "ar" "ar-for-target") ("AS" "as" "as-for-target")
    ("CC" "gcc" "cc-for-target") ("CXX" "g++" "cxx-for-target")
    ("LD" "ld" "ld-for-target")
    ("PKG_CONFIG" "pkg-config" "pkg-config-for-target")))

(define (check-compiler-for-target package)
  "Check that PACKAGE, when it is cross-built, is compiled by a cross-compiler."
  (define flags
    (parameterize ((%current-target-system "aarch64-linux-gnu"))
      (if (memq #:target (package-arguments package))
          '()                           ;its result is for all machines
          (append-map (lambda (keyword) (strings (argument package keyword)))
                      '(#:make-flags #:configure-flags)))))

  (filter-map (match-lambda
                ((variable tool procedure)
                 (and (member (string-append variable "=" tool) flags)
                      (make-warning package "'~a' should be set to '(~a)' instead of '~a'"
                                    (list variable procedure tool)
                                    #:field 'arguments))))
              %compiler-variables))

;; What flags of tools begin with, their names, and the keywords that exist for them.
(define %flags-with-keywords
  '(("-DCMAKE_BUILD_TYPE=" "CMAKE_BUILD_TYPE" "build-type")
    ("--buildtype="        "buildtype"        "build-type")
    ("--features"          "features"         "features")))

(define (check-misplaced-flags package)
  "Check that PACKAGE does not pass by hand what its build system has a keyword for."
  (define flags
    (append-map (lambda (keyword) (strings (argument package keyword)))
                '(#:make-flags #:configure-flags #:cargo-build-flags
                  #:cargo-test-flags)))

  (filter-map (match-lambda
                ((prefix name keyword)
                 (and (any (lambda (flag) (string-prefix? prefix flag)) flags)
                      (make-warning package "'~a' should be set with the '~a' flag"
                                    (list name keyword) #:field 'arguments))))
              %flags-with-keywords))


;;;
;;; Phases.
;;;

(define (check-phase-clauses package visit)
  "Return the warnings that VISIT returns for the clauses of PACKAGE's 'modify-phases': it
takes one clause."
  (define (visit-clause clause)
    (match clause
      (('add-after before name code) (visit clause))
      (('add-before before name code) (visit clause))
      (('replace name code) (visit clause))
      (('delete name) '())
      ;; What a gexp inserts, or a clause that lacks something.
      ('(*approximate*) '())
      (((or 'add-after 'add-before 'replace) . _) '())
      (_ (list (make-warning package "invalid phase clause" #:field 'arguments)))))

  (define (find-clauses sexp)
    (match sexp
      (('modify-phases _ . (? list? clauses))
       (append-map visit-clause clauses))
      (('modify-phases . _)
       (list (make-warning package "incorrect call to ‘modify-phases’"
                           #:field 'arguments)))
      ((head . tail)
       (append (find-clauses head) (find-clauses tail)))
      (_ '())))

  (find-clauses (argument package #:phases)))

(define (procedure-body code)
  "Return what CODE, the code of a phase, does, without the names of its arguments."
  (match code
    (((or 'lambda 'lambda*) _ . body) body)
    (_ code)))

(define (check-optional-tests package)
  "Check that the 'check' phase of PACKAGE, if it is its own, runs when #:tests? is true
only."
  (check-phase-clauses package
    (match-lambda
      (('replace (or ''check 'check) code)
       (warn-if (not (mentions? (procedure-body code) 'tests?))
                package "the 'check' phase should respect #:tests?"
                #:field 'arguments))
      (_ '()))))

(define %wrappers '(wrap-program wrap-qt-program))

(define (wrapper-calls sexp)
  "Return the names of the procedures that SEXP calls to wrap programs, without the calls
that name a shell."
  (match sexp
    (((? (lambda (symbol) (memq symbol %wrappers)) wrapper) . arguments)
     (if (and (list? arguments) (memq #:sh arguments))
         '()
         (list wrapper)))
    (('cut (? (lambda (symbol) (memq symbol %wrappers)) wrapper) . _)
     (list wrapper))
    ((head . tail)
     (append (wrapper-calls head) (wrapper-calls tail)))
    (_ '())))

(define (check-wrapper-inputs package)
  "Check that PACKAGE, if it wraps its programs in scripts, has a shell for them among its
inputs."
  (define has-shell?
    (any (match-lambda
           ((_ (? package? input) . _)
            (member (package-name input) '("bash" "bash-minimal")))
           (_ #f))
         (package-inputs package)))

  (define (warnings clause)
    (map (lambda (wrapper)
           (make-warning package "~s should be in 'inputs' when '~a' is used"
                         (list "bash-minimal" wrapper) #:field 'arguments))
         (delete-duplicates (wrapper-calls clause))))

  (delete-duplicates
   (check-phase-clauses package
     (lambda (clause)
       (if has-shell? '() (warnings clause))))
   (lambda (one other)
     (string=? (lint-warning-message one) (lint-warning-message other)))))
