;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Objects for files that builders make.
(define-module (guix gexp computed-files)
  #:use-module (guix gexp compilers)
  #:use-module (guix gexp derivation)
  #:use-module (guix gexp lowering)
  #:use-module (guix gexp modules)
  #:use-module (guix gexp objects)
  #:use-module (guix gexp records)
  #:use-module (guix gexp syntax)
  #:use-module (guix monads)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (computed-file
            computed-file?
            computed-file-name
            computed-file-gexp
            computed-file-options
            program-file
            program-file?
            program-file-name
            program-file-gexp
            program-file-guile
            program-file-module-path
            scheme-file
            scheme-file?
            scheme-file-name
            scheme-file-gexp
            gexp->script
            gexp->file
            text-file*
            mixed-text-file
            file-union
            directory-union
            symlink-to
            references-file))

(define-record-type <computed-file>
  (%computed-file name gexp guile options)
  computed-file?
  (name    computed-file-name)
  (gexp    computed-file-gexp)
  (guile   computed-file-guile)
  (options computed-file-options))

(define* (computed-file name gexp #:key guile (local-build? #t) (options '()))
  "Return an object for NAME, a file or directory that GEXP makes.  OPTIONS are
keyword arguments of 'gexp->derivation'."
  (%computed-file name gexp guile
                  (default-keyword-arguments options
                    (list #:local-build? local-build?))))

(define-gexp-compiler (computed-file-compiler (file <computed-file>)
                                              system target)
  (match file
    (($ <computed-file> name gexp guile options)
     (apply gexp->derivation name gexp
            #:guile-for-build (or guile (%guile-for-build))
            #:system system #:target target options))))

(define-record-type <program-file>
  (%program-file name gexp guile path)
  program-file?
  (name program-file-name)
  (gexp program-file-gexp)
  (guile program-file-guile)
  (path program-file-module-path))

(define* (program-file name gexp #:key guile (module-path %load-path))
  "Return an object for NAME, an executable script that runs GEXP with GUILE."
  (%program-file name gexp guile module-path))

(define-gexp-compiler (program-file-compiler (file <program-file>)
                                             system target)
  (match file
    (($ <program-file> name gexp guile module-path)
     (gexp->script name gexp
                   #:module-path module-path
                   #:guile (or guile (default-guile))
                   #:system system #:target target))))

(define-record-type <scheme-file>
  (%scheme-file name gexp splice? guile load-path?)
  scheme-file?
  (name       scheme-file-name)
  (gexp       scheme-file-gexp)
  (splice?    scheme-file-splice?)
  (guile      scheme-file-guile)
  (load-path? scheme-file-set-load-path?))

(define* (scheme-file name gexp #:key splice? guile (set-load-path? #t))
  "Return an object for the file NAME that holds GEXP; with SPLICE?, GEXP is a
list of which each element is an expression of the file."
  (%scheme-file name gexp splice? guile set-load-path?))

(define-gexp-compiler (scheme-file-compiler (file <scheme-file>) system target)
  (match file
    (($ <scheme-file> name gexp splice? guile set-load-path?)
     (gexp->file name gexp
                 #:set-load-path? set-load-path?
                 #:splice? splice?
                 #:guile (or guile (default-guile))
                 #:system system #:target target))))

(define* (gexp->script name exp #:key guile (module-path %load-path)
                       system (target 'current))
  "Return as a monadic value the derivation of NAME, an executable script that
runs EXP with GUILE and with the modules that EXP needs."
  (mlet* %store-monad ((set-load-path
                        (load-path-expression (gexp-modules exp) module-path
                                              #:extensions
                                              (gexp-extensions exp)
                                              #:system system)))
    (gexp->derivation
     name
     #~(let ((out #$output))
         (call-with-output-file out
           (lambda (port)
             (display "#!" port)
             (display #$(file-append (or guile (default-guile)) "/bin/guile")
                      port)
             (display " --no-auto-compile\n!#\n" port)
             (for-each (lambda (exp)
                         (write exp port)
                         (newline port))
                       '(#$@(if set-load-path (list set-load-path) '())
                         #$(without-attributes exp)))))
         (chmod out #o555))
     #:system system
     #:target target
     #:local-build? #t
     #:substitutable? #f)))

(define* (gexp->file name exp #:key guile (set-load-path? #t)
                     (module-path %load-path) (splice? #f)
                     system (target 'current))
  "Return as a monadic value the derivation of NAME, a file that holds EXP, or,
with SPLICE?, each of the expressions in it.  With SET-LOAD-PATH?, it starts by
making available the modules that EXP needs."
  (mlet* %store-monad ((set-load-path
                        (if set-load-path?
                            (load-path-expression (gexp-modules exp)
                                                  module-path
                                                  #:extensions
                                                  (gexp-extensions exp)
                                                  #:system system)
                            (return #f))))
    (gexp->derivation
     name
     #~(call-with-output-file #$output
         (lambda (port)
           (for-each (lambda (exp)
                       (write exp port)
                       (newline port))
                     '(#$@(if set-load-path (list set-load-path) '())
                       #$@(if splice?
                              (without-attributes exp)
                              (list (without-attributes exp)))))))
     #:system system
     #:target target
     #:guile-for-build (or guile (%guile-for-build))
     #:local-build? #t
     #:substitutable? #f)))

(define (without-attributes exp)
  ;; EXP as text: it does not run in the build, so its modules are not needed.
  (match exp
    (($ <gexp> references modules extensions proc location)
     (make-gexp (map (lambda (reference)
                       (match reference
                         (($ <gexp-input> (? gexp? thing) output native? place)
                          (%gexp-input (without-attributes thing) output
                                       native? place))
                         (_ reference)))
                     references)
                '() '() proc location))
    (_ exp)))

(define* (text-file* name #:rest text)
  "Return as a monadic value the derivation of NAME, a file that holds the
concatenation of TEXT, strings and file-like objects."
  (gexp->derivation name (text-builder text)
                    #:local-build? #t #:substitutable? #f))

(define (text-builder text)
  #~(call-with-output-file #$output
      (lambda (port)
        (set-port-encoding! port "UTF-8")
        (display (string-append #$@text) port))))

(define* (mixed-text-file name #:key guile #:rest text)
  "Return an object for NAME, a file that holds the concatenation of TEXT,
strings and file-like objects."
  (computed-file name (text-builder (strip-keyword-arguments '(#:guile) text))
                 #:guile guile))

(define* (file-union name files #:key guile)
  "Return an object for NAME, a directory of symbolic links: FILES is a list of
(FILE-NAME FILE-LIKE-OBJECT)."
  (computed-file name
                 #~(begin
                     (define (make-directories directory)
                       (unless (file-exists? directory)
                         (make-directories (dirname directory))
                         (mkdir directory)))

                     (mkdir #$output)
                     (chdir #$output)
                     (for-each (lambda (entry)
                                 (make-directories (dirname (car entry)))
                                 (symlink (cadr entry) (car entry)))
                               '#$files))
                 #:guile guile))

(define* (directory-union name things #:key (copy? #f) (quiet? #f)
                          (resolve-collision 'warn-about-collision))
  "Return an object for NAME, a directory that is the union of THINGS: symbolic
links, or with COPY? copies."
  (match things
    ((thing)
     thing)
    (_
     (computed-file
      name
      (with-imported-modules '((guix build union))
        #~(begin
            (use-modules (guix build union))
            (union-build #$output '#$things
                         #:symlink (if #$copy? copy-file symlink)
                         #:log-port (if #$quiet?
                                        (%make-void-port "w")
                                        (current-error-port))
                         #:resolve-collision #$resolve-collision)))))))

(define* (references-file item #:optional (name "references") #:key guile)
  "Return an object for the file NAME that holds the list of the store items in the
closure of ITEM, an object or <gexp-input>."
  (computed-file
   name
   #~(begin
       (use-modules (ice-9 rdelim))

       ;; For each item: its name, its deriver, the number of its references,
       ;; and these.
       (define (read-items port)
         (match-line port
                     (lambda (item)
                       (read-line port)
                       (let skip ((n (string->number (read-line port))))
                         (unless (zero? n)
                           (read-line port)
                           (skip (1- n))))
                       (cons item (read-items port)))))

       (define (match-line port proc)
         (let ((line (read-line port)))
           (if (eof-object? line) '() (proc line))))

       (call-with-output-file #$output
         (lambda (port)
           (write (sort (call-with-input-file "graph" read-items) string<?)
                  port))))
   #:guile guile
   #:options `(#:references-graphs (("graph" ,item)))))

(define (symlink-to target)
  "Return an object for a symbolic link to TARGET, a file-like object or a file name."
  (computed-file "link" #~(symlink #$target #$output)))
