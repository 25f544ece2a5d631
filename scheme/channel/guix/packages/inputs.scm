;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The inputs of packages: looking them up, changing them, and following what they
;;; propagate.
(define-module (guix packages inputs)
  #:use-module (guix packages origin)
  #:use-module (guix packages record)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:autoload   (ice-9 regex) (list-matches match:substring)
  #:autoload   (guix gexp) (local-file? local-file-name)
  #:export (lookup-package-input
            lookup-package-native-input
            lookup-package-propagated-input
            lookup-package-direct-input
            this-package-input
            this-package-native-input
            prepend
            replace
            modify-inputs

            package-direct-inputs
            package-direct-sources
            package-patched-vulnerabilities
            package-transitive-inputs
            package-transitive-target-inputs
            package-transitive-native-inputs
            package-transitive-propagated-inputs
            package-transitive-native-search-paths
            transitive-inputs
            transitive-input-references
            input-packages))

(define (lookup-input inputs name)
  (match (assoc name inputs)
    ((_ thing . _) thing)
    (#f #f)))

(define (lookup-package-input package name)
  "Return the input of PACKAGE that is called NAME, or #f."
  (lookup-input (package-inputs package) name))

(define (lookup-package-native-input package name)
  "Return the native input of PACKAGE that is called NAME, or #f."
  (lookup-input (package-native-inputs package) name))

(define (lookup-package-propagated-input package name)
  "Return the propagated input of PACKAGE that is called NAME, or #f."
  (lookup-input (package-propagated-inputs package) name))

(define (lookup-package-direct-input package name)
  "Return the input of PACKAGE, of any kind, that is called NAME, or #f."
  (lookup-input (package-direct-inputs package) name))

(define-syntax-rule (this-package-input name)
  "Return the input or propagated input called NAME of the package that is being
defined, or #f."
  (or (lookup-package-input this-package name)
      (lookup-package-propagated-input this-package name)))

(define-syntax-rule (this-package-native-input name)
  "Return the native input called NAME of the package that is being defined, or
#f."
  (lookup-package-native-input this-package name))

(define-syntax-rule (define-only-in-modify-inputs name ...)
  (begin
    (define-syntax name
      (lambda (s)
        (syntax-violation 'name "used outside of 'modify-inputs'" s)))
    ...))

(define-only-in-modify-inputs prepend replace)

(define (inputs-without inputs names)
  (remove (match-lambda
            ((label . _) (member label names)))
          inputs))

(define (inputs-with inputs name replacement)
  "Return INPUTS where those called NAME are REPLACEMENT, which may be a package
or a list of one and an output."
  (map (match-lambda
         (((? (cut string=? name <>) label) _ . outputs)
          (match replacement
            ((thing output) (list label thing output))
            (thing (cons* label thing outputs))))
         (input input))
       inputs))

(define-syntax modify-inputs
  (lambda (s)
    "Return INPUTS, as fields of packages hold them, changed by CLAUSES in turn:
(delete NAME ...), (prepend INPUT ...), (append INPUT ...), (replace NAME INPUT)."
    (syntax-case s ()
      ((_ inputs)
       #'(sanitize-inputs inputs))
      ((_ inputs (operation argument ...) clause ...)
       (let ((rest (lambda (modified)
                     #`(modify-inputs #,modified clause ...))))
         (case (syntax->datum #'operation)
           ((delete)
            (rest #'(inputs-without (sanitize-inputs inputs)
                                    (list argument ...))))
           ((prepend)
            (rest #'(append (map add-label (list argument ...))
                            (sanitize-inputs inputs))))
           ((append)
            (rest #'(append (sanitize-inputs inputs)
                            (map add-label (list argument ...)))))
           ((replace)
            (rest #'(inputs-with (sanitize-inputs inputs) argument ...)))
           (else
            (syntax-violation 'modify-inputs "unknown operation"
                              s #'operation))))))))

(define (package-direct-sources package)
  "Return the source of PACKAGE, the origins among its patches, and those among the inputs
of PACKAGE."
  (append (match (package-source package)
            (#f '())
            ((? origin? source)
             (cons source (filter origin? (origin-patches source))))
            (source (list source)))
          (filter-map (match-lambda
                        ((_ (? origin? origin) . _) origin)
                        (_ #f))
                      (package-direct-inputs package))))

(define (package-patched-vulnerabilities package)
  "Return the vulnerabilities, such as \"CVE-2015-1234\", that the patches of PACKAGE's
source mend, as their file names say."
  (define (patch-name patch)
    (cond ((string? patch) (basename patch))
          ((origin? patch) (origin-actual-file-name patch))
          ((local-file? patch) (local-file-name patch))
          (else #f)))

  (define (vulnerabilities name)
    (map (lambda (found) (string-upcase (match:substring found)))
         (list-matches "[Cc][Vv][Ee]-[0-9]+-[0-9]+" name)))

  (match (package-source package)
    ((? origin? source)
     (append-map vulnerabilities
                 (filter-map patch-name (origin-patches source))))
    (_ '())))

(define (package-direct-inputs package)
  "Return all inputs of PACKAGE."
  (append (package-native-inputs package)
          (package-inputs package)
          (package-propagated-inputs package)))

(define* (transitive-inputs inputs #:key all?)
  "Return INPUTS followed by what the packages among them propagate, directly or
not, each once; with ALL?, all of INPUTS themselves."
  (define seen (make-hash-table))

  (define (note! input)
    "Note that INPUT was met; return true if it was not met before."
    ;; By package and outputs: labels do not matter.
    (match input
      ((_ thing . outputs)
       (let ((known (hashq-ref seen thing '())))
         (and (not (member outputs known))
              (hashq-set! seen thing (cons outputs known)))))))

  (let loop ((inputs inputs) (given? all?) (propagated '()) (result '()))
    (match inputs
      (()
       (if (null? propagated)
           (reverse result)
           (loop (concatenate (reverse propagated)) #f '() result)))
      ((input . rest)
       (if (or (note! input) given?)
           (loop rest given?
                 (match input
                   ((_ (? package? package) . _)
                    (cons (package-propagated-inputs package) propagated))
                   (_ propagated))
                 (cons input result))
           (loop rest given? propagated result))))))

(define (package-transitive-inputs package)
  "Return the inputs of PACKAGE and what they propagate."
  (transitive-inputs (package-direct-inputs package) #:all? #t))

(define (package-transitive-target-inputs package)
  "Return the inputs of PACKAGE for the target, and what they propagate."
  (transitive-inputs (append (package-inputs package)
                             (package-propagated-inputs package))
                     #:all? #t))

(define (package-transitive-native-inputs package)
  "Return the native inputs of PACKAGE and what they propagate."
  (transitive-inputs (package-native-inputs package) #:all? #t))

(define (package-transitive-propagated-inputs package)
  "Return what PACKAGE propagates, directly or not."
  (transitive-inputs (package-propagated-inputs package) #:all? #t))

(define (input-packages inputs)
  (filter-map (match-lambda
                ((_ (? package? package) . _) package)
                (_ #f))
              inputs))

(define (package-transitive-native-search-paths package)
  "Return the search paths of PACKAGE and of what it propagates, each once."
  (delete-duplicates
   (append-map package-native-search-paths
               (cons package
                     (input-packages
                      (package-transitive-propagated-inputs package))))))

(define (transitive-input-references alist inputs)
  "Return code that refers, in the association list that the expression ALIST
gives, to INPUTS and what they propagate."
  (map (match-lambda
         ((label . _) `(assoc-ref ,alist ,label)))
       (transitive-inputs inputs)))
