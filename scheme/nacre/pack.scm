;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The derivation of a pack: a profile and its closure in one file.  The engine's built-in builders
;;; write it; docs/contract.md describes what they are told.
(define-module (nacre pack)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:autoload   (guix platform) (platform-target->system)
  #:use-module (guix profiles)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (%pack-formats
            %pack-compressions
            pack-derivation
            pack-derivation*
            symlink-specification
            manifest->pack-name))

;; Each format's builder, and what its files' names end in before the compression's ending.
(define %pack-formats
  '((docker  "builtin:pack-docker"  "-docker-pack.tar")
    (tarball "builtin:pack-tarball" "-tarball-pack.tar")))

;; The compressions, and the endings of their files.
(define %pack-compressions
  '((gzip . ".gz")
    (zstd . ".zst")
    (xz   . ".xz")
    (none . "")))

(define (fail message hint)
  (raise (condition
          (&message (message message))
          (&fix-hint (hint hint)))))

(define (lookup name table what)
  "Return the entry of NAME, a symbol or a string, in TABLE; raise an error that
names the nearest one if there is none.  WHAT says what NAME is."
  (define (known)
    (string-join (map (compose symbol->string car) table) ", "))

  (let ((name (if (symbol? name) (symbol->string name) name)))
    (or (assq (string->symbol name) table)
        (fail (format #f (G_ "~a: unknown ~a") name what)
              (match (nearest-name name (map (compose symbol->string car) table))
                (#f      (format #f (G_ "known ones are ~a") (known)))
                (nearest (format #f (G_ "did you mean `~a'?  Known ones are ~a")
                                 nearest (known))))))))

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
     (values (car (lookup name %pack-compressions (G_ "compression"))) level))
    (_
     (fail (format #f (G_ "~a: bad compression") compression)
           (G_ "it is a name, or a name, a colon and a level, such as zstd:19")))))


;;;
;;; Symbolic links.
;;;

(define (leaves-its-directory? file)
  (any (lambda (part) (member part '("." "..")))
       (string-split file #\/)))

(define (normal-file-name file)
  "Return FILE without repeated slashes and without one at the end."
  (string-append (if (string-prefix? "/" file) "/" "")
                 (string-join (remove string-null? (string-split file #\/)) "/")))

(define (symlink-specification spec)
  "Return the pair (SOURCE . TARGET) of SPEC, such as \"/bin=bin\" or already a
pair: SOURCE is an absolute file name, TARGET one relative to the profile."
  (define (bad why)
    (fail (format #f (G_ "~a: bad symbolic link: ~a")
                  (match spec
                    ((source . target) (string-append source "=" target))
                    (_ spec))
                  why)
          (G_ "it is SOURCE=TARGET, SOURCE being absolute and TARGET relative to \
the profile, such as /bin=bin")))

  (match spec
    ((? string?)
     (match (string-index spec #\=)
       (#f    (bad (G_ "there is no `='")))
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
            (bad (G_ "`.' and `..' are not allowed")))
           ((string-any #\newline (string-append source target))
            (bad (G_ "a file name holds a newline")))
           (else
            (cons (normal-file-name source) (normal-file-name target)))))))


;;;
;;; Names.
;;;

(define (manifest->pack-name manifest)
  "Return a name for a pack of MANIFEST: as many of its entries' names, joined, as
make less than 40 characters."
  (let loop ((names (map manifest-entry-name (manifest-entries manifest))))
    (match names
      (()     "profile")
      ((name) name)
      (_      (let ((joined (string-join names "-")))
                (if (< (string-length joined) 40)
                    joined
                    (loop (drop-right names 1))))))))

(define (image-name name)
  "Return NAME, a file name, as Docker allows it: lower case, with letters and
digits and single separators between them."
  (define (allowed char)
    (let ((char (char-downcase char)))
      (if (or (char<=? #\a char #\z) (char<=? #\0 char #\9)) char #\-)))

  (match (remove string-null?
                 (string-split (string-map allowed name) #\-))
    (()    "image")
    (parts (string-join parts "-"))))


;;;
;;; The derivation.
;;;

(define (lines what strings)
  "Return STRINGS as one text, one a line; WHAT says what they are."
  (for-each (lambda (text)
              (when (string-index text #\newline)
                (fail (format #f (G_ "~s: bad ~a: it holds a newline") text what)
                      (G_ "write it in one line"))))
            strings)
  (string-join strings "\n"))

(define (optional name value)
  "Return the environment variable NAME if it has a VALUE."
  (match value
    ((or #f "" ()) '())
    (_ (list (cons name value)))))

(define (docker-variables profile name system image-tag entry-point
                          entry-point-arguments environment max-layers)
  "Return what the Docker format alone is told."
  (when (and (pair? entry-point-arguments) (not entry-point))
    (fail (G_ "there are arguments for an entry point, but no entry point")
          (G_ "add --entry-point=PROGRAM")))
  `(("system" . ,system)
    ("image-tag" . ,(or image-tag (image-name name)))
    ,@(optional "search-paths"
                (assoc-ref (derivation-builder-environment-vars profile)
                           "search-paths"))
    ,@(optional "environment"
                (lines (G_ "environment variable") environment))
    ,@(optional "entry-point"
                (and entry-point
                     (normal-file-name (string-trim entry-point #\/))))
    ,@(optional "entry-point-arguments"
                (lines (G_ "entry point argument") entry-point-arguments))
    ,@(optional "max-layers" (and=> max-layers number->string))))

(define (reject-docker-options format . options)
  "Raise an error if one of OPTIONS, pairs of a name and a value, has a value:
FORMAT, which is not docker, has no use for it."
  (for-each (match-lambda
              ((name . (or #f ())) #t)
              ((name . _)
               (fail (simple-format #f (G_ "~a is of no use in the format ~a")
                                    name format)
                     (G_ "leave it out, or add --format=docker"))))
            options))

(define* (pack-derivation* manifest
                           #:key
                           (format 'tarball) (compression 'gzip)
                           (symlinks '()) entry-point
                           (entry-point-arguments '()) image-tag
                           (environment '()) max-layers name
                           system target)
  "Return, as a monadic value, the derivation of a pack in FORMAT ('docker' or
'tarball') of the profile of MANIFEST and its closure.  COMPRESSION is one of
gzip, zstd, xz and none, with a level after a colon if need be.  SYMLINKS are
strings such as \"/bin=bin\", or pairs.

For docker: ENTRY-POINT, relative to the profile, is what the image runs, with
ENTRY-POINT-ARGUMENTS; IMAGE-TAG names it; ENVIRONMENT holds strings NAME=VALUE,
added to what the profile's search paths say; MAX-LAYERS is a number.

NAME is what the file's name begins with; it defaults to the packages' names."
  (define name*
    (or name (manifest->pack-name manifest)))

  (define links
    (map (lambda (spec)
           (match (symlink-specification spec)
             ((source . target) (string-append source " -> " target))))
         symlinks))

  (match (lookup format %pack-formats (G_ "format of packs"))
    ((format builder ending)
     (unless (eq? format 'docker)
       (reject-docker-options format
                              (cons "an entry point" entry-point)
                              (cons "an entry point's argument"
                                    entry-point-arguments)
                              (cons "the name of an image" image-tag)
                              (cons "an environment" environment)
                              (cons "a number of layers" max-layers)))
     (let-values (((compression level) (parse-compression compression)))
       (mlet* %store-monad ((system (if system
                                        (return system)
                                        (current-system)))
                            (profile (profile-derivation manifest
                                                         #:system system
                                                         #:target target)))
         (raw-derivation
          (string-append name* ending
                         (assq-ref %pack-compressions compression))
          builder '()
          #:system "builtin"
          #:inputs (list (derivation-input profile '("out")))
          #:env-vars
          `(("builtin-version" . "1")
            ("profile" . ,(derivation->output-path profile))
            ("compression" . ,(symbol->string compression))
            ,@(optional "compression-level" level)
            ,@(optional "symlinks" (lines (G_ "symbolic link") links))
            ,@(if (eq? format 'docker)
                  (docker-variables profile name*
                                    (if target
                                        (platform-target->system target)
                                        system)
                                    image-tag entry-point
                                    entry-point-arguments environment
                                    max-layers)
                  '()))
          #:local-build? #t))))))

(define (pack-derivation store manifest . options)
  "Return the derivation that 'pack-derivation*' has for MANIFEST and OPTIONS,
added to STORE."
  (run-with-store store (apply pack-derivation* manifest options)))
