;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What a program prints of profiles: what a transaction changes, which generations there
;;; are.
(define-module (guix ui generations)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix profiles)
  #:use-module (guix ui text)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (show-manifest-transaction
            matching-generations
            display-generation
            display-profile-content
            display-profile-content-diff
            roll-back*
            switch-to-generation*
            delete-generation*
            with-profile-lock
            %default-message-language
            current-message-language))

(define %default-message-language
  ;; The language in which messages are written.
  (make-parameter "en"))

(define (current-message-language)
  "Return the code of the language of messages that the user wants: that of the locale."
  (match (string-split (setlocale LC_MESSAGES) #\_)
    (((? (lambda (code) (= 2 (string-length code))) code) . _) code)
    (_ (%default-message-language))))


;;;
;;; Transactions.
;;;

(define (output-name entry)
  (if (string=? "out" (manifest-entry-output entry))
      (manifest-entry-name entry)
      (string-append (manifest-entry-name entry) ":" (manifest-entry-output entry))))

(define (print-rows title rows port)
  "Print TITLE and ROWS, pairs of a name and a text, in two columns."
  (unless (null? rows)
    (let ((width (apply max (map (compose string-length car) rows))))
      (format port "~a~%" title)
      (for-each (match-lambda
                  ((name . text)
                   (format port "   ~a ~a~%" (string-pad-right name width) text)))
                (sort rows (lambda (a b) (string<? (car a) (car b)))))
      (newline port))))

(define* (show-manifest-transaction store manifest transaction #:key dry-run?)
  "Print on the error port what TRANSACTION changes in MANIFEST, or would change if
DRY-RUN? is true."
  (define port (current-error-port))

  (define arrow
    (if (equal? "UTF-8" (port-encoding port)) "→" "->"))

  (define (row entry)
    (cons (output-name entry) (manifest-entry-version entry)))

  (define change
    (match-lambda
      ((old . new)
       (let ((from (manifest-entry-version old))
             (to   (manifest-entry-version new)))
         (cons (output-name new)
               (if (string=? from to)
                   (string-append from " "
                                  (G_ "(dependencies or package changed)"))
                   (string-append from " " arrow " " to)))))))

  (define (title text)
    (format #f (if dry-run?
                   (G_ "The following packages would be ~a:")
                   (G_ "The following packages will be ~a:"))
            text))

  (call-with-values
      (lambda () (manifest-transaction-effects manifest transaction))
    (lambda (remove install upgrade downgrade)
      (print-rows (title (G_ "removed")) (map row remove) port)
      (print-rows (title (G_ "downgraded")) (map change downgrade) port)
      (print-rows (title (G_ "upgraded")) (map change upgrade) port)
      (print-rows (title (G_ "installed")) (map row install) port))))


;;;
;;; Generations.
;;;

(define* (matching-generations text profile #:key (duration-relation <=))
  "Return the numbers of the generations of PROFILE that TEXT means: \"1,2\", \"1..4\",
\"3..\", \"..3\", or a duration such as \"2d\", by default those that are at most as old.
Raise an error if TEXT means nothing."
  (define numbers (generation-numbers profile))

  (define (existing number)
    (unless (memv number numbers)
      (raise (condition (&missing-generation-error (profile profile)
                                                   (generation number))
                        (&message
                         (message (format #f (G_ "generation ~a of profile '~a' not found")
                                          number profile))))))
    number)

  (define (age-matches? age)
    (let ((limit (subtract-duration (current-time time-utc) age)))
      (lambda (number)
        (duration-relation (time-second limit)
                           (time-second (generation-time profile number))))))

  (match (string->generations text)
    (('>= start) (filter (lambda (number) (>= number start)) numbers))
    (('<= end)   (filter (lambda (number) (<= number end)) numbers))
    ((meant ...) (map existing meant))
    (#f
     (match (string->duration text)
       (#f  (leave (G_ "invalid syntax: ~a~%") text))
       (age (filter (age-matches? age) numbers))))))

(define (display-generation profile number)
  "Print the number and the time of the generation NUMBER of PROFILE."
  (unless (zero? number)
    (format #t (G_ "Generation ~a\t~a~a~%")
            number
            (date->string (time-utc->date (generation-time profile number))
                          "~b ~d ~Y ~T")
            (if (eqv? number (generation-number profile))
                (G_ "\t(current)")
                ""))))

(define (generation-entries profile number)
  (manifest-entries (profile-manifest (generation-file-name profile number))))

(define* (display-entry entry #:optional (prefix "  "))
  (format #t "~a~a\t~a\t~a\t~a~%" prefix
          (manifest-entry-name entry) (manifest-entry-version entry)
          (manifest-entry-output entry) (manifest-entry-item entry)))

(define (display-profile-content profile number)
  "Print the entries of the generation NUMBER of PROFILE, the last one first."
  (for-each display-entry (reverse (generation-entries profile number))))

(define (display-profile-content-diff profile number1 number2)
  "Print NUMBER2, a generation of PROFILE, and what is new in it and gone since NUMBER1."
  (define (entries number)
    (if (zero? number) '() (generation-entries profile number)))

  (define (same? a b)
    (and (equal? (output-name a) (output-name b))
         (equal? (manifest-entry-item a) (manifest-entry-item b))))

  (let ((old (entries number1))
        (new (entries number2)))
    (display-generation profile number2)
    (for-each (lambda (entry) (display-entry entry " + "))
              (lset-difference same? new old))
    (for-each (lambda (entry) (display-entry entry " - "))
              (lset-difference same? old new))
    (newline)))

(define (roll-back* store profile)
  "Switch PROFILE to its previous generation, and print what changed."
  (call-with-values
      (lambda () (roll-back store profile))
    (lambda (from to)
      (format #t (G_ "switched from generation ~a to ~a~%") from to))))

(define (switch-to-generation* profile number)
  "Switch PROFILE to generation NUMBER, and print what changed."
  (let ((from (switch-to-generation profile number)))
    (format #t (G_ "switched from generation ~a to ~a~%") from number)))

(define (delete-generation* store profile number)
  "Delete generation NUMBER of PROFILE, and print that."
  (format #t (G_ "deleting ~a~%") (generation-file-name profile number))
  (delete-generation store profile number))

(define (call-with-file-lock file thunk)
  (let ((port (open-file file "w0")))
    (flock port LOCK_EX)
    (dynamic-wind
      (const #t)
      thunk
      (lambda () (close-port port)))))

(define-syntax-rule (with-profile-lock profile body ...)
  "Evaluate BODY while no other program that does so changes PROFILE."
  (call-with-file-lock (string-append profile ".lock")
                       (lambda () body ...)))
