;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The directory of a profile's manuals: the file 'dir', with which a reader of Info begins.
(define-module (guix build info-directory)
  #:use-module (guix build utils)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:use-module (srfi srfi-1)
  #:export (info-entries
            write-info-directory))

(define %default-section "Miscellaneous")

(define (read-entries port)
  "Return the entries that the Info file of PORT asks to be listed: pairs of a section and
the lines of an entry."
  (let loop ((sections '()) (entry #f) (entries '()))
    (match (read-line port)
      ((? eof-object?)
       (reverse entries))
      ((? (lambda (line) (string-prefix? "INFO-DIR-SECTION " line)) line)
       (loop (cons (string-trim-both
                    (string-drop line (string-length "INFO-DIR-SECTION ")))
                   (if (null? entries) sections '()))
             entry entries))
      ("START-INFO-DIR-ENTRY"
       (loop sections '() entries))
      ("END-INFO-DIR-ENTRY"
       (let ((lines (reverse (or entry '()))))
         (loop sections #f
               (append (map (lambda (section) (cons section lines))
                            (if (null? sections)
                                (list %default-section)
                                (reverse sections)))
                       entries))))
      (line
       ;; Entries are near the beginning; the text of the manual begins with this byte.
       (if (and (not entry) (pair? entries) (string-prefix? "\x1f" line))
           (reverse entries)
           (loop sections (and entry (cons line entry)) entries))))))

(define* (info-entries file #:key (gzip "gzip"))
  "Return the entries of the Info FILE, which may be compressed."
  (if (string-suffix? ".gz" file)
      (let* ((port    (open-pipe* OPEN_READ gzip "-dc" file))
             (entries (begin
                        (set-port-encoding! port "UTF-8")
                        (set-port-conversion-strategy! port 'substitute)
                        (read-entries port))))
        (close-port port)
        entries)
      (call-with-input-file file
        (lambda (port)
          (set-port-conversion-strategy! port 'substitute)
          (read-entries port))
        #:encoding "UTF-8")))

(define (info-files directory)
  "Return the sorted names of the Info files of the package DIRECTORY."
  (let ((manuals (string-append directory "/share/info")))
    (if (directory-exists? manuals)
        (find-files manuals "\\.info(\\.gz)?$" #:stat stat)
        '())))

(define (write-section section entries port)
  (format port "~%~a~%" section)
  (for-each (lambda (lines)
              (for-each (lambda (line) (format port "~a~%" line)) lines))
            entries))

(define* (write-info-directory directories file #:key (gzip "gzip"))
  "Write to FILE the directory of the manuals of the packages DIRECTORIES: sections and
entries in alphabetical order, each entry once."
  (define entries
    (delete-duplicates
     (append-map (lambda (file) (info-entries file #:gzip gzip))
                 (append-map info-files directories))))

  (define (section-entries section)
    (sort (filter-map (match-lambda
                        ((other . lines)
                         (and (string=? other section) lines)))
                      entries)
          (lambda (a b) (string<? (string-join a) (string-join b)))))

  (mkdir-p (dirname file))
  (call-with-output-file file
    (lambda (port)
      (format port "This is the directory of the manuals of a profile.~%~%")
      (format port "\x1f~%File: dir,\tNode: Top,\tThe manuals of this profile~%~%")
      (format port "* Menu:~%")
      (for-each (lambda (section)
                  (write-section section (section-entries section) port))
                (sort (delete-duplicates (map car entries)) string<?)))
    #:encoding "UTF-8"))
