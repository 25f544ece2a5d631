;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The index of the packages that the channel's modules define.  It is written when these are compiled;
;;; a package can be found by its name without loading them all.
(define-module (nacre package-index)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module ((system vm loader) #:select (load-thunk-from-file))
  #:export (make-package-index
            read-package-index))

;; Raise it when the format of the file changes.
(define %version 1)

(define (index-file)
  "Return the name of the index beside the compiled modules, or #f."
  (search-path %load-compiled-path "gnu/packages-index.go"))

(define (modification-time file)
  (let ((status (stat file #f)))
    (and status
         (+ (* (stat:mtime status) #e1e9) (stat:mtimensec status)))))

(define (older? file time)
  (match (modification-time file)
    (#f    #f)
    (other (<= other time))))

(define (make-package-index files entries)
  "Return an index, which is plain data: ENTRIES, a list of (NAME VERSION MODULE VARIABLE),
are the packages that FILES define; those of one name are in the order of the search."
  `(package-index ,%version ,files ,entries))

(define (read-package-index directory files)
  "Return a hash table from names of packages to their (VERSION MODULE VARIABLE) lists,
or #f if there is no index, or if it does not match FILES, below DIRECTORY."
  (define (table entries)
    (let ((table (make-hash-table)))
      (for-each (match-lambda
                  ((name . rest)
                   (hash-set! table name
                              (append (hash-ref table name '()) (list rest)))))
                entries)
      table))

  (match (index-file)
    (#f #f)
    (file
     (match (false-if-exception ((load-thunk-from-file file)))
       (('package-index (? (lambda (version) (equal? version %version)))
                        (? (lambda (indexed) (equal? indexed files)))
                        entries)
        (let ((time (modification-time file)))
          (and (every (lambda (source)
                        (older? (string-append directory "/" source) time))
                      files)
               (table entries))))
       (_ #f)))))
