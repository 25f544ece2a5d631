;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Parsing and checking the options of packs.
(define-module (nacre pack options)
  #:use-module ((guix diagnostics) #:select (&fix-hint))
  #:use-module ((guix i18n) #:select (G_))
  #:autoload   (guix store) (%store-prefix)
  #:use-module (nacre interpreter)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (fail
            lookup
            lines
            optional
            %pack-compressions
            parse-compression
            normal-file-name
            below?
            profile-file-name
            symlink-specification
            symlink-specifications))

(define (fail message hint)
  (raise (condition
          (&message (message message))
          (&fix-hint (hint hint)))))

(define (lookup name table what)
  "Return the entry of NAME, a symbol or a string, in TABLE; if it is not there, raise an
error that names the nearest one.  WHAT says what NAME is."
  (define (known)
    (string-join (map (compose symbol->string car) table) ", "))

  (let ((name (if (symbol? name) (symbol->string name) name)))
    (or (assq (string->symbol name) table)
        (fail (format #f (G_ "~a: unknown ~a") name what)
              (match (nearest-name name (map (compose symbol->string car) table))
                (#f      (format #f (G_ "known ones are ~a") (known)))
                (nearest (format #f (G_ "did you mean '~a'?  Known ones are ~a")
                                 nearest (known))))))))

(define (lines what strings)
  "Return STRINGS as one text, one a line; WHAT says what they are."
  (for-each (lambda (text)
              (when (string-index text #\newline)
                (fail (format #f (G_ "~s: bad ~a: it holds a newline") text what)
                      (G_ "write it in one line"))))
            strings)
  (when (equal? strings '(""))
    (fail (simple-format #f (G_ "an empty ~a") what)
          (G_ "leave it out")))
  (string-join strings "\n"))

(define (optional name value)
  "Return the environment variable NAME if it has a VALUE."
  (match value
    ((or #f "" ()) '())
    (_ (list (cons name value)))))


;;;
;;; Compressions.
;;;

;; The compressions, and the endings of their files.
(define %pack-compressions
  '((gzip . ".gz")
    (zstd . ".zst")
    (xz   . ".xz")
    (lzip . ".lz")
    (bzip2 . ".bz2")
    (none . "")))

;; The lowest and the highest level of those that have levels.
(define %compression-levels
  '((gzip 1 . 12)
    (zstd 1 . 19)
    (xz 0 . 9)
    (lzip 0 . 9)
    (bzip2 1 . 9)))

(define (check-level name level)
  "Raise an error unless the compression NAME has LEVEL, a string."
  (define number (string->number level))

  (match (assq-ref %compression-levels name)
    (#f
     (fail (simple-format #f (G_ "~a:~a: ~a has no levels")
                          name level name)
           (G_ "leave the level out")))
    ((lowest . highest)
     (unless (and (exact-integer? number) (<= lowest number highest))
       (fail (simple-format #f (G_ "~a:~a: ~a has no level ~a")
                            name level name level)
             (simple-format #f (G_ "levels are whole numbers from ~a to ~a")
                            lowest highest))))))

(define (parse-compression compression)
  "Return two values: the name of COMPRESSION, a symbol or a string such as
\"zstd\" or \"zstd:19\", and its level as a string, or #f."
  (match (string-split (if (symbol? compression)
                           (symbol->string compression)
                           compression)
                       #\:)
    ((name)
     (values (car (lookup name %pack-compressions (G_ "compression"))) #f))
    ((name (? string->number level))
     (let ((name (car (lookup name %pack-compressions (G_ "compression")))))
       (check-level name level)
       (values name level)))
    (_
     (fail (format #f (G_ "~a: bad compression") compression)
           (G_ "give a name, or a name, a colon and a level, such as zstd:19")))))


;;;
;;; Symbolic links.
;;;

(define (leaves-its-directory? file)
  (any (lambda (part) (member part '("." "..")))
       (string-split file #\/)))

(define (below? file directory)
  "Whether FILE is DIRECTORY or in it."
  (or (string=? file directory)
      (string-prefix? (string-append directory "/") file)))

(define (normal-file-name file)
  "Return FILE without repeated slashes and without one at the end."
  (string-append (if (string-prefix? "/" file) "/" "")
                 (string-join (remove string-null? (string-split file #\/)) "/")))

(define (profile-file-name what file)
  "Return FILE, a name relative to the profile, in its normal form; raise an error if it
leads out of the profile.  WHAT says what FILE is."
  (when (or (leaves-its-directory? file) (string-index file #\newline)
            (string-null? (normal-file-name (string-trim file #\/))))
    (fail (simple-format #f (G_ "~s cannot be ~a") file what)
          (G_ "name a file below the profile, such as bin/hello")))
  (normal-file-name (string-trim file #\/)))

(define (symlink-specification spec)
  "Return the pair (SOURCE . TARGET) of SPEC, such as \"/bin=bin\" or already a
pair: SOURCE is an absolute file name, TARGET one relative to the profile."
  (define (bad why)
    (fail (format #f (G_ "~a: bad symbolic link: ~a")
                  (match spec
                    ((source . target) (string-append source "=" target))
                    (_ spec))
                  why)
          (G_ "write SOURCE=TARGET, SOURCE absolute and TARGET relative to the \
profile, such as /bin=bin")))

  (match spec
    ((? string?)
     (match (string-index spec #\=)
       (#f    (bad (G_ "there is no '='")))
       (index (symlink-specification
               (cons (string-take spec index)
                     (string-drop spec (1+ index)))))))
    ((source . target)
     (cond ((not (string-prefix? "/" source))
            (bad (G_ "the source is not absolute")))
           ((string-prefix? "/" target)
            (bad (G_ "the target is not relative")))
           ((string=? "/" (normal-file-name source))
            (bad (G_ "the source is the root directory")))
           ((string-null? (normal-file-name target))
            (bad (G_ "there is no target")))
           ((or (leaves-its-directory? source) (leaves-its-directory? target))
            (bad (G_ "'.' and '..' are not allowed")))
           ((let ((source (normal-file-name source)))
              (or (below? source (%store-prefix))
                  (below? (%store-prefix) source)))
            (bad (G_ "it would hide the store")))
           ((string=? "/tmp" (normal-file-name source))
            (bad (G_ "/tmp is a directory")))
           ((string-any #\newline (string-append source target))
            (bad (G_ "a file name holds a newline")))
           (else
            (cons (normal-file-name source) (normal-file-name target)))))))

(define (symlink-specifications specs)
  "Return the pairs of SPECS; raise an error if one is below another or equal to it."
  (let loop ((links (sort (map symlink-specification specs)
                          (lambda (one other)
                            (string<? (car one) (car other))))))
    (match links
      (((one . _) . rest)
       (and=> (find (lambda (other) (below? other one)) (map car rest))
              (lambda (other)
                (fail (simple-format #f (G_ "the symbolic links ~a and ~a \
exclude each other")
                                     one other)
                      (G_ "leave one of them out"))))
       (loop rest))
      (() #t)))
  (map symlink-specification specs))
