;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The dependencies of modules, read from their source.
(define-module (guix modules)
  #:use-module (guix diagnostics)
  #:use-module (guix memoization)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (missing-dependency-error?
            missing-dependency-module
            missing-dependency-search-path

            file-name->module-name
            module-name->file-name
            source-module-dependencies
            source-module-closure
            live-module-closure
            guix-module-name?
            sort-by-dependency))

(define-condition-type &missing-dependency-error &error
  missing-dependency-error?
  (module missing-dependency-module)
  (search-path missing-dependency-search-path))

(define (module-name->file-name module)
  "Return the file name, relative to the load path, of MODULE, a list of
symbols."
  (string-append (string-join (map symbol->string module) "/") ".scm"))

(define (file-name->module-name file)
  "Return the name of the module in FILE, relative to the load path."
  (map string->symbol
       (string-split (string-drop-right file 4) #\/)))

(define (guix-module-name? name)
  "Return true when NAME is that of one of our modules: (guix ...), (gnu ...) or
(nacre ...)."
  (match name
    (((or 'guix 'gnu 'nacre) _ ...) #t)
    (_ #f)))

(define (colon-symbol? obj)
  (and (symbol? obj)
       (string-prefix? ":" (symbol->string obj))))

(define (clause-name spec)
  ;; A module's name may stand in a list with #:select, #:prefix etc.
  (match spec
    (((name ...) . _) name)
    (name name)))

(define (dependencies-of-clauses clauses)
  "Return the modules that CLAUSES, of 'define-module', use."
  (let loop ((clauses clauses) (result '()))
    (match clauses
      (() (reverse result))
      (((or #:use-module #:use-syntax ':use-module ':use-syntax) spec . rest)
       (loop rest (cons (clause-name spec) result)))
      (((or #:autoload ':autoload) name _ . rest)
       (loop rest (cons name result)))
      (((or #:export #:re-export #:export-syntax #:re-export-syntax
            #:replace #:version #:duplicates #:filename
            #:re-export-and-replace
            (? colon-symbol?)) _ . rest)
       (loop rest result))
      ((_ . rest)
       (loop rest result)))))

(define (module-form-dependencies form)
  (match form
    (('define-module name clauses ...)
     (dependencies-of-clauses clauses))
    (('use-modules specs ...)
     (map clause-name specs))
    (_ '())))

(define file-dependencies
  (mlambda (file)
    "Return the modules that the module in FILE uses."
    (call-with-input-file file
      (lambda (port)
        (let loop ()
          (match (read port)
            ((? eof-object?) '())
            ((and form ('define-module _ ...))
             (module-form-dependencies form))
            (_ (loop)))))
      #:guess-encoding #t)))

(define* (source-module-dependencies module #:optional (load-path %load-path))
  "Return the modules that MODULE, found in LOAD-PATH, uses; none when it does not
exist."
  (match (module-file module load-path)
    (#f '())
    (file (file-dependencies file))))

(define (module-file module load-path)
  (match module
    (((name ...) '=> _) #f)
    (_ (search-path load-path (module-name->file-name module)))))

(define* (source-module-closure modules #:optional (load-path %load-path)
                                #:key (select? guix-module-name?))
  "Return MODULES and the modules that they use, directly or not, of which
SELECT? accepts the names: each before those that it uses."
  (define (check-existence module)
    (unless (module-file module load-path)
      (raise (make-compound-condition
              (condition
               (&missing-dependency-error (module module)
                                          (search-path load-path)))
              (formatted-message "~a: module not found in the load path"
                                 module)))))

  (define (visit module result)
    (match module
      ((? (lambda (module) (member module result)))
       result)
      (((name ...) '=> _)
       (cons module result))
      (_
       (check-existence module)
       (fold visit (cons module result)
             (filter select?
                     (source-module-dependencies module load-path))))))

  (reverse (fold visit '() modules)))

(define* (live-module-closure modules #:key (select? guix-module-name?))
  "Return MODULES and the modules that they use, as they are loaded."
  (define (uses module)
    (filter-map (lambda (interface)
                  (let ((name (module-name interface)))
                    (and (select? name) name)))
                (module-uses (resolve-module module))))

  (let loop ((modules modules) (result '()))
    (match modules
      (() (reverse result))
      ((module . rest)
       (if (member module result)
           (loop rest result)
           (loop (append rest (uses module)) (cons module result)))))))

(define (sort-by-dependency mapping)
  "Return MAPPING, an alist of file names of modules and of where their source
is (a file name or an object), with each module after those that it uses."
  (define sorted '())
  (define visited (make-hash-table))

  (define (visit entry)
    (match entry
      ((file . source)
       (unless (hash-ref visited file)
         (hash-set! visited file #t)
         (when (string? source)
           (for-each (lambda (module)
                       (and=> (assoc (module-name->file-name module) mapping)
                              visit))
                     (file-dependencies source)))
         (set! sorted (cons entry sorted))))))

  (for-each visit mapping)
  (reverse sorted))
