;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Runs as a builder: makes of a package's files a directory in which another program stands in for each
;;; of its programs.
(define-module (nacre pack build wrap)
  #:use-module (guix build utils)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 format)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:export (wrap-programs
            write-wrapper
            search-path-settings))

;; Where programs are.
(define %program-directories '("bin" "sbin" "libexec"))

(define (entries directory)
  (or (scandir directory (lambda (name) (not (member name '("." "..")))) string<?)
      '()))

(define (relative-name target directory)
  "Return the name of TARGET as seen from DIRECTORY, both absolute."
  (let loop ((target (string-split target #\/))
             (directory (string-split directory #\/)))
    (match (list target directory)
      (((same target ...) (same* directory ...))
       (if (string=? same same*)
           (loop target directory)
           (string-join (append (map (const "..") (cons same* directory))
                                (cons same target))
                        "/")))
      ((target directory)
       (string-join (append (map (const "..") directory) target) "/")))))

(define (program? file)
  "Return true if FILE is to be run, and not an executable library."
  (and (executable-file? file)
       (not (string-contains (basename file) ".so."))
       (not (string-suffix? ".so" file))))

(define (link-to file new)
  (symlink (relative-name file (dirname new)) new))

(define (settings->bytes settings)
  "Return the end of a wrapper's file that tells it SETTINGS, an alist."
  (let ((text (string-concatenate
               (map (match-lambda
                      ((name . value) (string-append name " " value "\n")))
                    settings))))
    (string->utf8
     (format #f "~anacre-settings ~8,'0d~%" text (bytevector-length (string->utf8 text))))))

(define (write-wrapper wrapper settings file)
  "Make FILE a copy of WRAPPER that is told SETTINGS, an alist."
  (call-with-output-file file
    (lambda (port)
      (put-bytevector port (call-with-input-file wrapper get-bytevector-all #:binary #t))
      (put-bytevector port (settings->bytes settings)))
    #:binary #t)
  (chmod file #o555))

(define (wrap-programs item output wrapper settings)
  "Make the directory OUTPUT like ITEM: links to what is there, but a copy of
WRAPPER, with SETTINGS, for each program."
  (define (wrap file new)
    (if (program? file)
        (write-wrapper wrapper `(("self" . ,new) ("program" . ,file) ,@settings) new)
        (link-to file new)))

  (define (wrap-directory directory new)
    (mkdir new)
    (for-each (lambda (name)
                (let ((file (string-append directory "/" name))
                      (new (string-append new "/" name)))
                  (match (stat:type (stat file))
                    ('directory
                     (wrap-directory file new))
                    (_ (wrap file new)))))
              (filter (lambda (name)
                        (file-exists? (string-append directory "/" name)))
                      (entries directory))))

  (if (eq? 'directory (stat:type (stat item)))
      (begin
        (mkdir output)
        (for-each (lambda (name)
                    (let ((file (string-append item "/" name))
                          (new (string-append output "/" name)))
                      (if (and (member name %program-directories)
                               (file-is-directory? file))
                          (wrap-directory file new)
                          (link-to file new))))
                  (entries item)))
      (copy-file item output)))

(define (search-path-settings profile search-paths)
  "Return the settings that tell a wrapper the variables of SEARCH-PATHS,
s-expressions, that PROFILE has files for."
  (define (of-type? type)
    (lambda (file)
      (and (file-exists? file)
           (eq? type (stat:type (if (eq? type 'symlink) (lstat file) (stat file)))))))

  (filter-map
   (match-lambda
     ((variable files separator type pattern)
      (let* ((places (map (lambda (file) (string-append profile "/" file)) files))
             (found (filter (of-type? type)
                            (if pattern
                                (append-map (lambda (place)
                                              (find-files place pattern #:directories? #t))
                                            (filter file-exists? places))
                                places))))
        (match found
          (() #f)
          ((first . _)
           (cons "path"
                 (if separator
                     (string-append separator variable " " (string-join found separator))
                     (string-append " " variable " " first))))))))
   search-paths))
