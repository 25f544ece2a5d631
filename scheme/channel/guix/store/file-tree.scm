;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Trees of files, as data.
(define-module (guix store file-tree)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (ice-9 match)
  #:use-module ((ice-9 binary-ports) #:select (put-bytevector))
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:autoload   (guix build utils) (delete-file-recursively)
  #:export (call-with-file-tree
            file-mapping->tree))

(define (write-contents contents file)
  (match contents
    (('data (? bytevector? bytes))
     (call-with-output-file file
       (lambda (port) (put-bytevector port bytes))
       #:binary #t))
    (('data (? string? text))
     (write-contents `(data ,(string->utf8 text)) file))
    (('file source)
     (copy-file source file))))

(define (write-tree tree file)
  (match tree
    ((_ 'directory entries ...)
     (mkdir file)
     (for-each (match-lambda
                 ((and entry (name . _))
                  (write-tree entry (string-append file "/" (plain-name name)))))
               entries))
    ((_ 'regular contents)
     (write-contents contents file)
     (chmod file #o644))
    ((_ 'executable contents)
     (write-contents contents file)
     (chmod file #o755))
    ((_ 'symlink target)
     (symlink target file))
    (_
     (raise (formatted-message (G_ "~s is not a tree of files") tree)))))

(define (plain-name name)
  ;; An entry must not lead to another directory.
  (when (or (member name '("" "." "..")) (string-index name #\/))
    (raise (formatted-message (G_ "~s is not the name of a file") name)))
  name)

(define (call-with-file-tree tree proc)
  "Call PROC with the name of a temporary file or directory with the contents of
TREE; see 'add-file-tree-to-store'."
  (let* ((directory (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp")
                                            "/nacre-tree-XXXXXX")))
         (file      (string-append directory "/tree")))
    (dynamic-wind
      (const #t)
      (lambda ()
        (write-tree tree file)
        (proc file))
      (lambda ()
        (delete-file-recursively directory)))))

(define (file-leaf name file)
  (let ((stat (lstat file)))
    (match (stat:type stat)
      ('symlink `(,name symlink ,(readlink file)))
      ('regular (if (zero? (logand #o100 (stat:mode stat)))
                    `(,name regular (file ,file))
                    `(,name executable (file ,file)))))))

(define (file-mapping->tree mapping)
  "Return the list of trees, for 'add-file-tree-to-store', of MAPPING, an alist of
relative file names and files."
  (define (insert path file trees)
    (match path
      ((name)
       (cons (file-leaf name file) (alist-delete name trees)))
      ((name . rest)
       (match (assoc name trees)
         ((and directory (_ 'directory entries ...))
          (cons `(,name directory ,@(insert rest file entries))
                (delq directory trees)))
         (_
          (cons `(,name directory ,@(insert rest file '())) trees))))))

  (fold (match-lambda*
          (((destination . file) trees)
           (insert (string-split destination #\/) file trees)))
        '() mapping))
