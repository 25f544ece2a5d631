;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Compiles the modules of the folders 'engine' and 'channel' of a directory, those that changed and
;;; those that use them, each after the modules that it uses, in this one process:
;;; compile-scheme.scm SOURCE-DIRECTORY COMPILED-DIRECTORY
;;;
;;; A compiled module holds the expansion of other modules' macros, and the places of fields in their
;;; records.  So the engine's modules that use the channel's are for this channel alone, and their
;;; compiled forms lie with the channel's: COMPILED-DIRECTORY/engine works with any channel.

(use-modules (nacre hash)
             (ice-9 ftw)
             (ice-9 match)
             (rnrs bytevectors)
             (srfi srfi-1)
             (srfi srfi-9)
             (system base compile))

(define-values (source-directory compiled-directory)
  (match (command-line)
    ((_ source compiled) (values source compiled))))

(define-record-type <module>
  (make-module-file name root file uses autoloads)
  module-file?
  (name      module-file-name)          ;list of symbols
  (root      module-file-root)          ;"engine" or "channel"
  (file      module-file-file)          ;relative to the root
  (uses      module-file-uses)          ;list of module names
  (autoloads module-file-autoloads))    ;likewise

(define (source-file module)
  (string-append source-directory "/" (module-file-root module)
                 "/" (module-file-file module)))

(define (compiled-file module)
  (string-append compiled-directory "/"
                 (if (uses-channel? module) "channel" "engine")
                 "/" (string-drop-right (module-file-file module) 4) ".go"))

(define (named-modules options keywords)
  "Return the names of the modules that OPTIONS of a 'define-module' form name after one of
KEYWORDS."
  (match options
    (((? keyword? keyword) spec . rest)
     (let ((others (named-modules rest keywords)))
       (if (memq keyword keywords)
           (cons (match spec
                   (((? pair? name) . _) name)
                   (name name))
                 others)
           others)))
    ((_ . rest) (named-modules rest keywords))
    (() '())))

(define (read-module-file root file)
  "Return the module that FILE of the folder ROOT defines, or #f."
  (match (call-with-input-file (string-append source-directory "/" root "/" file) read)
    (('define-module name . options)
     (make-module-file name root file
                       (named-modules options '(#:use-module #:use-syntax))
                       (named-modules options '(#:autoload))))
    (_ #f)))

(define (files-below directory suffix)
  "Return the files of DIRECTORY that end in SUFFIX, relative to it, sorted."
  (define (enter? name stat result)
    (not (string-prefix? "." (basename name))))
  (define (leaf name stat result)
    (if (string-suffix? suffix name)
        (cons (string-drop name (1+ (string-length directory))) result)
        result))
  (define (skip name stat result) result)
  (define (problem name stat errno result) result)

  (sort (file-system-fold enter? leaf skip skip skip problem '() directory)
        string<?))

(define modules
  (append-map (lambda (root)
                (filter-map (lambda (file) (read-module-file root file))
                            (files-below (string-append source-directory "/" root)
                                         ".scm")))
              '("engine" "channel")))

(define module-table
  (let ((table (make-hash-table)))
    (for-each (lambda (module)
                (hash-set! table (module-file-name module) module))
              modules)
    table))

(define (known-modules names)
  (filter-map (lambda (name) (hash-ref module-table name)) names))

(define (dependencies module)
  (known-modules (module-file-uses module)))

(define (uses-channel? module)
  "Return true if MODULE is the channel's, or uses such a module, by others too."
  (let visit ((module module) (seen '()))
    (or (string=? (module-file-root module) "channel")
        (and (not (memq module seen))
             (any (lambda (used) (visit used (cons module seen)))
                  (known-modules (append (module-file-uses module)
                                         (module-file-autoloads module))))))))

(define (modification-time file)
  (let ((stat (stat file #f)))
    (if stat
        (+ (* (stat:mtime stat) #e1e9) (stat:mtimensec stat))
        -1)))

(define (up-to-date? module)
  (let ((time (modification-time (compiled-file module))))
    (and (>= time (modification-time (source-file module)))
         (every (lambda (dependency)
                  (>= time (modification-time (compiled-file dependency))))
                (dependencies module)))))

(define (optimization-level module)
  ;; Long lists of packages are evaluated once: optimisation does not pay.
  (if (string-prefix? "gnu/packages/" (module-file-file module)) 0 1))

(define (make-directories directory)
  (unless (file-exists? directory)
    (make-directories (dirname directory))
    (mkdir directory)))

(define (compile-module module)
  (let ((output (compiled-file module)))
    (format #t "compiling ~a~%" (module-file-file module))
    (force-output)
    (make-directories (dirname output))
    (with-fluids ((%file-port-name-canonicalization 'relative))
      (compile-file (source-file module)
                    #:output-file output
                    #:optimization-level (optimization-level module)
                    #:warning-level 1))
    ;; Compiling a module makes it exist, without its procedures; the macros of
    ;; modules that are compiled after it call them.
    (save-module-excursion
     (lambda () (load-compiled output)))))

(define failed '())

(define (try-compiling module)
  "Compile MODULE; when that fails say why, and note that it did."
  (catch #t
    (lambda ()
      (compile-module module))
    (lambda (key . args)
      (set! failed (cons module failed))
      (format (current-error-port) "~a: error: " (module-file-file module))
      (print-exception (current-error-port) #f key args))))

(define (compile-all)
  (define seen (make-hash-table))

  (define (visit module)
    (unless (hashq-ref seen module)
      (hashq-set! seen module #t)
      (for-each visit (dependencies module))
      (cond ((any (lambda (dependency) (memq dependency failed))
                  (dependencies module))
             (set! failed (cons module failed)))
            ((not (up-to-date? module))
             (try-compiling module)))))

  (for-each visit modules))

(define (remove-orphans)
  "Delete compiled files that have no source any more."
  (when (file-exists? compiled-directory)
    (let ((known (map compiled-file modules)))
      (for-each (lambda (file)
                  (let ((file (string-append compiled-directory "/" file)))
                    (unless (member file known)
                      (delete-file file))))
                (files-below compiled-directory ".go")))))

(define (write-stamp)
  "Write what stands for all sources to the file 'channel/stamp': a SHA-256 in base 16."
  (define (digest file)
    (bytevector->base16-string (file-hash 'sha256 file)))

  (call-with-output-file (string-append compiled-directory "/channel/stamp")
    (lambda (port)
      (display (bytevector->base16-string
                (bytevector-hash
                 (string->utf8
                  (object->string
                   (map (lambda (module)
                          (cons (module-file-file module)
                                (digest (source-file module))))
                        modules)))
                 'sha256))
               port))))

(remove-orphans)
(compile-all)
(when (null? failed)
  (write-stamp))
(exit (null? failed))
