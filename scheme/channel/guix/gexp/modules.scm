;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The modules that builders use: their sources and their compiled form in the store.
(define-module (guix gexp modules)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp compilers)
  #:use-module (guix gexp derivation)
  #:use-module (guix gexp files)
  #:use-module (guix gexp syntax)
  #:use-module (guix modules)
  #:use-module (guix monads)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (modules-for-builder
            imported-files
            imported-modules
            compiled-modules
            load-path-expression))

(define (search-module file module-path)
  "Return the absolute name of FILE in MODULE-PATH."
  (match (search-path module-path file)
    (#f
     (raise (formatted-message
             "~a: module not found in the load path" file)))
    (found
     (if (string-prefix? "/" found)
         found
         (string-append (getcwd) "/" found)))))

(define (module->mapping module module-path)
  ;; Return (FILE . SOURCE), SOURCE being a file name or an object.
  (match module
    (((name ...) '=> thing)
     (cons (module-name->file-name name) thing))
    ((name ...)
     (let ((file (module-name->file-name name)))
       (cons file (search-module file module-path))))))

(define (import-modules store modules system guile module-path)
  "Return the store item or derivation of a directory that holds MODULES."
  (import-files store
                (map (lambda (module) (module->mapping module module-path))
                     modules)
                "module-import" system guile))

(define %modules-for-builders
  ;; The key of the cache of modules among those of a connection.
  (list 'modules-for-builders))

(define (modules-for-builder store modules system guile module-path extensions)
  "Return a pair: the directory of MODULES, and that of their compiled form, which
may use the modules of EXTENSIONS.  Most packages need the same modules, whose files
are read once for each connection."
  (define (lower)
    (let ((imported (import-modules store modules system guile module-path)))
      (cons imported
            (compile-modules store modules imported system guile
                             module-path #:extensions extensions))))

  (define (plain-name? module)
    (every symbol? module))

  (if (and (null? extensions) (every plain-name? modules))
      (let* ((caches (store-object-cache store))
             (cache  (or (hashq-ref caches %modules-for-builders)
                         (hashq-set! caches %modules-for-builders
                                     (make-hash-table))))
             (key    (list modules module-path system
                           (if (derivation? guile)
                               (derivation->output-path guile)
                               guile))))
        (or (hash-ref cache key)
            (hash-set! cache key (lower))))
      (lower)))

(define (import-files store mapping name system guile)
  (if (every (match-lambda ((_ . source) (string? source))) mapping)
      (intern-files store mapping name)
      (run (files-derivation mapping name system guile) store)))

(define (intern-files store mapping name)
  "Add to STORE a directory called NAME with the files of MAPPING, an alist of
names in it and files."
  (match (common-root mapping)
    (#f   (intern-copies store mapping name))
    (root (intern-selection store root (map car mapping) name))))

(define (common-root mapping)
  "Return the directory in which each file of MAPPING already has its name, or #f.
Symbolic links do not count."
  (define root
    (match-lambda
      ((file . source)
       (and (string-suffix? (string-append "/" file) source)
            (string-drop-right source (1+ (string-length file)))))))

  (define (real? root)
    (let ((root (canonicalize-path root)))
      (every (match-lambda
               ((file . source)
                (string=? (canonicalize-path source)
                          (string-append root "/" file))))
             mapping)))

  (match (delete-duplicates (map root mapping))
    ((#f) #f)
    ((root) (and (real? root) root))
    (_ #f)))

(define (intern-selection store root files name)
  (define selected (make-hash-table))

  (define (select! file)
    (unless (string=? file ".")
      (hash-set! selected (string-append root "/" file) #t)
      (select! (dirname file))))

  (for-each select! files)
  (hash-set! selected root #t)
  (add-to-store store name #t "sha256" root
                #:select? (lambda (file stat) (hash-ref selected file))))

(define (intern-copies store mapping name)
  (define (make-directories directory)
    (unless (file-exists? directory)
      (make-directories (dirname directory))
      (mkdir directory)))

  (call-with-temporary-directory
   (lambda (directory)
     (for-each (match-lambda
                 ((file . source)
                  (let ((target (string-append directory "/" file)))
                    (make-directories (dirname target))
                    (copy-file source target))))
               mapping)
     (add-to-store store name #t "sha256" directory))))

(define* (files-derivation mapping name system guile #:key (symlink? #f))
  "Return as a monadic value the derivation of a directory with the files of
MAPPING, an alist of names and of file names or objects."
  (define files
    (map (match-lambda
           ((file . (? string? source))
            (list file (local-file (canonicalize-path source) (basename source)
                                   #:recursive? #t)))
           ((file . source)
            (list file source)))
         mapping))

  (gexp->derivation
   name
   #~(let ((out (getenv "out")))
       (define (make-directories directory)
         (unless (file-exists? directory)
           (make-directories (dirname directory))
           (mkdir directory)))

       (mkdir out)
       (for-each (lambda (entry)
                   (let ((file (string-append out "/" (car entry))))
                     (make-directories (dirname file))
                     ((if #$symlink? symlink copy-file) (cadr entry) file)))
                 '#$files))
   #:system system
   #:target #f
   #:guile-for-build guile
   #:local-build? #t
   #:script-name (string-append name "-builder")))

(define* (imported-files files #:key (name "file-import") (symlink? #f)
                         (system (%current-system))
                         (guile (%guile-for-build)))
  "Return as a monadic value a directory that holds FILES, an alist of names in
it and of file names or file-like objects."
  (lambda (store)
    (values (if (and (not symlink?)
                     (every (match-lambda ((_ . source) (string? source)))
                            files))
                (intern-files store files name)
                (run (files-derivation files name system guile
                                       #:symlink? symlink?)
                     store))
            store)))

(define* (imported-modules modules #:key (name "module-import")
                           (system (%current-system))
                           (guile (%guile-for-build))
                           (module-path %load-path))
  "Return as a monadic value a directory that holds the source of MODULES, names
of modules or (NAME => FILE-LIKE-OBJECT)."
  (imported-files (map (lambda (module) (module->mapping module module-path))
                       modules)
                  #:name name #:system system #:guile guile))

(define (ordered-module-files modules module-path)
  "Return the file names of MODULES, each after those that it depends on."
  (map car (sort-by-dependency
            (map (lambda (module) (module->mapping module module-path))
                 modules))))

(define* (compile-modules store modules imported system guile module-path
                          #:key (extensions '()))
  "Return the derivation of the compiled form of MODULES, whose source is in
IMPORTED and which may use the modules of EXTENSIONS."
  (define files (ordered-module-files modules module-path))

  (run (gexp->derivation
        "module-import-compiled"
        #~(begin
            (use-modules (system base compile))

            (define out (getenv "out"))
            (define source #$imported)

            ;; Little of the code is run more than once in a build: what
            ;; optimisation takes is never won back.
            (define options
              ((@ (system base optimize) optimizations-for-level) 1))

            (define (make-directories directory)
              (unless (file-exists? directory)
                (make-directories (dirname directory))
                (mkdir directory)))

            (define (go-file file)
              (string-append out "/" (string-drop-right file 4) ".go"))

            (mkdir out)
            (set! %load-path (cons source %load-path))
            (set! %load-compiled-path (cons out %load-compiled-path))
            #$@(if (null? extensions) '() (list (extend-load-path extensions)))
            (set! %load-should-auto-compile #f)
            (for-each (lambda (file)
                        (make-directories (dirname (go-file file)))
                        (compile-file (string-append source "/" file)
                                      #:output-file (go-file file)
                                      #:opts options)
                        ;; Compiling a module makes it exist, but empty; those
                        ;; that follow need its bindings.
                        (save-module-excursion
                         (lambda ()
                           (load-compiled (go-file file)))))
                      '#$files))
        #:system system
        #:target #f
        #:guile-for-build guile
        #:local-build? #t
        #:env-vars '(("GUILE_AUTO_COMPILE" . "0")))
       store))

;; A statement of a builder, so that its own Guile supplies the version.
(define (extend-load-path extensions)
  #~(let ((extensions '#$extensions)
          (directory (lambda (before after)
                       (lambda (extension)
                         (string-append extension before (effective-version)
                                        after)))))
      (set! %load-path
            (append %load-path
                    (map (directory "/share/guile/site/" "") extensions)))
      (set! %load-compiled-path
            (append %load-compiled-path
                    (map (directory "/lib/guile/" "/site-ccache")
                         extensions)))))

(define* (compiled-modules modules #:key (name "module-import-compiled")
                           (system (%current-system))
                           (target #f)
                           (guile (%guile-for-build))
                           (module-path %load-path)
                           (extensions '()))
  "Return as a monadic value the derivation of a directory with the compiled form
of MODULES, which may use the modules of EXTENSIONS."
  (lambda (store)
    (let ((guile (lower-guile store guile system)))
      (values (compile-modules store modules
                               (import-modules store modules system guile
                                               module-path)
                               system guile module-path
                               #:extensions extensions)
              store))))


;;;
;;; The load path of programs.
;;;

(define* (load-path-expression modules #:optional (path %load-path)
                               #:key (extensions '()) system target)
  "Return as a monadic value a gexp that puts MODULES, searched in PATH, and the
modules of EXTENSIONS into the load path; #f when there are none."
  (mlet %store-monad ((system -> (system-or-current system))
                      (imported (imported-or-none modules imported-modules
                                                  path system))
                      (compiled (imported-or-none modules
                                                  (compiled-with extensions)
                                                  path system)))
    (return
     (and (or imported (pair? extensions))
          #~(eval-when (expand load eval)
              (let ((extensions '#$extensions)
                    (prepend (lambda (items list)
                               ;; Keep what is there already in its place.
                               (append items
                                       (let loop ((list list))
                                         (cond ((null? list) '())
                                               ((member (car list) items)
                                                (loop (cdr list)))
                                               (else
                                                (cons (car list)
                                                      (loop (cdr list))))))))))
                (set! %load-path
                      (prepend (append
                                (map (lambda (extension)
                                       (string-append extension
                                                      "/share/guile/site/"
                                                      (effective-version)))
                                     extensions)
                                '#$(if imported (list imported) '()))
                               %load-path))
                (set! %load-compiled-path
                      (prepend (append
                                (map (lambda (extension)
                                       (string-append extension
                                                      "/lib/guile/"
                                                      (effective-version)
                                                      "/site-ccache"))
                                     extensions)
                                '#$(if compiled (list compiled) '()))
                               %load-compiled-path))))))))

(define (compiled-with extensions)
  (lambda (modules . options)
    (apply compiled-modules modules #:extensions extensions options)))

(define (imported-or-none modules import path system)
  (if (null? modules)
      (store-return #f)
      (import modules #:module-path path #:system system)))
