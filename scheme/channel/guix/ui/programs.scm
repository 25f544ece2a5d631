;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What a program with a command line of its own does with errors, expressions and
;;; builds.
(define-module (guix ui programs)
  #:use-module (guix colors)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix store)
  #:use-module (guix ui text)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module ((nacre errors) #:select (describe-exception))
  #:use-module ((nacre evaluation) #:select (evaluate-string))
  #:autoload   (ice-9 popen) (open-pipe* close-pipe)
  #:export (display-hint
            show-version-and-exit
            show-bug-report-information
            warn-about-load-error
            call-with-error-handling
            with-error-handling
            with-unbound-variable-handling
            guard*
            leave-on-EPIPE
            read/eval
            read/eval-package-expression
            check-available-space

            show-derivation-outputs
            show-what-to-build
            show-what-to-build*
            build-notifier

            pager-wrapped-port
            with-paginated-output-port
            call-with-paginated-output-port
            display-search-results))

;;;
;;; Messages.
;;;

(define* (display-hint message #:key (port (current-error-port)) #:rest arguments)
  "Print MESSAGE, a hint, filled with ARGUMENTS, to PORT."
  (define values
    (let loop ((arguments arguments))
      (match arguments
        ((#:port _ . rest) (loop rest))
        ((value . rest)    (cons value (loop rest)))
        (()                '()))))

  (define text
    (apply format #f message values))

  (format port (G_ "hint: ~a~%")
          (string-trim-right
           (fill-paragraph (or (false-if-exception (texi->plain-text text)) text)
                           (%text-width) (string-length "hint: ")))))

(define* (show-version-and-exit #:optional (command (car (command-line))))
  "Print the version of COMMAND, and end the program."
  (format #t "~a (nacre)~%~a~%" command
          (G_ "License GPLv3+: GNU GPL version 3 or later \
<https://gnu.org/licenses/gpl.html>
This is free software: you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law."))
  (exit 0))

(define (show-bug-report-information)
  "Print where to report errors of the program: to those who gave it to the user."
  (display (G_ "\nReport errors to the authors of this program.\n")))

(define (describe args)
  "Return the text and the hint, or #f, of the exception that Guile's 'catch' gave as
ARGS: two values."
  (match (describe-exception (car args) (cdr args) #f (current-module) #f #f)
    ((message file line column hint . _)
     (values (if file
                 (format #f "~a:~a:~a: ~a" file line column message)
                 message)
             hint))))

(define (report-exception args)
  (call-with-values (lambda () (describe args))
    (lambda (message hint)
      (report-error "~a~%" message)
      (when hint (display-hint "~a" hint)))))

(define (warn-about-load-error file module args)
  "Warn that FILE, which holds MODULE, does not load, because of the exception ARGS."
  (call-with-values (lambda () (describe args))
    (lambda (message hint)
      (warning (G_ "failed to load '~a': ~a~%") module message))))

(define (call-with-error-handling thunk)
  "Call THUNK; if it raises an exception, report that, and end the program with status 1."
  (catch #t
    thunk
    (lambda args
      (if (memq (car args) '(quit signal))
          (apply throw args)
          (begin
            (report-exception args)
            (exit 1))))))

(define-syntax-rule (with-error-handling body ...)
  "Evaluate BODY; report an exception, and end the program with status 1."
  (call-with-error-handling (lambda () body ...)))

(define-syntax-rule (with-unbound-variable-handling body ...)
  "Evaluate BODY.  An unbound variable is reported with a hint like any other exception."
  (begin body ...))

(define-syntax-rule (guard* (var clauses ...) body ...)
  "Like 'guard' of SRFI-34."
  (guard (var clauses ...) body ...))

(define-syntax-rule (leave-on-EPIPE body ...)
  "Evaluate BODY; end the program without an error if its output has no reader any more."
  (catch 'system-error
    (lambda () body ...)
    (lambda args
      (if (= EPIPE (system-error-errno args))
          (primitive-_exit 0)
          (apply throw args)))))


;;;
;;; Expressions.
;;;

(define (read/eval text)
  "Return the value of the last expression of TEXT, a string, in a module that has the
names of (guix packages), (guix gexp) and (gnu packages)."
  (evaluate-string text "<expression>"
                   '((guix gexp) (guix packages) (gnu packages))))

(define (read/eval-package-expression text)
  "Return the package that TEXT, an expression, evaluates to."
  (match (read/eval text)
    ((? package? package) package)
    (_ (leave (G_ "expression ~s does not evaluate to a package~%") text))))

(define* (check-available-space need #:optional (directory (%store-prefix)))
  "Do nothing: the engine itself says that DIRECTORY has no room for NEED bytes."
  #t)


;;;
;;; Builds.
;;;

(define (show-derivation-outputs derivation)
  "Print the file names of the outputs of DERIVATION, a derivation or an input."
  (define (print file)
    (format #t "~a~%" file))

  (match derivation
    ((? derivation-input? input)
     (for-each print (derivation-input-output-paths input)))
    (_
     (for-each (match-lambda ((name . path) (print path)))
               (derivation->output-paths derivation)))))

(define (print-items title items)
  (unless (null? items)
    (let ((port (current-error-port)))
      (format port "~a~%" title)
      (for-each (lambda (item) (format port "   ~a~%" item)) items))))

(define* (show-what-to-build store derivations
                             #:key dry-run? (use-substitutes? #t)
                             (verbosity 1) (mode (build-mode normal)))
  "Print what is built and downloaded to realise DERIVATIONS, derivations or inputs.
Return two values: whether something is built, and whether something is downloaded."
  (call-with-values
      (lambda ()
        (if use-substitutes?
            (derivation-build-plan store derivations #:mode mode)
            (derivation-build-plan store derivations #:mode mode
                                   #:substitutable-info (const #f))))
    (lambda (build download)
      (when (positive? verbosity)
        (print-items (if dry-run?
                         (G_ "The following derivations would be built:")
                         (G_ "The following derivations will be built:"))
                     (map derivation-file-name build))
        (print-items (if dry-run?
                         (G_ "The following items would be downloaded:")
                         (G_ "The following items will be downloaded:"))
                     (map substitutable-path download)))
      (values (pair? build) (pair? download)))))

(define show-what-to-build*
  (store-lift show-what-to-build))

(define* (build-notifier #:key dry-run? (use-substitutes? #t) (verbosity 1))
  "Return a handler for 'with-build-handler' that prints what is going to be built; with
DRY-RUN?, nothing is, and the form returns."
  (define (thing->input thing)
    (match thing
      (((? derivation-path? drv) . output)
       (derivation-input (read-derivation-from-file drv) (list output)))
      ((? derivation-path? drv)
       (let ((drv (read-derivation-from-file drv)))
         (derivation-input drv (derivation-output-names drv))))
      (_ #f)))

  (lambda (continue store things mode)
    (show-what-to-build store (filter-map thing->input things)
                        #:dry-run? dry-run?
                        #:use-substitutes? use-substitutes?
                        #:verbosity verbosity
                        #:mode mode)
    (unless dry-run?
      (continue #t))))


;;;
;;; Pagers.
;;;

(define (find-in-path program)
  (search-path (string-split (or (getenv "PATH") "") #\:) program))

(define (find-pager)
  "Return the command of the pager that the user wants, or that there is; \"\" for none."
  (or (getenv "GUIX_PAGER")
      (getenv "PAGER")
      (find-in-path "less")
      (find-in-path "more")
      ""))

(define* (pager-wrapped-port #:key (port (current-output-port)) (options '()))
  "Return a port that shows on PORT's terminal by the pager with OPTIONS what is written
to it; #f if PORT is not a terminal, or if there is no pager."
  (and (isatty?* port)
       (match (string-tokenize (find-pager))
         (() #f)
         ((command . arguments)
          (let ((pager (apply open-pipe* OPEN_WRITE command
                              (append arguments options))))
            (set-port-encoding! pager "UTF-8")
            pager)))))

(define* (call-with-paginated-output-port proc #:key (less-options "FrX"))
  "Call PROC with a port that leads to the pager, or to the current output if that is not
a terminal."
  (match (pager-wrapped-port)
    (#f (proc (current-output-port)))
    (pager
     (dynamic-wind
       (lambda ()
         (unless (getenv "LESS")
           (setenv "LESS" less-options)))
       (lambda () (proc pager))
       (lambda () (close-pipe pager))))))

(define-syntax with-paginated-output-port
  (syntax-rules ()
    "Evaluate BODY with PORT bound to a port that leads to the pager, or to the current
output if that is not a terminal."
    ((_ port body ... #:less-options options)
     (call-with-paginated-output-port (lambda (port) body ...)
                                      #:less-options options))
    ((_ port body ...)
     (call-with-paginated-output-port (lambda (port) body ...)))))

(define* (display-search-results matches port
                                 #:key (regexps '()) (command "nacre search")
                                 (print package->recutils))
  "Print MATCHES, pairs of an object and its relevance, to PORT by PRINT."
  (for-each (match-lambda
              ((object . relevance)
               (print object port #:extra-fields `((relevance . ,relevance)))))
            matches))
