;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; A format of packs: its builder, the builder's variables, and the options that make them.
(define-module (nacre pack format)
  #:use-module ((guix i18n) #:select (G_))
  #:use-module (nacre pack options)
  #:use-module (nacre format-options)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (pack-format
            pack-format?
            pack-format-name
            pack-format-builder
            pack-format-file-name
            pack-format-variables
            pack-format-objects
            pack-format-platform-variables
            pack-format-check
            check-pack-options
            check-pack-compression

            pack-request
            pack-request-name
            pack-request-profile
            pack-request-manifest
            pack-request-system
            pack-request-target
            pack-request-option
            option-value
            option-variables
            option-files
            entry-point-variables))

(define-record-type <pack-format>
  (%pack-format name builder file-name compressions variables objects
                platform-variables check)
  pack-format?
  (name      pack-format-name)          ;symbol
  (builder   pack-format-builder)       ;"builtin:pack-..."
  (file-name pack-format-file-name)     ;name, compression's ending -> string
  (compressions pack-format-compressions) ;list of symbols
  (variables pack-format-variables)     ;<pack-request> -> alist
  (objects   pack-format-objects)       ;<pack-request> -> list
  (platform-variables pack-format-platform-variables) ;<pack-request> -> alist, or #f
  (check     pack-format-check))        ;procedure of four arguments

(define* (pack-format name builder file-name
                      #:key (compressions (map car %pack-compressions))
                      (variables (const '())) (objects (const '()))
                      platform-variables (check (const #t)))
  "Return the format NAME, a symbol, whose files BUILDER writes.  FILE-NAME returns
the file's name, from a pack's name and the ending of a compression, one of
COMPRESSIONS.  VARIABLES returns, from a <pack-request>, the builder's variables besides
'option-variables', an alist.  OBJECTS returns, from a <pack-request>, the other objects
that the builder uses: lists of a variable, an object that can be lowered, and a string
to append to its file name.  PLATFORM-VARIABLES, for formats that hold the programs of
several platforms, returns the builder's variables of a further platform.  CHECK is
called, before anything is built, with a pack's name, the options, keywords and values,
the symbolic links, pairs, and whether the pack has /var/guix: it raises an error for
what the builder would refuse."
  (%pack-format name builder file-name compressions variables objects
                platform-variables check))

;; A pack to make.
(define-record-type <pack-request>
  (pack-request name profile manifest system target options)
  pack-request?
  (name     pack-request-name)          ;string
  (profile  pack-request-profile)       ;derivation
  (manifest pack-request-manifest)
  (system   pack-request-system)        ;of the programs in it
  (target   pack-request-target)        ;triplet | #f
  (options  pack-request-options))      ;keywords and values

(define* (option-value options keyword #:optional default)
  "Return the value of KEYWORD in OPTIONS, keywords and values, or DEFAULT."
  (match (memq keyword options)
    ((_ value . _) (or value default))
    (#f            default)))

(define* (pack-request-option request keyword #:optional default)
  "Return the value of KEYWORD in REQUEST, or DEFAULT."
  (option-value (pack-request-options request) keyword default))

(define (entry-point-variables request)
  "Return the builder's variables of the program that an image runs."
  (define entry-point (pack-request-option request #:entry-point))
  (define arguments (pack-request-option request #:entry-point-arguments '()))

  (when (and (pair? arguments) (not entry-point))
    (fail (G_ "there are arguments for an entry point, but no entry point")
          (G_ "add --entry-point=PROGRAM")))
  `(,@(optional "entry-point"
                (and entry-point
                     (profile-file-name (G_ "an entry point") entry-point)))
    ,@(optional "entry-point-arguments"
                (lines (G_ "entry point argument") arguments))))

(define (option-variables format request)
  "Return the variables of the builder of FORMAT that hold options of REQUEST unchanged, an
alist."
  (define (text kind item value)
    (match kind
      ('texts  (lines (G_ item) value))
      ('number (number->string value))
      ('text   value)))

  (append-map (match-lambda
                ((keyword (and kind (or 'text 'texts 'number)) (? string? variable) _ item)
                 (match (pack-request-option request keyword)
                   ((or #f ()) '())
                   (value (optional variable (text kind item value)))))
                (_ '()))
              (format-options format)))

(define (option-files format options)
  "Return the files that OPTIONS, keywords and values, name for the builder of FORMAT: an
alist of variables and file names."
  (append-map (match-lambda
                ((keyword 'file variable _ _)
                 (optional variable (option-value options keyword)))
                (_ '()))
              (format-options format)))

;; For each format, its name and the options that not all formats have, each a list of its keyword,
;; its kind, its variable if the builder gets it unchanged, and the names of it and of one item.
(define %format-options (pack-format-options))

(define (format-options format)
  (assq-ref %format-options (pack-format-name format)))

(define (option-description keyword)
  "Return the name of the option KEYWORD in messages."
  (match (assq keyword (append-map cdr %format-options))
    ((_ _ _ what _) what)
    (#f keyword)))

(define (check-pack-options format options)
  "Raise an error if OPTIONS, keywords and values, hold one that FORMAT does not
support."
  (match options
    (() #t)
    ((keyword (or #f ()) . rest)
     (check-pack-options format rest))
    ((keyword value . rest)
     (unless (assq keyword (format-options format))
       (fail (simple-format #f (G_ "the format ~a does not support ~a")
                            (pack-format-name format)
                            (option-description keyword))
             (G_ "leave it out, or choose another --format")))
     (check-pack-options format rest))))

(define (check-pack-compression format compression)
  "Raise an error if FORMAT has no COMPRESSION, a symbol."
  (unless (memq compression (pack-format-compressions format))
    (fail (simple-format #f (G_ "the format ~a has no compression ~a")
                         (pack-format-name format) compression)
          (simple-format #f (G_ "choose one of ~a")
                         (string-join (map symbol->string
                                           (pack-format-compressions format))
                                      ", ")))))
