;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Which packages the modules of the collection define, written when these are compiled, so that one
;;; can be found by its name without loading them all.
(define-module (nacre package-index)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module ((system vm loader) #:select (load-thunk-from-file))
  #:export (make-package-index
            read-package-index))

;; Changes when the form of the file does.
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
is what FILES define, in the order in which packages of one name are looked for."
  `(package-index ,%version ,files ,entries))

(define (read-package-index directory files)
  "Return a hash table from names of packages to their (VERSION MODULE VARIABLE) lists,
or #f if there is no index, or if it is not about FILES, below DIRECTORY, as they are."
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
