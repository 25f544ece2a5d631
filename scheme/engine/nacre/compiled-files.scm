;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The compiled form of files that a user has evaluated before, manifests and programs, kept in
;;; the user's cache directory: evaluating such a file again needs neither the macro expander nor
;;; the compiler.
;;;
;;; A compiled file's name is a hash of all that it depends on: the exact bytes that are evaluated,
;;; the file's canonical name, the modules that it starts with, the engine, the channel, Guile and the machine.
;;; A file that may depend on more, on modules of the user's, on other files, or on its own macros,
;;; is not kept.
(define-module (nacre compiled-files)
  #:use-module (nacre files)
  #:use-module (nacre hash)
  #:use-module (nacre roots)
  #:autoload   (language tree-il) (make-lambda make-lambda-case make-primcall)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:autoload   (system base compile) (compile)
  #:autoload   (system vm loader) (load-thunk-from-memory)
  #:export (compiled-file-key
            load-compiled-forms
            save-compiled-forms))

(define (directory? file)
  (let ((status (stat file #f)))
    (and status (eq? 'directory (stat:type status)))))

(define (cache-directory)
  "Return the directory for compiled files, or #f.  It may have to be made; the home
directory, and the parent of XDG_CACHE_HOME, must exist."
  (let ((base (or (getenv "XDG_CACHE_HOME")
                  (and=> (getenv "HOME")
                         (lambda (home) (string-append home "/.cache"))))))
    (and base
         (absolute-file-name? base)
         (directory? (dirname base))
         (string-append base "/nacre/compiled"))))

(define (modules-identity)
  "Return a string that changes whenever a module of the engine or the channel
changes, or #f if it is unknown: the channel is not the one that comes with the program."
  (let ((stamp (search-path %load-compiled-path "stamp")))
    (and stamp own-channel?
         (call-with-input-file stamp
           (lambda (port)
             (match (get-bytevector-n port 64)
               ((? bytevector? digest) (utf8->string digest))
               (_ #f)))))))

(define (read-bytes file)
  (call-with-input-file file get-bytevector-all #:binary #t))

(define (sha256 bv)
  (bytevector-hash bv 'sha256))

(define (compiled-file-key file text modules)
  "Return the absolute name of the file for the compiled form of TEXT, the bytes of FILE,
a canonical name, which starts with the bindings of MODULES; #f if it cannot be kept."
  (let ((directory (cache-directory))
        (identity  (modules-identity)))
    (and directory identity (only-known-directories?)
         (let ((parts (object->string
                       (list file modules identity (version) %host-type
                             %load-path %load-compiled-path
                             (bytevector->base16-string (sha256 text))))))
           (string-append directory "/"
                          (bytevector->nix-base32-string
                           (sha256 (string->utf8 parts))))))))


;;;
;;; Files: a SHA-256, then the bytecode of an expression that returns a vector of
;;; thunks, one for each form of the source.
;;;

(define %digest-size 32)

(define (ours? file)
  ;; With 'sudo', HOME may be somebody else's.
  (let ((status (stat file #f)))
    (and status (= (stat:uid status) (geteuid)))))

(define (load-compiled-forms key)
  "Return the list of thunks, one for each form, in the file KEY, or #f."
  (define (verified contents)
    (and (bytevector? contents)
         (> (bytevector-length contents) %digest-size)
         (let ((digest (make-bytevector %digest-size))
               (code   (make-bytevector (- (bytevector-length contents)
                                           %digest-size))))
           (bytevector-copy! contents 0 digest 0 %digest-size)
           (bytevector-copy! contents %digest-size code 0
                             (bytevector-length code))
           (and (bytevector=? digest (sha256 code))
                code))))

  (and (ours? key)
       (let ((code (false-if-exception (verified (read-bytes key)))))
         (and code
              (vector->list ((load-thunk-from-memory code)))))))

(define (write-file key contents)
  "Write CONTENTS, a list of bytevectors, to the file KEY, completely or not at all."
  (make-directories (dirname key))
  (let* ((port      (mkstemp (string-append key ".XXXXXX")))
         (temporary (port-filename port)))
    (catch #t
      (lambda ()
        (for-each (lambda (bv) (put-bytevector port bv)) contents)
        (close-port port)
        (rename-file temporary key))
      (lambda args
        (false-if-exception (delete-file temporary))
        (apply throw args)))))

(define (thunk-of tree)
  (make-lambda #f '()
               (make-lambda-case #f '() #f #f #f '() '() tree #f)))

(define (save-compiled-forms key module forms trees)
  "Keep TREES, the expansions of FORMS, all those of a file, in MODULE, for KEY, if that
is sound.  It is not an error if the file cannot be written."
  (when (and (every (compose known-module? module-name) (module-uses module))
             (not (mentions-more? forms module)))
    (false-if-exception
     (let ((code (compile (make-primcall #f 'vector (map thunk-of trees))
                          #:from 'tree-il #:to 'bytecode #:env module
                          #:optimization-level 0 #:warning-level 0)))
       (write-file key (list (sha256 code) code))))))


;;;
;;; Which files may be kept.
;;;

(define (known-directories)
  (list engine-directory channel-directory (%library-dir)))

(define (only-known-directories?)
  "Return #t when no other directory can shadow a module of the engine, the channel or Guile."
  (every (lambda (directory)
           (member directory (known-directories)))
         (take-while (lambda (directory)
                       (not (string=? directory (%library-dir))))
                     %load-path)))

(define (known-module? name)
  "Return #t when module NAME is the engine's, the channel's or Guile's own."
  (let* ((module (resolve-module name #f #:ensure #f))
         (file   (and module (module-filename module))))
    (if file
        (let ((found (search-path %load-path file)))
          (and found
               (any (lambda (directory)
                      (string-prefix? (string-append directory "/") found))
                    (known-directories))))
        ;; Modules of the engine, and '(guile)', have no file.
        (match name
          (((or 'guile 'nacre) . _) #t)
          (_ #f)))))

(define %expansion-depends-on-more
  '(define-syntax define-syntax-rule define-syntax-parameter define-macro
    defmacro define-public-syntax let-syntax letrec-syntax eval-when
    include include-ci include-from-path cond-expand
    load primitive-load primitive-load-path load-from-path load-in-vicinity
    add-to-load-path
    read-hash-extend read-enable read-disable read-set! read-options
    define-module define-library library set-current-module current-module
    module-use! module-use-interfaces! set-module-uses! process-use-modules
    module-define! module-set! module-add! module-autoload!
    eval compile primitive-eval macroexpand))

(define (depends-on-more? module)
  "Return a predicate of symbols, true for the names above and for other names of these
in MODULE."
  (define variables
    (filter-map (lambda (name) (module-variable the-root-module name))
                %expansion-depends-on-more))

  (lambda (symbol)
    (or (memq symbol %expansion-depends-on-more)
        (let ((variable (module-variable module symbol)))
          (and variable (memq variable variables))))))

(define (mentions-more? forms module)
  "Return #t when FORMS, as they were read, mention a name by which the expansion of
forms in MODULE may depend on more than the file and the modules that it uses."
  (define more? (depends-on-more? module))

  (let loop ((datum (map syntax->datum forms)))
    (match datum
      (((or '@ '@@) (? list? name) _)
       (not (known-module? name)))
      ((head . tail) (or (loop head) (loop tail)))
      ((? vector?)   (loop (vector->list datum)))
      ((? symbol?)   (more? datum))
      (_ #f))))
