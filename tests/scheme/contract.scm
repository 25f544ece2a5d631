;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; docs/contract.md lists the names that the engine takes from a channel: held against what the engine's
;;; modules import, and against what its C++ refers to.

(use-modules (nacre roots)
             (guix gexp)                  ;how to read #~
             (srfi srfi-1)
             (srfi srfi-64)
             (ice-9 ftw)
             (ice-9 match)
             (ice-9 regex)
             (ice-9 textual-ports))

(load "lib/check.scm")

(define source-directory
  (dirname (dirname (dirname (canonicalize-path (car (command-line)))))))

(define (files-below directory suffix)
  (define files '())

  (nftw directory
        (lambda (file stat flag base level)
          (when (and (eq? flag 'regular) (string-suffix? suffix file))
            (set! files (cons file files)))
          #t))
  (sort files string<?))

(define (channel-module? name)
  (match name
    (((or 'guix 'gnu) _ ...) #t)
    (_ #f)))

;; What is compared: lists of (MODULE . NAME).
(define (names-of module names)
  (map (lambda (name) (cons module name)) names))

(define (sorted names)
  (sort (delete-duplicates names)
        (lambda (a b) (string<? (object->string a) (object->string b)))))

(define (difference one other)
  (sorted (lset-difference equal? one other)))


;;;
;;; What the engine uses.
;;;

(define (read-forms file)
  (call-with-input-file file
    (lambda (port)
      (let loop ((forms '()))
        (match (read port)
          ((? eof-object?) (reverse forms))
          (form            (loop (cons form forms))))))))

(define (symbols datum)
  (match datum
    ((head . tail)      (append (symbols head) (symbols tail)))
    ((? vector? vector) (symbols (vector->list vector)))
    ((? symbol? symbol) (list symbol))
    (_                  '())))

(define (imported-names spec)
  "Return the names that SPEC, of 'use-module', imports from the channel; (MODULE . #f)
if it is all."
  (match spec
    (((? channel-module? module) . options)
     (match (memq #:select options)
       ((_ names . _) (names-of module names))
       (#f            (list (cons module #f)))))
    ((? channel-module? module)
     (list (cons module #f)))
    (_ '())))

(define (names-of-options options)
  (match options
    ((#:use-module spec . rest)
     (append (imported-names spec) (names-of-options rest)))
    ((#:autoload module names . rest)
     (append (if (channel-module? module) (names-of module names) '())
             (names-of-options rest)))
    ((_ . rest) (names-of-options rest))
    (() '())))

(define (import-names forms)
  "Return what FORMS, those of a file, import by name."
  (match forms
    ((('define-module _ . options) . _)
     (names-of-options options))
    ((('use-modules . specs) . _)
     (append-map imported-names specs))
    (_ '())))

(define (quoted-symbols things)
  (match things
    ((('quote (? symbol? name)) . rest) (cons name (quoted-symbols rest)))
    (_ '())))

(define (looked-up-names datum)
  "Return what DATUM, code, looks up: '(MODULE) 'NAME … in a form, or (@ (MODULE) NAME)."
  (match datum
    (((or '@ '@@) (? channel-module? module) name)
     (list (cons module name)))
    ((('quote (? channel-module? module)) . rest)
     (append (names-of module (quoted-symbols rest))
             (looked-up-names rest)))
    ((head . tail)
     (append (looked-up-names head) (looked-up-names tail)))
    (_ '())))

(define engine-directory* (string-append engine-directory "/nacre/"))

(define (engine-files select?)
  (filter (lambda (file)
            (select? (string-drop file (string-length engine-directory*))))
          (files-below (string-drop-right engine-directory* 1) ".scm")))

(define (of-own-channel? file)
  (member file '("pack/codecs.scm" "pack/runtime.scm")))

;; Their texts are inputs of derivations: they import as builders do.
(define (build-side? file)
  (string-prefix? "pack/build/" file))

(define (build-side-names file)
  (let* ((forms (read-forms file))
         (used  (symbols forms)))
    (append-map (match-lambda
                  ((module . #f)
                   (names-of module
                             (filter (lambda (name) (memq name used))
                                     (module-map (lambda (name variable) name)
                                                 (resolve-interface module)))))
                  (name (list name)))
                (import-names forms))))

(define (c++-names)
  "Return what the engine's C++ refers to."
  (define rx (make-regexp "reference\\(\"(\\((guix|gnu) [^\"]*\\))\",[ \n]*\"([^\"]+)\""))

  (append-map (lambda (file)
                (map (lambda (match)
                       (cons (call-with-input-string (match:substring match 1) read)
                             (string->symbol (match:substring match 3))))
                     (list-matches rx (call-with-input-file file get-string-all))))
              (files-below (string-append source-directory "/src") ".cpp")))

(define engine
  (engine-files (lambda (file)
                  (not (or (of-own-channel? file) (build-side? file))))))

(define imported
  (append (append-map (compose import-names read-forms) engine)
          (append-map build-side-names (engine-files build-side?))
          (c++-names)))

(define looked-up
  (append-map (compose looked-up-names read-forms) engine))

(define imported-from-own-channel
  (append-map (compose import-names read-forms) (engine-files of-own-channel?)))


;;;
;;; What the contract lists.
;;;

(define contract
  (call-with-input-file (string-append source-directory "/docs/contract.md")
    get-string-all))

(define (section title)
  "Return the text of the section TITLE of the contract."
  (let* ((start (+ (string-contains contract (string-append "\n### " title "\n")) 1))
         (end   (string-contains contract "\n##" start)))
    (substring contract start end)))

(define (listed-names title)
  "Return what the list in the section TITLE has: '- `(MODULE)`: `NAME`, …', up to the
first full stop, or a semicolon and the next module."
  (define item (make-regexp "(- |; )`(\\((guix|gnu) [^`]*\\))`:(([ \n,]+`[^` ]+`)+)"))

  (append-map (lambda (found)
                (names-of (call-with-input-string (match:substring found 2) read)
                          (map (lambda (name)
                                 (string->symbol (match:substring name 1)))
                               (list-matches "`([^`]+)`"
                                             (match:substring found 4)))))
              (list-matches item (section title))))

(define needed (listed-names "Needed"))
(define nice (listed-names "Nice to have"))
(define own (listed-names "From nacre's own channel, always"))

(define (missing names)
  "Return those of NAMES that our channel does not export."
  (remove (match-lambda
            ((module . name)
             (module-variable (resolve-interface module) name)))
          names))

(checks "contract"
 (test-equal "the engine imports names, not whole modules, of a channel"
   '()
   (filter (match-lambda ((_ . name) (not name)))
           (append imported imported-from-own-channel)))

 (test-equal "what the engine imports is listed as needed"
   '()
   (difference imported needed))
 (test-equal "what is listed as needed is imported"
   '()
   (difference needed imported))

 (test-equal "what the engine looks up is listed as nice to have, or needed"
   '()
   (difference looked-up (append nice needed)))
 (test-equal "what is listed as nice to have is looked up"
   '()
   (difference nice looked-up))

 (test-equal "what the programs in packs are made of is listed"
   '(() ())
   (list (difference imported-from-own-channel own)
         (difference own imported-from-own-channel)))

 (test-equal "our channel has all of it"
   '()
   (missing (append needed nice own))))
