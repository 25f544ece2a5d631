;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The union of directories, as symbolic links.
(define-module (guix build union)
  #:use-module (ice-9 format)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (union-build
            warn-about-collision
            relative-file-name
            symlink-relative))

(define (directory? file)
  (let ((stat (stat file #f)))
    (and stat (eq? 'directory (stat:type stat)))))

(define (entries directory)
  "Return the names of what is in DIRECTORY, sorted."
  (scandir directory
           (lambda (name) (not (member name '("." ".."))))
           string<?))

(define (same-contents? a b)
  (or (string=? (canonicalize-path a) (canonicalize-path b))
      (and (= (stat:size (stat a)) (stat:size (stat b)))
           (call-with-input-file a
             (lambda (port-a)
               (call-with-input-file b
                 (lambda (port-b)
                   (let loop ()
                     (let ((x (read-char port-a)))
                       (and (eqv? x (read-char port-b))
                            (or (eof-object? x) (loop))))))
                 #:binary #t))
             #:binary #t))))

(define (warn-about-collision files)
  "Say that FILES want the same place, and choose the first one."
  (match files
    ((first . others)
     (format (current-error-port)
             "~%warning: collision encountered:~%~{  ~a~%~}" files)
     (format (current-error-port) "warning: choosing ~a~%" first)
     first)))

(define* (union-build output inputs #:key
                      (log-port (current-error-port))
                      (create-all-directories? #f)
                      (symlink symlink)
                      (resolve-collision warn-about-collision))
  "Make OUTPUT the union of the directories INPUTS: what one of them alone has is
a link, made by SYMLINK; directories that several have are merged.  With
CREATE-ALL-DIRECTORIES?, no link is one to a directory.  RESOLVE-COLLISION chooses
among different files of the same name, or returns #f for none."
  (define (link-file input output)
    (format log-port "`~a' ~~> `~a'~%" input output)
    (symlink input output))

  (define (choose files)
    (match files
      ((file) file)
      ((first . others)
       (if (every (lambda (file) (same-contents? first file)) others)
           first
           (resolve-collision files)))))

  (define (merge output inputs)
    ;; INPUTS all exist and want to be OUTPUT.
    (call-with-values (lambda () (partition directory? inputs))
      (lambda (directories files)
        (cond ((null? directories)
               (and=> (choose files)
                      (lambda (file) (link-file file output))))
              ((and (null? files) (null? (cdr directories))
                    (not create-all-directories?))
               (link-file (car directories) output))
              (else
               (mkdir output)
               (merge-entries output directories))))))

  (define (merge-entries output directories)
    (define names
      (delete-duplicates (sort (append-map entries directories) string<?)))

    (for-each (lambda (name)
                (merge (string-append output "/" name)
                       (filter-map (lambda (directory)
                                     (let ((file (string-append directory "/"
                                                                name)))
                                       (and (false-if-exception (lstat file))
                                            file)))
                                   directories)))
              names))

  (match (delete-duplicates inputs)
    ((input)
     (if create-all-directories?
         (merge output (list input))
         (link-file input output)))
    (inputs
     (mkdir output)
     (merge-entries output (filter directory? inputs)))))

(define (relative-file-name reference file)
  "Return FILE as a name relative to the directory REFERENCE; both are absolute."
  (let loop ((a (string-tokenize reference (char-set-complement (char-set #\/))))
             (b (string-tokenize file (char-set-complement (char-set #\/)))))
    (if (and (pair? a) (pair? b) (string=? (car a) (car b)))
        (loop (cdr a) (cdr b))
        (string-join (append (map (const "..") a) b) "/"))))

(define (symlink-relative old new)
  "Make NEW a link to OLD, by a name relative to NEW."
  (symlink (if (string-prefix? "/" old)
               (relative-file-name (dirname new) old)
               old)
           new))
