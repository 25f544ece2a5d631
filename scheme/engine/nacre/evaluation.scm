;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Evaluating a user's file or text so that errors have places.  Guile's interpreter
;;; does not keep places, its compiler does; at the lowest level it takes milliseconds
;;; and writes no file.
;;;
;;; A file has its canonical name while it is evaluated, whatever name the user gave: its
;;; references, and its compiled form in the cache, do not depend on the current directory.
;;;
;;; Loading this module also makes modules in the user's directories (-L), and files
;;; that 'load' reads, keep their places.
(define-module (nacre evaluation)
  #:use-module (nacre interpreter)
  #:use-module (nacre roots)
  #:autoload   (nacre compiled-files) (compiled-file-key
                                       load-compiled-forms
                                       save-compiled-forms)
  #:autoload   (nacre errors) (raise-engine-error)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module ((rnrs bytevectors) #:select (utf8->string bytevector-length))
  #:use-module ((system syntax internal) #:select (syntax? syntax-expression))
  #:autoload   (system base compile) (compile)
  #:autoload   (system vm loader) (load-thunk-from-memory)
  #:export (make-user-module
            evaluate-port
            evaluate-string
            evaluate-file
            given-file-name
            last-form-source))


;;;
;;; Forms.
;;;

;; Not 'compile' to a value: that undoes a change of the current module.
(define (evaluate-tree tree)
  ((load-thunk-from-memory
    (compile tree #:from 'tree-il #:env (current-module) #:to 'bytecode
             #:optimization-level 0 #:warning-level 0))))

(define (expand form)
  (compile form #:env (current-module) #:to 'tree-il
           #:optimization-level 0 #:warning-level 0))

;; Printing, comparing and compiling data recurs as deep as the data are nested.
(define %maximum-depth 10000)

(define (check-depth form)
  "Raise an error if FORM, syntax, is nested too deeply."
  (let loop ((part form) (depth 0))
    (match (if (syntax? part) (syntax-expression part) part)
      ((head . tail)
       (when (= depth %maximum-depth)
         (refuse "code is nested more than ~a levels deep" %maximum-depth
                 (syntax-source form)))
       (loop head (+ depth 1))
       (loop tail depth))
      ((? vector? elements)
       (loop (vector->list elements) depth))
      (_ #t))))

(define (refuse message limit source)
  (raise-engine-error 'message (simple-format #f message limit)
                      (match source
                        ((('filename . file) . _)
                         (list file
                               (+ 1 (assq-ref source 'line))
                               (+ 1 (assq-ref source 'column))))
                        (_ #f))
                      "compute such data in the program" 1))

(define* (evaluate-port port #:optional (finish (const #t)))
  "Evaluate all expressions of PORT in the current module; return the last one's
value.  Then call FINISH with the forms and their expansions."
  (let loop ((result *unspecified*) (forms '()) (trees '()))
    (let ((form (read-syntax port)))
      (if (eof-object? form)
          (begin
            (finish (reverse forms) (reverse trees))
            result)
          (let* ((_      (check-depth form))
                 (tree   (with-fluids ((current-form form))
                           (expand form)))
                 (result (with-fluids ((current-form form))
                           (evaluate-tree tree))))
            (loop result (cons form forms) (cons tree trees)))))))


;;;
;;; Files.
;;;

;; Canonical name -> the user's name for it.
(define given-file-names (make-hash-table))

(define (given-file-name file)
  "Return the user's name for FILE, which messages show."
  (hash-ref given-file-names file file))

(define (canonical-name file)
  "Return the canonical name of FILE, or FILE when it has none, like a pipe."
  (let ((canonical (or (false-if-exception (canonicalize-path file)) file)))
    (hash-set! given-file-names canonical file)
    canonical))

(define (absolute-name file)
  (if (absolute-file-name? file) file (canonical-name file)))

(define (decoded bv file)
  "Return BV, the contents of FILE, as a string."
  (define (wrong-line)
    ;; The number of the first line that cannot be decoded.
    (let ((port (open-bytevector-input-port bv)))
      (set-port-encoding! port "UTF-8")
      (set-port-conversion-strategy! port 'error)
      (catch 'decoding-error
        (lambda ()
          (let loop ()
            (unless (eof-object? (read-char port))
              (loop))))
        (const #t))
      (+ 1 (port-line port))))

  (catch 'decoding-error
    (lambda () (utf8->string bv))
    (lambda _
      (raise-engine-error 'message "this file is not encoded in UTF-8"
                          (list file (wrong-line) 1)
                          "save it in UTF-8" 1))))

(define (call-with-text text file proc)
  (call-with-input-string text
    (lambda (port)
      (set-port-filename! port file)
      (proc port))))

;; Reading takes some seconds for this much.
(define %maximum-size (* 16 1024 1024))

(define (read-contents port file)
  "Return the contents of PORT, of FILE, a bytevector; #f if it is not a regular file,
which can be read only once."
  (and (eq? 'regular (stat:type (stat port)))
       (match (get-bytevector-n port (+ 1 %maximum-size))
         ((? eof-object?) #vu8())
         (contents
          (when (> (bytevector-length contents) %maximum-size)
            (refuse "this file has more than ~a bytes" %maximum-size
                    `((filename . ,file) (line . 0) (column . 0))))
          contents))))

(define (call-with-contents file proc)
  "Call PROC with the contents of FILE, or #f, and a port to read it from."
  (call-with-input-file file
    (lambda (port)
      (match (read-contents port file)
        (#f
         (set-port-encoding! port "UTF-8")
         (set-port-filename! port file)
         (proc #f port))
        (contents
         (call-with-text (decoded contents file) file
           (lambda (port)
             (proc contents port))))))
    #:binary #t))

(define (evaluate-source file)
  (call-with-contents file
    (lambda (contents port)
      (evaluate-port port))))

(define (read-form contents file index)
  "Return form INDEX of CONTENTS, those of FILE."
  (call-with-text (decoded contents file) file
    (lambda (port)
      (let loop ((index index))
        (let ((form (read-syntax port)))
          (if (zero? index)
              form
              (loop (- index 1))))))))

(define (last-form-source file)
  "Return the source properties of the last form of FILE, or #f if there is none."
  (call-with-contents (canonical-name file)
    (lambda (contents port)
      (let loop ((last #f))
        (match (read-syntax port)
          ((? eof-object?) (and last (syntax-source last)))
          (form            (loop form)))))))

(define (evaluate-forms thunks contents file)
  "Call THUNKS, the compiled forms of CONTENTS, those of FILE; return the last one's
value."
  (let loop ((thunks thunks) (index 0) (result *unspecified*))
    (match thunks
      (() result)
      ((thunk . rest)
       (loop rest (+ index 1)
             ;; Parsed only for the place of an error.
             (with-fluids ((current-form (lambda ()
                                           (read-form contents file index))))
               (thunk)))))))

(define (evaluate-source/cached file modules)
  "Evaluate FILE as 'evaluate-source' does, by its compiled form if the cache has it."
  (define module (current-module))

  (call-with-contents file
    (lambda (contents port)
      (let* ((key    (and contents
                          (compiled-file-key file contents modules)))
             (thunks (and key (load-compiled-forms key))))
        (cond (thunks (evaluate-forms thunks contents file))
              (key    (evaluate-port port
                                     (lambda (forms trees)
                                       (save-compiled-forms key module
                                                            forms trees))))
              (else   (evaluate-port port)))))))


;;;
;;; User modules.
;;;

(define (make-user-module modules)
  "Return a fresh module that has the bindings of Guile and of MODULES, a list of
module names."
  (let ((module (make-fresh-user-module)))
    ;; A user's variable may be defined again, by 'load' for example.
    (set-module-declarative?! module #f)
    (for-each (lambda (name)
                (module-use! module (resolve-interface name)))
              modules)
    module))

(define (call-in-user-module modules thunk)
  (save-module-excursion
   (lambda ()
     (set-current-module (make-user-module modules))
     (thunk))))

(define (evaluate-string text file modules)
  "Evaluate the expressions of TEXT, as if they stood in FILE, in a fresh module
that uses MODULES; return the last one's value."
  (call-in-user-module modules
    (lambda ()
      (call-with-input-string text
        (lambda (port)
          (set-port-filename! port file)
          (evaluate-port port))))))

(define (evaluate-file file modules)
  "Evaluate the expressions of FILE in a fresh module that uses MODULES; return
the last one's value.  \"-\" is standard input."
  (call-in-user-module modules
    (lambda ()
      (if (string=? file "-")
          (let ((port (current-input-port)))
            (set-port-filename! port "standard input")
            (evaluate-port port))
          (evaluate-source/cached (canonical-name file) modules)))))


;;;
;;; Modules in the user's directories.
;;;

(define (user-directories)
  ;; Those before the engine and the channel on the load path.
  (take-while (lambda (directory)
                (not (string=? directory engine-directory)))
              %load-path))

;; Once, in case this module is loaded again.
(define-once load-path/native primitive-load-path)

(define %maximum-loads 1000)
(define loads-under-way (make-fluid 0))

(define (load-source file)
  (let ((file  (absolute-name file))
        (depth (fluid-ref loads-under-way)))
    (when (= depth %maximum-loads)
      (raise-engine-error 'message
                          (simple-format #f "files load each other more than \
~a levels deep" %maximum-loads)
                          (list file 1 1)
                          "does this file load itself?" 1))
    (with-fluids ((loads-under-way (+ depth 1)))
      (save-module-excursion
       (lambda () (evaluate-source file))))))

(define* (load-path/places file #:optional (raise-if-missing? #t))
  "Load FILE as 'primitive-load-path' does, but, if it is in a directory of the
user's, so that errors have places."
  (cond ((search-path (user-directories) file %load-extensions)
         => load-source)
        (else
         (load-path/native file raise-if-missing?))))

(define-once load-in-vicinity/native load-in-vicinity)

(define* (load-in-vicinity/places directory file #:optional reader)
  "Load FILE from its source, so that errors have places, and not from Guile's cache.
'load' in a file of DIRECTORY calls this."
  (if reader
      (load-in-vicinity/native directory file reader)
      (load-source (if (absolute-file-name? file)
                       file
                       (string-append directory "/" file)))))

(module-define! the-root-module 'primitive-load-path load-path/places)
(module-define! the-root-module 'load-in-vicinity load-in-vicinity/places)
