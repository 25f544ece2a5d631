;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Bournish: enough of a shell, as a language of Guile's compiler, to look around where there is no
;;; other.  A line is a command and its words; it becomes a Scheme expression.
(define-module (guix build bournish)
  #:use-module (system base language)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:export (%bournish-language))


;;;
;;; Reading.
;;;

(define (read-word port)
  "Return the expression of the next word of PORT: a string, or what gives one.
Return #f at the end of the line."
  (define (end? char)
    (or (eof-object? char) (char-whitespace? char)))

  ;; PARTS are expressions, reversed; CHARS the characters of the one being read.
  (define (literal chars parts)
    (if (null? chars)
        parts
        (cons (list->string (reverse chars)) parts)))

  (define (variable)
    (let loop ((chars '()))
      (let ((next (peek-char port)))
        (if (and (char? next)
                 (or (char-alphabetic? next) (char-numeric? next)
                     (char=? next #\_)))
            (loop (cons (read-char port) chars))
            `(or (getenv ,(list->string (reverse chars))) "")))))

  (define (word parts)
    (match (reverse parts)
      (()             "")
      (((? string? part)) part)
      ((part)         part)
      ((parts ...)    `(string-append ,@parts))))

  (let loop ((quotation #f) (chars '()) (parts '()))
    (let ((char (peek-char port)))
      (cond ((and (end? char) (or (not quotation) (eof-object? char)))
             (word (literal chars parts)))
            ((eqv? char quotation)
             (read-char port)
             (loop #f chars parts))
            ((and (not quotation) (memv char '(#\" #\')))
             (loop (read-char port) chars parts))
            ((and (char=? char #\$) (not (eqv? quotation #\')))
             (read-char port)
             (loop quotation '() (cons (variable) (literal chars parts))))
            (else
             (loop quotation (cons (read-char port) chars) parts))))))

(define (read-words port)
  "Return the words up to the end of the line, or the end-of-file object."
  (let loop ((words '()))
    (match (peek-char port)
      ((? eof-object? eof)
       (if (null? words) eof (reverse words)))
      (#\newline
       (read-char port)
       (reverse words))
      ((? char-whitespace?)
       (read-char port)
       (loop words))
      (_
       (loop (cons (read-word port) words))))))

(define (read-command port environment)
  (match (read-words port)
    ((? eof-object? eof) eof)
    (()                  '(if #f #f))
    ((command words ...) (expand command words))))


;;;
;;; Commands.
;;;

(define (run name . arguments)
  ;; Built-in commands may run where these modules are not in use.
  `((@@ (guix build bournish) ,name) ,@arguments))

(define (expand command words)
  "Return the expression of COMMAND applied to WORDS, both expressions."
  (match (cons command words)
    (("cd")               '(chdir (or (getenv "HOME") "/")))
    (("cd" directory)     `(chdir ,directory))
    (("pwd")              '(getcwd))
    (("echo" words ...)   (apply run 'print-words words))
    (("ls")               (run 'list-directory "."))
    (("ls" files ...)     `(begin ,@(map (lambda (file)
                                           (run 'list-directory file))
                                         files)))
    (("cat" files ...)    `(begin ,@(map (lambda (file) (run 'print-file file))
                                         files)))
    (("rm" files ...)     `(begin ,@(map (lambda (file) `(delete-file ,file))
                                         files)))
    (("mkdir" files ...)  `(begin ,@(map (lambda (file) `(mkdir ,file)) files)))
    (("which" program)    (run 'find-program program))
    (("reboot")           '(reboot))
    ((program words ...)  `(status:exit-val (system* ,program ,@words)))))

(define (print-words . words)
  (display (string-join words " "))
  (newline))

(define (list-directory file)
  (for-each (lambda (name)
              (display name)
              (newline))
            (if (eq? 'directory (stat:type (stat file)))
                (scandir file (lambda (name)
                                (not (string-prefix? "." name))))
                (list file))))

(define (print-file file)
  (display (call-with-input-file file read-string)))

(define (find-program program)
  (search-path (parse-path (or (getenv "PATH") "")) program))


;;;
;;; The language.
;;;

(define %bournish-language
  (make-language
   #:name 'bournish
   #:title "Bournish"
   #:reader read-command
   #:printer write
   #:compilers `((scheme . ,(lambda (exp environment options)
                              (values exp environment environment))))))
