;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Copying items of the store to where another store will be, and what refers
;;; to what among them.
(define-module (guix build store-copy)
  #:use-module (guix build utils)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (store-info
            store-info?
            store-info-item
            store-info-deriver
            store-info-references
            read-reference-graph
            closure-size
            populate-store))

(define-record-type <store-info>
  (store-info item deriver references)
  store-info?
  (item       store-info-item)
  (deriver    store-info-deriver)                 ;or #f
  (references store-info-references))             ;file names

(define (read-lines port count)
  (map (lambda (_) (read-line port)) (iota count)))

(define (read-entries port)
  ;; Of each item its name, its deriver or nothing, the number of its references,
  ;; and these, one a line.
  (let loop ((result '()))
    (match (read-line port)
      ((? eof-object?) (reverse result))
      (item
       (let* ((deriver    (read-line port))
              (count      (string->number (read-line port)))
              (references (read-lines port count)))
         (loop (cons (store-info item
                                 (and (not (string-null? deriver)) deriver)
                                 references)
                     result)))))))

(define (references-first infos)
  "Return INFOS such that each comes after those that it refers to."
  (define table (make-hash-table))
  (define seen (make-hash-table))

  (define (visit info result)
    (let ((item (store-info-item info)))
      (if (hash-ref seen item)
          result
          (begin
            (hash-set! seen item #t)
            (cons info
                  (fold visit result
                        (filter-map (lambda (item) (hash-ref table item))
                                    (store-info-references info))))))))

  (for-each (lambda (info)
              (hash-set! table (store-info-item info) info))
            infos)
  (reverse (fold visit '() infos)))

(define (read-reference-graph port)
  "Return what PORT, a file that '#:references-graphs' made, says: a list of
<store-info>, each after those that it refers to."
  (references-first (read-entries port)))

(define (graph-items files)
  (delete-duplicates
   (append-map (lambda (file)
                 (map store-info-item
                      (call-with-input-file file read-reference-graph)))
               files)))

(define (file-size file)
  (file-system-fold (const #t)
                    (lambda (file stat result) (+ result (stat:size stat)))
                    (lambda (directory stat result) (+ result (stat:size stat)))
                    (lambda (directory stat result) result)
                    (lambda (file stat result) result)
                    (lambda (file stat errno result) result)
                    0 file lstat))

(define (closure-size graphs)
  "Return how many bytes the files hold of the items in GRAPHS, files that
'#:references-graphs' made."
  (reduce + 0 (map file-size (graph-items graphs))))

(define (make-canonical root)
  "Give everything below ROOT the times and permissions of the store."
  (define (leaf file stat _)
    (unless (eq? 'symlink (stat:type stat))
      (chmod file (if (zero? (logand #o100 (stat:mode stat))) #o444 #o555))
      (utime file 1 1)))

  (define (directory file stat _)
    (chmod file #o555)
    (utime file 1 1))

  (file-system-fold (const #t) leaf
                    (const #t) directory            ;once its entries are done
                    (const #t)
                    (lambda (file stat errno _)
                      (error "cannot be read:" file (strerror errno)))
                    #t root lstat))

(define* (populate-store graphs target #:key
                         (log-port (current-error-port))
                         deduplicate? (reset-timestamps? #t))
  "Copy the items in GRAPHS, files that '#:references-graphs' made, to the store
below the directory TARGET.  Files that are the same are not made one: whoever
registers the items does that."
  (define store (string-append target (%store-directory)))

  (mkdir-p store)
  (for-each (lambda (item)
              (let ((copy (string-append target item)))
                (copy-recursively item copy #:log #f)
                (when reset-timestamps?
                  (make-canonical copy))))
            (graph-items graphs))
  (chmod store #o1775))
