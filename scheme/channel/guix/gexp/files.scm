;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Objects for files with a given text, and for files of this machine.
(define-module (guix gexp files)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp compilers)
  #:use-module (guix gexp source)
  #:use-module (guix store)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (plain-file
            plain-file?
            plain-file-name
            plain-file-content
            local-file
            local-file?
            local-file-file
            local-file-absolute-file-name
            local-file-name
            local-file-recursive?
            local-file-select?
            assume-valid-file-name
            assume-source-relative-file-name))

(define-record-type <plain-file>
  (%plain-file name content references)
  plain-file?
  (name       plain-file-name)
  (content    plain-file-content)
  (references plain-file-references))

(define (plain-file name content)
  "Return an object for the file NAME that holds CONTENT, a string or a
bytevector."
  (%plain-file name content '()))

(define-gexp-compiler (plain-file-compiler (file <plain-file>) system target)
  (match file
    (($ <plain-file> name content references)
     (text-file name content references))))


;;;
;;; Files of this machine.
;;;

(define-record-type <local-file>
  (%%local-file file absolute name recursive? select?)
  local-file?
  (file       local-file-file)
  (absolute   %local-file-absolute-file-name)     ;promise
  (name       local-file-name)
  (recursive? local-file-recursive?)
  (select?    local-file-select?))

(define (true file stat) #t)

(define* (%local-file file promise #:optional (name (basename file))
                      #:key recursive? (select? true))
  (%%local-file file promise name recursive? select?))

(define (absolute-file-name file directory)
  (cond ((string-prefix? "/" file) file)
        (directory (canonical (string-append directory "/" file)))
        (else
         (raise (formatted-message
                 "~a: relative file name in code that is in no file" file)))))

(eval-when (expand load eval)
  (define (source-directory form)
    ;; Code that finds the directory of the file where FORM stands.
    (match (assoc-ref (source-of form) 'filename)
      ((? string? file)
       #`(source-file-directory #,(datum->syntax #'here file)))
      (_ #'(getcwd)))))

(define-syntax assume-source-relative-file-name
  (lambda (s)
    "Declare to 'local-file' that the argument, a file name that the program computes, is
relative to the source file."
    (syntax-violation 'assume-source-relative-file-name
                      "used outside of 'local-file'" s)))

(define-syntax-rule (assume-valid-file-name file)
  "Return FILE.  Guix warns of a computed file name that is not in this form."
  file)

;; FILE without "..", if the file exists: otherwise lowering it reports the error.
(define (canonical file)
  (if (file-exists? file) (canonicalize-path file) file))

(define-syntax local-file
  (lambda (s)
    "Return an object for FILE of this machine, called NAME in the store.  A
literal FILE that is relative is found beside the source file where it stands.
With #:recursive?, FILE's tree, or the part of it that #:select? accepts, is
meant; otherwise its contents."
    (define (in-directory directory name rest)
      #`(let ((name #,name)
              (directory #,directory))
          (%local-file name
                       (delay (absolute-file-name name directory))
                       #,@rest)))

    (syntax-case s (assume-source-relative-file-name)
      ((_ (assume-source-relative-file-name file) rest ...)
       (in-directory (source-directory s) #'file #'(rest ...)))
      ((_ file rest ...)
       (string? (syntax->datum #'file))
       (in-directory (source-directory s) #'file #'(rest ...)))
      ((_ file rest ...)
       (in-directory #'(getcwd) #'file #'(rest ...)))
      (id
       (identifier? #'id)
       #'(lambda (file . rest)
           (let ((directory (getcwd)))
             (apply %local-file file
                    (delay (absolute-file-name file directory))
                    rest)))))))

(define (source-file-directory file)
  (cond ((string-prefix? "/" file)
         (dirname file))
        ;; The compiled modules of the channel have names relative to the load path.
        ((search-path %load-path file) => dirname)
        (else #f)))

(define (local-file-absolute-file-name file)
  "Return the absolute name of FILE on this machine."
  (force (%local-file-absolute-file-name file)))

(define %item-name-characters
  (string->char-set "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\
0123456789+-._?="))

(define (check-item-name name file)
  "Raise an error if NAME, of the 'local-file' object of FILE, cannot be that of a store
item."
  (define better
    (string-map (lambda (char)
                  (if (char-set-contains? %item-name-characters char) char #\-))
                (string-trim name #\.)))

  (unless (and (string-every %item-name-characters name)
               (not (string-prefix? "." name)))
    (raise (make-compound-condition
            (formatted-message "'~a' cannot be the name of a store item" name)
            (condition
             (&fix-hint
              (hint (simple-format #f "give a name as the second argument, for \
instance (local-file ~s ~s)" file better))))))))

(define-gexp-compiler (local-file-compiler (file <local-file>) system target)
  (match file
    (($ <local-file> base (= force absolute) name recursive? select?)
     (unless (file-exists? absolute)
       (raise (formatted-message "~a: no such file" absolute)))
     (check-item-name name base)
     (interned-file absolute name #:recursive? recursive?
                    #:select? (if (eq? select? true) #f select?)))))
