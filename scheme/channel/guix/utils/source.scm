;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Changing expressions in files.  A place is an alist of source properties: filename,
;;; line and column, both from 0.
(define-module (guix utils source)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:use-module (ice-9 pretty-print)
  #:use-module (ice-9 textual-ports)
  #:export (go-to-location
            edit-expression
            delete-expression
            insert-expression
            find-definition-location
            find-definition-insertion-location))

(define (go-to-location port line column)
  "Read PORT up to LINE, from 1, and COLUMN, from 0."
  (let loop ()
    (when (or (< (port-line port) (1- line))
              (and (= (port-line port) (1- line))
                   (< (port-column port) column)))
      (unless (eof-object? (read-char port))
        (loop)))))

(define (file-text file)
  (call-with-input-file file get-string-all #:encoding "UTF-8"))

(define (write-file file text)
  "Replace FILE by one with TEXT and its mode, in one step."
  (let* ((port (mkstemp! (string-append file ".XXXXXX")))
         (temporary (port-filename port)))
    (set-port-encoding! port "UTF-8")
    (display text port)
    (chmod port (stat:perms (stat file)))
    (close-port port)
    (rename-file temporary file)))

(define (offset text line column)
  "Return the index in TEXT of LINE and COLUMN, both from 0, or #f."
  (let loop ((line line) (start 0))
    (if (zero? line)
        (and (<= (+ start column) (string-length text))
             (+ start column))
        (and=> (string-index text #\newline start)
               (lambda (end) (loop (1- line) (1+ end)))))))

(define (expression-end text start)
  "Return the index in TEXT of the end of the expression that begins at START."
  (let ((port (open-input-string (substring text start))))
    (read port)
    ;; All of these ports have one byte or character for each of TEXT.
    (let loop ((end (string-length text)))
      (match (read-char port)
        ((? eof-object?) end)
        (_ (loop (1- end)))))))

(define (call-with-place properties proc)
  "Call PROC with the file of PROPERTIES, its text, and the index of the place in it."
  (let* ((name  (assq-ref properties 'filename))
         (file  (or (search-path (cons "." %load-path) name)
                    (raise (formatted-message (G_ "~a: no such file") name))))
         (text  (file-text file))
         (start (offset text
                        (assq-ref properties 'line)
                        (assq-ref properties 'column))))
    (unless start
      (raise (formatted-message (G_ "~a has no line ~a")
                                name (1+ (assq-ref properties 'line)))))
    (proc file text start)))

(define* (edit-expression properties proc #:key (encoding "UTF-8") include-trailing-newline?)
  "Replace the text of the expression at PROPERTIES by what PROC returns for it."
  (call-with-place properties
    (lambda (file text start)
      (let* ((end (expression-end text start))
             (end (if (and include-trailing-newline?
                           (< end (string-length text))
                           (char=? #\newline (string-ref text end)))
                      (1+ end)
                      end)))
        (write-file file
                    (string-append (substring text 0 start)
                                   (proc (substring text start end))
                                   (substring text end)))))))

(define (delete-expression properties)
  "Delete the expression at PROPERTIES, and the end of its line."
  (edit-expression properties (const "") #:include-trailing-newline? #t))

(define (expression-text expression)
  "Return EXPRESSION as it stands in a file; the value of a definition is on a line of its
own."
  (define (pretty datum prefix)
    (call-with-output-string
      (lambda (port)
        (pretty-print datum port #:per-line-prefix prefix))))

  (match expression
    (((and keyword (or 'define 'define-public)) (? symbol? name) value)
     (string-append "(" (symbol->string keyword) " " (symbol->string name) "\n"
                    (string-trim-right (pretty value "  ")) ")\n"))
    (_ (pretty expression ""))))

(define (insert-expression properties expression)
  "Write EXPRESSION, code, before the expression at PROPERTIES."
  (call-with-place properties
    (lambda (file text start)
      (write-file file
                  (string-append (substring text 0 start)
                                 (expression-text expression) "\n"
                                 (substring text start))))))

(define (fold-definitions proc init file)
  "Call PROC with the name and the place of each definition of FILE, and the previous
result."
  (call-with-input-file file
    (lambda (port)
      (let loop ((result init))
        (match (read port)
          ((? eof-object?) result)
          ((and form ((or 'define 'define* 'define-public 'define-public*)
                      (or ((? symbol? name) . _) (? symbol? name))
                      . _))
           (loop (proc name (source-properties form) result)))
          (_ (loop result)))))
    #:encoding "UTF-8"))

(define (properties-in file properties)
  `((filename . ,file)
    (line . ,(assq-ref properties 'line))
    (column . ,(assq-ref properties 'column))))

(define* (find-definition-location file term #:key (define-prefix 'define-public))
  "Return the place where FILE defines TERM, a symbol, or #f."
  (fold-definitions (lambda (name properties result)
                      (or result
                          (and (eq? name term) (properties-in file properties))))
                    #f file))

(define* (find-definition-insertion-location file term
                                             #:key (define-prefix 'define-public))
  "Return the place of the first definition in FILE whose name sorts after TERM, a symbol;
#f if there is none."
  (define (after? name)
    (string>? (symbol->string name) (symbol->string term)))

  (call-with-input-file file
    (lambda (port)
      (let loop ()
        (match (read port)
          ((? eof-object?) #f)
          ((and form ((? (lambda (keyword) (eq? keyword define-prefix)))
                      (? symbol? (? after?)) . _))
           (properties-in file (source-properties form)))
          (_ (loop)))))
    #:encoding "UTF-8"))
