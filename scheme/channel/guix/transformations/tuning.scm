;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Packages that are compiled for one kind of processor.
(define-module (guix transformations tuning)
  #:use-module (guix build-system)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix memoization)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (tunable-package?
            tuned-package))

(define (tunable-package? package)
  "Return true if PACKAGE says by its property 'tunable?' that it profits from being
compiled for one kind of processor."
  (assq 'tunable? (package-properties package)))

;; What compilers are called.
(define %compiler-names
  '("cc" "gcc" "c++" "g++" "gfortran" "clang" "clang++"))

(define (wrapper-code cpu)
  "Return the code of a program that runs the next program of its name in $PATH, with the
option that says to compile for CPU."
  #~(begin
      (use-modules (ice-9 match)
                   (srfi srfi-1))

      (define this-directory
        (dirname (car (command-line))))

      (define (find-next name)
        (find (lambda (file)
                (and (access? file X_OK)
                     (not (string=? (canonicalize-path (dirname file))
                                    (canonicalize-path this-directory)))))
              (map (lambda (directory)
                     (string-append directory "/" name))
                   (string-split (getenv "PATH") #\:))))

      (define (compiler name)
        ;; Build systems call "cc" what a compiler may not.
        (or (find-next name)
            (and (string=? name "cc") (find-next "gcc"))))

      (match (command-line)
        ((command . arguments)
         (match (compiler (basename command))
           (#f   (exit 127))
           (file (apply execl file file
                        (append arguments
                                (list #$(string-append "-march=" cpu))))))))))

(define tuning-compiler
  (mlambda (cpu)
    "Return a file-like object, a directory of compilers for CPU: wrappers of those that
come after it in $PATH."
    (define wrapper
      (program-file (string-append "tuning-compiler-wrapper-" cpu)
                    (wrapper-code cpu)))

    (computed-file (string-append "tuning-compiler-" cpu)
                   #~(let ((bin (string-append #$output "/bin")))
                       (mkdir #$output)
                       (mkdir bin)
                       (for-each (lambda (name)
                                   (symlink #$wrapper
                                            (string-append bin "/" name)))
                                 '#$%compiler-names)))))

(define (compiler-targets package)
  "Return the processors that PACKAGE, a compiler, can compile for, an alist of
architectures and lists of names; #f if it is not a compiler."
  (assoc-ref (package-properties package) 'compiler-cpu-architectures))

(define (check-cpu compiler architecture cpu)
  (define names
    (or (assoc-ref (compiler-targets compiler) architecture) '()))

  (unless (member cpu names)
    (raise (make-compound-condition
            (formatted-message (G_ "compiler ~a does not support micro-architecture ~a")
                               (package-full-name compiler) cpu)
            (condition
             (&fix-hint
              (hint (match (cons (nearest-name cpu names) names)
                      ((_)
                       (format #f (G_ "it cannot tune for ~a processors")
                               architecture))
                      ((#f . names)
                       (format #f (G_ "it supports ~a") (string-join names ", ")))
                      ((near . _)
                       (format #f (G_ "did you mean '~a'?") near))))))))))

(define (build-system-for-cpu bs cpu)
  "Return a build system like BS whose compiler compiles for CPU.  Raise an error, when it
makes a bag, if that compiler cannot."
  (define (bag-compiler lowered)
    (or (find compiler-targets
              (filter-map (match-lambda
                            ((_ (? package? package) . _) package)
                            (_ #f))
                          (bag-build-inputs lowered)))
        (raise (formatted-message
                (G_ "~a: the compiler that could be tuned is not known")
                (bag-name lowered)))))

  (define (lower . arguments)
    (match (apply (build-system-lower bs) arguments)
      (#f #f)
      (lowered
       (check-cpu (bag-compiler lowered)
                  (first (string-split (or (bag-target lowered)
                                           (bag-system lowered))
                                       #\-))
                  cpu)
       (bag
         (inherit lowered)
         ;; First in $PATH.
         (build-inputs (cons (list "tuning-compiler" (tuning-compiler cpu))
                             (bag-build-inputs lowered)))))))

  (build-system (inherit bs) (lower lower)))

(define (tuned-package original cpu)
  "Return a package like ORIGINAL, compiled for CPU, a name that GCC has for a processor."
  (package
    (inherit original)
    (build-system (build-system-for-cpu (package-build-system original) cpu))
    ;; The machine that builds it may not be able to run it.
    (arguments
     (substitute-keyword-arguments (package-arguments original)
       ((#:tests? _ #f) #f)))
    (properties
     `((cpu-tuning . ,cpu)
       ,@(alist-delete 'tunable? (package-properties original))))))
