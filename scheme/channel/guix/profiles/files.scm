;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The file 'manifest' of a profile: written in versions 3 and 4 of its format, read in all.
(define-module (guix profiles files)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix profiles errors)
  #:use-module (guix profiles manifests)
  #:use-module (guix search-paths)
  #:use-module ((guix store) #:select (store-path-package-name))
  #:use-module ((guix build utils) #:select (package-name->name+version))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 pretty-print)
  #:export (%manifest-format-version
            manifest->sexp
            manifest-file-text
            sexp->manifest
            profile-manifest))

;; The version of the 'manifest' file format, numbered as in Guix.
(define %manifest-format-version 4)


;;;
;;; Writing.
;;;

(define* (manifest->sexp manifest item->path
                         #:optional (version %manifest-format-version))
  "Return the contents of the 'manifest' file of MANIFEST, an s-expression in VERSION of
the format; ITEM->PATH gives the store path of an entry."
  (define visited (make-hash-table))

  ;; What is repeated is left out: nothing of it may be lost.
  (define (same? a b)
    (and (manifest-entry=? a b)
         (equal? (manifest-entry-properties a) (manifest-entry-properties b))
         (every same? (manifest-entry-dependencies a)
                (manifest-entry-dependencies b))))

  (define (seen? key entry)
    (let ((previous (hash-ref visited key)))
      (and previous (same? previous entry))))

  (define (field name value)
    (match version
      (4 (if (null? value) '() (list (list name value))))
      (3 (list (if (eq? name 'properties)
                   (cons name value)
                   (list name value))))))

  (define (entry->sexp entry)
    (match entry
      (($ <manifest-entry> name version* output _ dependencies search-paths
                           _ properties)
       (let* ((path (item->path entry))
              (key  (list path output)))
         (if (and (= version 4) (seen? key entry))
             (list 'repeated name version* path)
             (begin
               (hash-set! visited key entry)
               `(,name ,version* ,output ,path
                 ,@(field 'propagated-inputs (map entry->sexp dependencies))
                 ,@(field 'search-paths
                          (map search-path-specification->sexp search-paths))
                 ,@(field 'properties properties))))))))

  (unless (memv version '(3 4))
    (raise (formatted-message
            (G_ "version ~a of manifests cannot be written: only 3 and 4 can")
            version)))
  `(manifest
    (version ,version)
    (packages ,(map entry->sexp (manifest-entries manifest)))))

(define (manifest-file-text sexp)
  "Return the text of the file that holds SEXP."
  (call-with-output-string
    (lambda (port)
      (display "\
;; What this profile holds, as the program that made it wrote it down.  This is not a
;; file for '--manifest', but names the packages that such a file has to name.

" port)
      (pretty-print sexp port))))


;;;
;;; Reading.
;;;

(define no-parent (delay #f))

(define (fields->entry name version output item parent dependencies
                       search-paths properties)
  "Return the entry with DEPENDENCIES, a procedure that makes them from a promise of it."
  (letrec ((entry (manifest-entry
                   (name name)
                   (version version)
                   (output output)
                   (item item)
                   (dependencies (dependencies (delay entry)))
                   (search-paths (map sexp->search-path-specification
                                      search-paths))
                   (parent parent)
                   (properties properties))))
    entry))

(define (item->entry parent)
  "Return the procedure that makes the entry for a store path, of which nothing else is
known."
  (lambda (item)
    (call-with-values
        (lambda ()
          (package-name->name+version (store-path-package-name item)))
      (lambda (name version)
        (manifest-entry
         (name name)
         (version (or version ""))
         (item item)
         (parent parent))))))

(define (old-dependencies dependencies)
  ;; Store paths, once with a label each.
  (lambda (parent)
    (map (compose (item->entry parent)
                  (match-lambda
                    ((label item) item)
                    (item item)))
         dependencies)))

(define (sexp->entry/0 sexp)
  (match sexp
    ((name version output item)
     (fields->entry name version output item no-parent (const '()) '() '()))))

(define (sexp->entry/1 sexp)
  (match sexp
    ((name version output item dependencies)
     (fields->entry name version output item no-parent
                    (old-dependencies dependencies) '() '()))))

(define (sexp->entry/2 sexp)
  (match sexp
    ((name version output item
           ('propagated-inputs dependencies)
           ('search-paths search-paths)
           _ ...)
     (fields->entry name version output item no-parent
                    (old-dependencies dependencies) search-paths '()))))

(define* (sexp->entry/3 sexp #:optional (parent no-parent))
  (match sexp
    ((name version output item
           ('propagated-inputs dependencies)
           ('search-paths search-paths)
           others ...)
     (fields->entry name version output item parent
                    (lambda (parent)
                      (map (lambda (sexp) (sexp->entry/3 sexp parent))
                           dependencies))
                    search-paths
                    (or (assq-ref others 'properties) '())))))

(define (make-reader/4)
  "Return a reader of entries in version 4, one of which may stand for an earlier one."
  (define visited (make-hash-table))    ;(NAME VERSION ITEM) -> entry

  (define (optional name fields)
    (match (assq name fields)
      ((_ value) value)
      (#f '())))

  (define* (read-entry sexp #:optional (parent no-parent))
    (match sexp
      (('repeated key ...)
       (or (hash-ref visited key)
           (raise (formatted-message
                   (G_ "an entry of a profile repeats one that it does not have: ~s")
                   sexp))))
      ((name version output item fields ...)
       (let ((entry (fields->entry
                     name version output item parent
                     (lambda (parent)
                       (map-in-order (lambda (sexp) (read-entry sexp parent))
                                     (optional 'propagated-inputs fields)))
                     (optional 'search-paths fields)
                     (optional 'properties fields))))
         (hash-set! visited (list name version item) entry)
         entry))))

  read-entry)

(define* (sexp->manifest sexp #:optional (file "manifest"))
  "Return the manifest that SEXP, the contents of FILE, stands for."
  (define (unsupported)
    (raise (make-compound-condition
            (condition (&profile-error (profile (dirname file))))
            (formatted-message (G_ "'~a' is not a manifest that can be read") file))))

  (define reader
    (match sexp
      (('manifest ('version version _ ...) _ ...)
       (match version
         (0 sexp->entry/0)
         (1 sexp->entry/1)
         (2 sexp->entry/2)
         (3 sexp->entry/3)
         (4 (make-reader/4))
         (_ (unsupported))))
      (_ (unsupported))))

  (match sexp
    ((_ _ ('packages (entries ...)))
     (catch 'match-error
       (lambda ()
         (manifest (map-in-order reader entries)))
       (lambda _
         (unsupported))))
    (_ (unsupported))))

(define (profile-manifest profile)
  "Return the manifest of PROFILE, a file name; it is empty if there is no profile."
  (let ((file (string-append profile "/manifest")))
    (if (file-exists? file)
        (sexp->manifest (call-with-input-file file read #:encoding "UTF-8") file)
        (manifest '()))))
