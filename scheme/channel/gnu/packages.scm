;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Finding packages by name in the modules of the collection.
(define-module (gnu packages)
  #:use-module (guix packages)
  #:use-module (guix profiles)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module ((guix utils)
                #:select (version>? version-prefix? version-unique-prefix
                          package-name->name+version))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module ((nacre roots) #:select (channel-directory))
  #:autoload   (guix build utils) (mkdir-p)
  #:autoload   (nacre package-index) (read-package-index make-package-index)
  #:export (%package-module-path
            %default-package-module-path
            %patch-path
            %auxiliary-files-path
            all-packages
            cache-is-authoritative?
            find-newest-available-packages
            find-package-locations
            specification->location
            generate-package-cache
            all-package-modules
            fold-packages
            fold-available-packages
            find-packages-by-name
            find-best-packages-by-name
            specification->package
            specification->package+output
            specifications->packages
            specifications->manifest
            package-unique-version-prefix
            collection-files
            collection-index
            search-patch
            search-patches
            search-auxiliary-file))

(define %collection-path
  (list (cons channel-directory "gnu/packages")))

(define (absolute-directory directory)
  (if (absolute-file-name? directory)
      directory
      (string-append (getcwd) "/" directory)))

(define %package-module-path
  ;; Where to look for package modules: pairs of a directory and a
  ;; sub-directory of it, or a directory alone.
  (make-parameter
   (append %collection-path
           (match (getenv "GUIX_PACKAGE_PATH")
             ((or #f "") '())
             (path
              (let ((directories (map absolute-directory
                                      (string-split path #\:))))
                (set! %load-path (append directories %load-path))
                directories))))))

(define (directory-entries directory)
  "Return the names in DIRECTORY, sorted; none if it cannot be read."
  ;; 'scandir' would sort by the locale, and loads what that takes.
  (match (false-if-exception (opendir directory))
    (#f '())
    (stream
     (let loop ((names '()))
       (match (readdir stream)
         ((? eof-object?)
          (closedir stream)
          (sort names string<?))
         (name
          (loop (cons name names))))))))

(define (scheme-files directory)
  "Return the names, relative to DIRECTORY, of the Scheme files below it, sorted."
  (define (identity file)
    (match (stat file #f)
      (#f #f)
      ((? (lambda (status) (eq? 'directory (stat:type status))) status)
       (cons (stat:dev status) (stat:ino status)))
      (_ #f)))

  ;; ABOVE has the directories on the way, for links that lead back to one.
  (let walk ((relative #f) (above (list (identity directory))))
    (append-map
     (lambda (name)
       (let* ((relative (if relative (string-append relative "/" name) name))
              (file     (string-append directory "/" relative)))
         (cond ((string-prefix? "." name) '())
               ((string-suffix? ".scm" name) (list relative))
               ((identity file)
                => (lambda (id)
                     (if (member id above)
                         '()
                         (walk relative (cons id above)))))
               (else '()))))
     (directory-entries (if relative
                            (string-append directory "/" relative)
                            directory)))))

(define (file->module-name file)
  (map string->symbol
       (string-split (string-drop-right file (string-length ".scm")) #\/)))

(define (module-names entry)
  ;; The modules below ENTRY, an element of %package-module-path.
  (match entry
    ((directory . sub-directory)
     (map (lambda (file)
            (file->module-name (string-append sub-directory "/" file)))
          (scheme-files (string-append directory "/" sub-directory))))
    (directory
     (map file->module-name (scheme-files directory)))))

(define (load-module name)
  ;; One module that does not load must not make all others unreachable.
  (catch #t
    (lambda ()
      (resolve-interface name))
    (lambda (key . args)
      ;; The user's interrupt says nothing of the module.
      (when (eq? key 'signal)
        (apply throw key args))
      (warning (G_ "module ~a does not load and is left out: ~a~%") name
               (call-with-output-string
                 (lambda (port)
                   (print-exception port #f key args))))
      #f)))

(define (all-package-modules)
  "Return the interfaces of all package modules."
  (filter-map load-module (append-map module-names (%package-module-path))))

(define* (fold-packages proc init
                        #:optional (modules (all-package-modules))
                        #:key (select? (negate hidden-package?)))
  "Call PROC with each public package that SELECT? likes and the previous result,
starting from INIT.  Each package comes once."
  (define seen (make-hash-table))

  (fold (lambda (module result)
          (fold (lambda (package result)
                  (if (and (not (hashq-ref seen package))
                           (select? package))
                      (begin
                        (hashq-set! seen package #t)
                        (proc package result))
                      result))
                result
                (module-packages module)))
        init
        modules))

(define (module-packages module)
  "Return the packages of MODULE, an interface, in the order of their variables' names."
  (define bindings
    (filter-map (match-lambda
                  ((symbol . (= variable-ref (? package? package)))
                   (cons (symbol->string symbol) package))
                  (_ #f))
                (module-map cons module)))

  (map cdr (sort bindings (lambda (a b) (string<? (car a) (car b))))))

(define (fold-available-packages proc init)
  "Call PROC with the name and version of each package, keywords that describe it, and the
previous result."
  (fold-packages (lambda (package result)
                   (proc (package-name package) (package-version package)
                         result
                         #:outputs (package-outputs package)
                         #:location (package-location package)
                         #:supported? #t
                         #:deprecated? (->bool (package-superseded package))))
                 init))

(define %packages-by-name
  ;; Name → packages of that name, the highest version first.
  (delay
    (let ((table (make-hash-table)))
      (fold-packages (lambda (package result)
                       (hash-set! table (package-name package)
                                  (cons package
                                        (hash-ref table (package-name package)
                                                  '())))
                       result)
                     #t)
      (hash-for-each (lambda (name packages)
                       (hash-set! table name
                                  (sort packages
                                        (lambda (a b)
                                          (version>? (package-version a)
                                                     (package-version b))))))
                     table)
      table)))

;;;
;;; The index of the collection.
;;;

(define (collection-files)
  "Return the files that define the packages of the collection, relative to the channel."
  (map (cut string-append "gnu/packages/" <>)
       (scheme-files (string-append channel-directory "/gnu/packages"))))

(define %index
  (delay (read-package-index channel-directory (collection-files))))

(define (indexed-packages name)
  "Return the packages called NAME, the newest first, or #f if the index does not
tell: then all modules have to be looked at."
  (define (package-of entry)
    (match entry
      ((version module variable)
       (let ((package (false-if-exception
                       (module-ref (resolve-interface module) variable))))
         (and (package? package)
              (string=? name (package-name package))
              (string=? version (package-version package))
              package)))))

  (and (equal? (%package-module-path) %collection-path)
       (and=> (force %index)
              (lambda (index)
                (match (map package-of (hash-ref index name '()))
                  (((? package? packages) ..1) packages)
                  (_ #f))))))

(define (collection-index)
  "Return the index of the collection, which 'find-packages-by-name' uses, as it is
written."
  (define variables                     ;package -> (MODULE VARIABLE)
    (let ((table (make-hash-table)))
      (for-each (lambda (module)
                  (module-for-each (lambda (variable box)
                                     (hashq-set! table (variable-ref box)
                                                 (list (module-name module)
                                                       variable)))
                                   module))
                (reverse (all-package-modules)))
      table))

  (define names
    (sort (hash-map->list (lambda (name _) name) (force %packages-by-name))
          string<?))

  (make-package-index
   (collection-files)
   (append-map (lambda (name)
                 (map (lambda (package)
                        (cons* name (package-version package)
                               (hashq-ref variables package)))
                      (hash-ref (force %packages-by-name) name)))
               names)))


;;;
;;; Looking packages up.
;;;

(define* (find-packages-by-name name #:optional version)
  "Return the packages called NAME, the newest first; if VERSION is given, those
whose version it is or begins."
  (filter (lambda (package)
            (or (not version)
                (version-prefix? version (package-version package))))
          (or (indexed-packages name)
              (hash-ref (force %packages-by-name) name '()))))


(define (find-best-packages-by-name name version)
  "Return the newest packages called NAME that VERSION, if not #f, begins."
  (match (find-packages-by-name name version)
    (() '())
    ((newest . rest)
     (cons newest
           (filter (lambda (package)
                     (string=? (package-version package)
                               (package-version newest)))
                   rest)))))

(define (raise-unknown-package specification name version)
  (define names
    (hash-map->list (lambda (name _) name) (force %packages-by-name)))

  (define hint
    (match (find-packages-by-name name)
      (()
       (match (nearest-name name names)
         (#f   (G_ "'nacre repl' and (gnu packages) list what there is"))
         (near (format #f (G_ "did you mean '~a'?") near))))
      (packages
       (format #f (G_ "there is ~a")
               (string-join (map (lambda (package)
                                   (string-append name "@"
                                                  (package-version package)))
                                 packages)
                            ", ")))))

  (raise (condition
          (&message
           (message (if (and version (pair? (find-packages-by-name name)))
                        (format #f (G_ "~a: no such version of this package")
                                specification)
                        (format #f (G_ "~a: unknown package") specification))))
          (&fix-hint (hint hint)))))

(define (split-specification specification)
  ;; NAME, NAME@VERSION, each with or without :OUTPUT.
  (let* ((colon  (string-rindex specification #\:))
         (full   (if colon
                     (substring specification 0 colon)
                     specification))
         (output (and colon (substring specification (1+ colon)))))
    (call-with-values (lambda () (package-name->name+version full))
      (lambda (name version)
        (values name version output)))))

(define (specification->package specification)
  "Return the package that SPECIFICATION, \"NAME\" or \"NAME@VERSION\", is for."
  (call-with-values (lambda () (package-name->name+version specification))
    (lambda (name version)
      (match (find-best-packages-by-name name version)
        (()            (raise-unknown-package specification name version))
        ((package . _) (or (package-superseded package) package))))))

(define* (specification->package+output specification #:optional (output "out"))
  "Return the package and the output that SPECIFICATION, such as \"glib:bin\",
stands for: two values."
  (call-with-values (lambda () (split-specification specification))
    (lambda (name version given-output)
      (let ((package (specification->package
                      (if version (string-append name "@" version) name)))
            (output  (or given-output output)))
        (when (and output (not (member output (package-outputs package))))
          (raise (condition
                  (&message
                   (message (format #f (G_ "package '~a' has no output '~a'")
                                    (package-full-name package) output)))
                  (&fix-hint
                   (hint (format #f (G_ "its outputs are: ~a")
                                 (string-join (package-outputs package)
                                              ", ")))))))
        (values package output)))))

(define (specifications->packages specifications)
  "Return a list of (PACKAGE OUTPUT) lists, one for each of SPECIFICATIONS."
  (map (lambda (specification)
         (call-with-values
             (lambda () (specification->package+output specification))
           list))
       specifications))

(define (specifications->manifest specifications)
  "Return the manifest of SPECIFICATIONS, a list of strings."
  (packages->manifest (specifications->packages specifications)))

(define (package-unique-version-prefix name version)
  "Return the shortest prefix of VERSION that no other version of NAME has; \"\" if there
are no others."
  (version-unique-prefix version
                         (map package-version (find-packages-by-name name))))


;;;
;;; Files that come with the collection.
;;;

(define (collection-directories kind)
  "Return the directories that have files of KIND: those of the package directories, and
the load path."
  (append (map (match-lambda
                 ((directory . sub-directory)
                  (string-append directory "/" sub-directory "/" kind))
                 (directory (string-append directory "/" kind)))
               (%package-module-path))
          %load-path))

(define %patch-path
  ;; More directories of patches, before those of the packages.
  (make-parameter '()))

(define %auxiliary-files-path
  ;; The same for auxiliary files.
  (make-parameter '()))

(define (search-collection directories kind file message)
  (or (search-path (append directories (collection-directories kind)) file)
      (raise (formatted-message message file))))

(define (search-patch file)
  "Return the full name of the patch FILE."
  (search-collection (%patch-path) "patches" file
                     (G_ "~a: patch not found~%")))

(define-syntax-rule (search-patches file ...)
  ;; The full names of the patches FILE ...
  (list (search-patch file) ...))

(define (search-auxiliary-file file)
  "Return the full name of the auxiliary FILE."
  (search-collection (%auxiliary-files-path) "aux-files" file
                     (G_ "~a: auxiliary file not found~%")))


;;;
;;; Queries of all packages.
;;;

(define %default-package-module-path %collection-path)

(define (cache-is-authoritative?)
  "Return true if the index of the collection has all packages that can be found: if there
are no other directories of packages."
  (equal? (%package-module-path) %collection-path))

(define (all-packages)
  "Return all public packages, and their replacements."
  (fold-packages (lambda (package result)
                   (match (package-replacement package)
                     (#f (cons package result))
                     ((? hidden-package?) (cons package result))
                     (replacement (cons* replacement package result))))
                 '()))

(define (find-newest-available-packages)
  "Return the newest packages of each name: a list of (NAME VERSION PACKAGE ...)."
  (hash-map->list (match-lambda*
                    ((name ((and newest (= package-version version)) . others))
                     (cons* name version newest
                            (filter (lambda (package)
                                      (string=? version (package-version package)))
                                    others))))
                  (force %packages-by-name)))

(define* (find-package-locations name #:optional version)
  "Return the versions and locations, a list of pairs, of the packages called NAME, the
newest first; if VERSION is given, those whose version it is or begins."
  (map (lambda (package)
         (cons (package-version package) (package-location package)))
       (find-packages-by-name name version)))

(define (specification->location specification)
  "Return the location of the package that SPECIFICATION, \"NAME\" or \"NAME@VERSION\", is
for."
  (call-with-values (lambda () (package-name->name+version specification))
    (lambda (name version)
      (match (find-package-locations name version)
        (() (raise-unknown-package specification name version))
        (((_ . location) . _) location)))))

(define (generate-package-cache directory)
  "Write the index of the collection below DIRECTORY; return its file name."
  (let ((file (string-append directory "/lib/guix/package.cache")))
    (mkdir-p (dirname file))
    (call-with-output-file file
      (lambda (port)
        (write (collection-index) port)))
    file))
