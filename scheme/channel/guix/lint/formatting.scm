;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Checks of how the definition of a package is written.
(define-module (guix lint formatting)
  #:use-module (guix diagnostics)
  #:use-module (guix lint warning)
  #:use-module (guix packages)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:export (check-formatting))

(define %longest-line 90)

(define (last-line-of-form file first-line column)
  "Return the number of the line where the form at COLUMN of FIRST-LINE ends, or
FIRST-LINE if it cannot be read."
  (call-with-input-file file
    (lambda (port)
      (seek-to-line port first-line)
      (let skip ((count 0))
        (when (< count column)
          (read-char port)
          (skip (1+ count))))
      (match (false-if-exception (begin (read port) (port-line port)))
        (#f   first-line)
        (line (1+ line))))
    #:encoding "UTF-8"))

(define (lines-of-definition package file)
  "Return the lines of the definition of PACKAGE in FILE: pairs of a number and a text."
  (let* ((location (package-location package))
         (first    (location-line location))
         (last     (last-line-of-form file first (location-column location))))
    (call-with-input-file file
      (lambda (port)
        (seek-to-line port first)
        (let loop ((number first) (lines '()))
          (match (and (<= number last) (read-line port))
            ((? string? line) (loop (1+ number) (acons number line lines)))
            (_                (reverse lines)))))
      #:encoding "UTF-8")))

(define (check-line package number line)
  (define (place column)
    (location (location-file (package-location package)) number column))

  (define long?
    (and (> (string-length line) %longest-line)
         ;; An address cannot be broken.
         (not (string-match "[a-z]+://[^ ]{40}" line))))

  (append
   (match (string-index line #\tab)
     (#f '())
     (column
      (list (make-warning package "tabulation on line ~a, column ~a"
                          (list number column) #:location (place column)))))
   (warn-if (and (not (string-null? line))
                 (char-set-contains? char-set:blank
                                     (string-ref line (1- (string-length line)))))
            package "trailing white space on line ~a" (list number)
            #:location (place (string-length (string-trim-right line))))
   (warn-if long? package "line ~a is way too long (~a characters)"
            (list number (string-length line)) #:location (place %longest-line))
   (warn-if (string-match "^[[:blank:]]*[])]+[[:blank:]]*$" line)
            package "parentheses feel lonely, move to the previous or next line"
            #:location (place 0))))

(define (check-formatting package)
  "Check how the definition of PACKAGE is written: tabulators, white space, long lines."
  (match (package-source-file package)
    (#f '())
    (file
     (append-map (match-lambda
                   ((number . line) (check-line package number line)))
                 (lines-of-definition package file)))))
