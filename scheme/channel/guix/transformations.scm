;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Changes of packages, and of what they depend on, that options name.  Each is a
;;; procedure that takes the value of an option and returns a procedure from packages to
;;; packages.
(define-module (guix transformations)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module ((guix packages record) #:select (change-package))
  #:use-module (guix profiles)
  #:use-module (guix transformations arguments)
  #:use-module (guix transformations releases)
  #:use-module (guix transformations sources)
  #:use-module (guix transformations specifications)
  #:use-module (guix transformations toolchains)
  #:use-module (guix transformations tuning)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (srfi srfi-37)
  #:use-module (ice-9 match)
  #:autoload   (guix cpu) (current-cpu cpu->gcc-architecture)
  #:re-export (tunable-package?
               tuned-package
               package-with-upstream-version)
  #:export (options->transformation
            package-transformations
            manifest-entry-with-transformations
            show-transformation-options-help
            transformation-option-key?
            cacheable-transformation-option-key?
            %transformation-options))

;;;
;;; The table.
;;;

(define-record-type <transformation>
  (transformation key proc pinned? value description)
  transformation?
  (key         transformation-key)         ;symbol: the name of the option
  (proc        transformation-proc)        ;value → package → package
  (pinned?     transformation-pinned?)     ;does the value say all that matters?
  (value       transformation-value)       ;what the help calls it
  (description transformation-description))

(define %transformations
  (map (lambda (arguments) (apply transformation arguments))
       `((with-source ,with-source #f "[PACKAGE=]SOURCE"
          ,(G_ "build PACKAGE from SOURCE, a file or an address"))
         (with-input ,with-input #t "PACKAGE=REPLACEMENT"
          ,(G_ "use REPLACEMENT where PACKAGE is a dependency"))
         (with-graft ,with-graft #t "PACKAGE=REPLACEMENT"
          ,(G_ "the same, unless replacements are turned off"))
         (with-branch ,with-branch #f "PACKAGE=BRANCH"
          ,(G_ "build PACKAGE from the last commit of BRANCH"))
         (with-commit ,with-commit #t "PACKAGE=COMMIT"
          ,(G_ "build PACKAGE from COMMIT, a hash or a tag"))
         (with-git-url ,with-git-url #f "PACKAGE=URL"
          ,(G_ "build PACKAGE from the Git repository at URL"))
         (with-c-toolchain ,with-c-toolchain #t "PACKAGE=TOOLCHAIN"
          ,(G_ "build PACKAGE and its dependents with TOOLCHAIN"))
         (tune ,tune #t "CPU"
          ,(G_ "compile the packages that profit from it for CPU"))
         (amd-gpu ,amd-gpu #t "TARGETS"
          ,(G_ "compile for AMD GPUs (not available)"))
         (with-debug-info ,with-debug-info #t "PACKAGE"
          ,(G_ "build PACKAGE with its debugging information"))
         (without-tests ,without-tests #t "PACKAGE"
          ,(G_ "build PACKAGE without running its tests"))
         (with-configure-flag ,with-configure-flag #t "PACKAGE=FLAG"
          ,(G_ "give FLAG to the configuration of PACKAGE"))
         (with-patch ,with-patch #f "PACKAGE=FILE"
          ,(G_ "apply the patch FILE to the source of PACKAGE"))
         (with-latest ,with-latest #f "PACKAGE"
          ,(G_ "use the latest release of PACKAGE"))
         (with-version ,with-version #f "PACKAGE=VERSION"
          ,(G_ "use the release VERSION of PACKAGE")))))

(define (find-transformation key)
  (find (lambda (transformation)
          (eq? key (transformation-key transformation)))
        %transformations))

(define (transformation-option-key? key)
  "Return true if KEY, a symbol, is a transformation's."
  (->bool (find-transformation key)))

(define (cacheable-transformation-option-key? key)
  "Return true if KEY is that of a transformation whose value says all that matters, so
that what it makes does not depend on files or on the network."
  (and=> (find-transformation key) transformation-pinned?))

(define (check-key key)
  "Raise an error if KEY, an option that is not a transformation's, was meant as one: its
name is close to that of one, or begins like that of one."
  (define name (symbol->string key))

  (define names
    (map (compose symbol->string transformation-key) %transformations))

  (when (or (string-prefix? "with-" name) (string-prefix? "without-" name))
    (raise (make-compound-condition
            (formatted-message (G_ "unknown transformation '~a'") name)
            (condition
             (&fix-hint
              (hint (match (nearest-name name names)
                      (#f   (format #f (G_ "the transformations are ~a")
                                    (string-join names ", ")))
                      (near (format #f (G_ "did you mean '~a'?") near))))))))))


;;;
;;; Composition.
;;;

(define (package-transformations package)
  "Return the options of the transformations that made PACKAGE, as
'options->transformation' takes them."
  (or (assq-ref (package-properties package) 'transformations) '()))

(define (with-record new old options)
  "Return NEW, which OPTIONS made of the package OLD, with a record of them and of those
that made OLD."
  (define record
    (append options (package-transformations old)))

  (define (add-record new)
    (package
      (inherit new)
      (properties
       `((transformations . ,record)
         ,@(alist-delete 'transformations (package-properties new) eq?)))))

  (change-package new add-record))

(define (meant-name key value)
  "Return the name of the package that the transformation KEY with VALUE is about."
  (if (and (eq? key 'with-source) (not (assigned-source? value)))
      (source-package-name value)
      (specification-name (car (string-split value #\=)))))

(define (warn-of-no-effect key package meant names)
  "Warn that the transformation KEY of packages called MEANT changes nothing in PACKAGE,
whose graph has packages called NAMES."
  (warning (G_ "transformation '~a' had no effect on ~a~%")
           key (package-full-name package))
  (and=> (nearest-name meant names)
         (lambda (near)
           (info (G_ "~a does not depend on '~a'; did you mean '~a'?~%")
                 (package-full-name package) meant near))))

(define (check-effect key value package)
  "Warn if the transformation KEY with VALUE finds nothing to change in PACKAGE."
  (define graph
    (delay (package-closure (list package))))

  (if (eq? key 'tune)
      (unless (any tunable-package? (force graph))
        (warning (G_ "nothing that ~a depends on is made to be tuned~%")
                 (package-full-name package)))
      (let ((meant (meant-name key value)))
        (unless (string=? meant (package-name package))
          (let ((names (delete-duplicates (map package-name (force graph)))))
            (unless (member meant names)
              (warn-of-no-effect key package meant names)))))))

(define (options->transformation options)
  "Return a procedure that applies the transformations of OPTIONS, an alist of symbols and
strings whose last element is applied first, as when each option of a command line is put
in front of those before:

  ((with-branch . \"guile-gcrypt=master\")
   (without-tests . \"libgcrypt\"))

Other elements are ignored.  The procedure takes a package and returns its variant, with
OPTIONS in its property 'transformations'; anything else it returns as it is."
  (define applicable
    (filter-map (match-lambda
                  ((and option (key . value))
                   (match (find-transformation key)
                     (#f
                      (check-key key)
                      #f)
                     (found
                      (cons option ((transformation-proc found) value))))))
                (reverse options)))

  (define recorded
    (reverse (map first applicable)))

  (define (apply-one applicable package)
    (match applicable
      (((key . value) . transform)
       (check-effect key value package)
       (transform package))))

  (lambda (object)
    (if (and (package? object) (pair? applicable))
        (let ((new (fold apply-one object applicable)))
          (if (eq? new object)
              object
              (with-record new object recorded)))
        object)))

(define (manifest-entry-with-transformations entry)
  "Return ENTRY, a manifest's, with a property 'transformations' that says what made its
package, unless it has one."
  (define properties
    (manifest-entry-properties entry))

  (define made-by
    (match (manifest-entry-item entry)
      ((? package? package) (package-transformations package))
      (_ '())))

  (if (or (null? made-by) (assq 'transformations properties))
      entry
      (manifest-entry
        (inherit entry)
        (properties `((transformations . ,made-by) ,@properties)))))


;;;
;;; Options of programs in Scheme.
;;;

(define (parse-tuning opt name argument result . rest)
  (apply values
         (match argument
           ((or #f "native")
            (alist-cons 'tune (cpu->gcc-architecture (current-cpu)) result))
           ("generic" (alist-delete 'tune result eq?))
           (cpu       (alist-cons 'tune cpu result)))
         rest))

(define %transformation-options
  ;; For 'args-fold' of SRFI-37, with the result in its first seed.
  (append
   (map (lambda (transformation)
          (define key (transformation-key transformation))

          (if (eq? key 'tune)
              (option '("tune") #f #t parse-tuning)
              (option (list (symbol->string key)) #t #f
                      (lambda (opt name argument result . rest)
                        (apply values (alist-cons key argument result) rest)))))
        %transformations)
   (list (option '("help-transform") #f #f
                 (lambda _
                   (show-all-transformations)
                   (exit 0))))))

(define (show-all-transformations)
  (display (G_ "Available package transformation options:\n"))
  (for-each (lambda (transformation)
              (format #t "      --~a=~a~%                         ~a~%"
                      (transformation-key transformation)
                      (transformation-value transformation)
                      (transformation-description transformation)))
            %transformations))

(define (show-transformation-options-help)
  "Print the line of a program's help that says how to list the transformations."
  (display (G_ "
      --help-transform   list the options that change packages")))
