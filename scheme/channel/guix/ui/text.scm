;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Text for people and from people: paragraphs, sizes, durations, records.
(define-module (guix ui text)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module ((guix licenses) #:select (license? license-name))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-19)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:autoload   (texinfo) (texi-fragment->stexi)
  #:autoload   (texinfo plain-text) (stexi->plain-text)
  #:export (%text-width
            indented-string
            fill-paragraph
            texi->plain-text
            package-synopsis-string
            package-description-string
            string->recutils
            package->recutils
            number->size
            size->number
            string->number*
            string->generations
            string->duration
            make-regexp*
            package-specification->name+version+output
            relevance
            package-relevance))

(define %text-width
  ;; The width of lines of text.
  (make-parameter (or (and=> (getenv "WIDTH") string->number) 80)))


;;;
;;; Paragraphs.
;;;

(define* (indented-string text indent #:key (initial-indent? #t))
  "Return TEXT with INDENT spaces before each of its lines, also before the first one if
INITIAL-INDENT? is true."
  (define prefix (make-string indent #\space))

  (match (string-split text #\newline)
    ((first . rest)
     (string-join (cons (if initial-indent? (string-append prefix first) first)
                        (map (lambda (line) (string-append prefix line)) rest))
                  "\n"))))

(define (fill-words words width column)
  "Return WORDS, pairs of a text and the spaces before it, as one string of lines of at
most WIDTH characters; the first begins at COLUMN."
  (let loop ((words words) (column column) (start? #t) (parts '()))
    (match words
      (() (string-concatenate-reverse parts))
      (((text . spaces) . rest)
       (let* ((spaces (if start? "" spaces))
              (next   (+ column (string-length spaces) (string-length text))))
         (if (or start? (<= next width))
             (loop rest next #f (cons* text spaces parts))
             (loop rest (string-length text) #f (cons* text "\n" parts))))))))

(define (split-words text)
  "Return the words of TEXT, each with the spaces before it: two after the end of a
sentence that is the end of a line or followed by two."
  (define (sentence-end? word)
    (and (not (string-null? word))
         (memv (string-ref word (1- (string-length word))) '(#\. #\! #\?))))

  (let loop ((matches (list-matches "[^ \t\n]+" text)) (previous #f) (result '()))
    (match matches
      (() (reverse result))
      ((found . rest)
       (let* ((word  (match:substring found))
              (blank (if previous
                         (substring text (match:end previous) (match:start found))
                         "")))
         (loop rest found
               (cons (cons word
                           (if (and previous
                                    (sentence-end? (match:substring previous))
                                    (or (string-index blank #\newline)
                                        (> (string-length blank) 1)))
                               "  "
                               " "))
                     result)))))))

(define* (fill-paragraph text width #:optional (column 0))
  "Return TEXT with its paragraphs, which empty lines separate, filled to WIDTH; the first
line begins at COLUMN."
  (define paragraphs
    (let loop ((rest text) (result '()))
      (match (string-match "\n[ \t]*\n+" rest)
        (#f (reverse (cons rest result)))
        (found (loop (match:suffix found) (cons (match:prefix found) result))))))

  (match paragraphs
    ((first . rest)
     (string-join (cons (fill-words (split-words first) width column)
                        (map (lambda (paragraph)
                               (fill-words (split-words paragraph) width 0))
                             rest))
                  "\n\n"))))

(define (texi->plain-text text)
  "Return TEXT, of Texinfo, as plain text."
  (define width                         ;a fluid
    (module-ref (resolve-interface '(texinfo plain-text)) '*line-width*))

  (with-fluids ((width (%text-width)))
    (stexi->plain-text (texi-fragment->stexi text))))

(define (texinfo-field text)
  ;; What is not Texinfo is shown as it is written.
  (catch #t
    (lambda () (texi->plain-text text))
    (lambda _ text)))

(define (package-description-string package)
  "Return the description of PACKAGE as plain text."
  (texinfo-field (or (package-description package) "")))

(define (package-synopsis-string package)
  "Return the synopsis of PACKAGE as plain text, on one line."
  (string-trim-both
   (string-map (lambda (char) (if (char=? char #\newline) #\space char))
               (texinfo-field (or (package-synopsis package) "")))))


;;;
;;; Records.
;;;

(define (string->recutils text)
  "Return TEXT as the value of a field of a record: each further line begins with \"+\"."
  (string-join (string-split text #\newline) "\n+ "))

(define* (package->recutils package port #:optional (width (%text-width))
                            #:key (hyperlinks? #f) (extra-fields '())
                            highlighting)
  "Write to PORT a record about PACKAGE, with EXTRA-FIELDS, an alist of symbols and
values."
  (define (field name value)
    (format port "~a: ~a~%" name (string->recutils value)))

  (define (names packages)
    (string-join (sort (map package-full-name
                            (delete-duplicates packages eq?))
                       string<?)
                 " "))

  (define dependencies
    (filter-map (match-lambda
                  ((_ (? package? input) . _) input)
                  (_ #f))
                (package-direct-inputs package)))

  (field "name" (package-name package))
  (field "version" (package-version package))
  (field "outputs" (string-join (package-outputs package) " "))
  (field "systems" (string-join (package-supported-systems package) " "))
  (field "dependencies" (fill-paragraph (names dependencies) width
                                        (string-length "dependencies: ")))
  (field "location" (location->string (package-location package)))
  (field "homepage" (or (package-home-page package) ""))
  (field "license" (match (package-license package)
                     (((? license? licenses) ...)
                      (string-join (map license-name licenses) ", "))
                     ((? license? license) (license-name license))
                     (_ "unknown")))
  (field "synopsis" (package-synopsis-string package))
  (field "description" (string-trim-right (package-description-string package)))
  (for-each (match-lambda
              ((name . value)
               (field name (if (string? value) value (object->string value)))))
            extra-fields)
  (newline port))


;;;
;;; Numbers.
;;;

(define (number->size size)
  "Return SIZE, a number of bytes, in the unit that suits it."
  (define-values (unit name)
    (cond ((< size (expt 2 10)) (values 1 "B"))
          ((< size (expt 2 20)) (values (expt 2 10) "KiB"))
          ((< size (expt 2 30)) (values (expt 2 20) "MiB"))
          (else                 (values (expt 2 30) "GiB"))))

  (if (= unit 1)
      (string-append (number->string size) " B")
      (string-append (number->string
                      (/ (round (* 10. (/ size unit))) 10.))
                     " " name)))

(define (string->number* text)
  "Return the number that TEXT is, or end the program with an error."
  (or (string->number text)
      (leave (G_ "~a: invalid number~%") text)))

(define %units
  `(("KiB" . ,(expt 2 10)) ("K" . ,(expt 2 10))
    ("MiB" . ,(expt 2 20)) ("M" . ,(expt 2 20))
    ("GiB" . ,(expt 2 30)) ("G" . ,(expt 2 30))
    ("TiB" . ,(expt 2 40)) ("T" . ,(expt 2 40))
    ("PiB" . ,(expt 2 50)) ("P" . ,(expt 2 50))
    ("EiB" . ,(expt 2 60)) ("E" . ,(expt 2 60))
    ("ZiB" . ,(expt 2 70)) ("Z" . ,(expt 2 70))
    ("YiB" . ,(expt 2 80)) ("Y" . ,(expt 2 80))
    ("kB" . 1000) ("MB" . ,(expt 10 6)) ("GB" . ,(expt 10 9)) ("TB" . ,(expt 10 12))
    ("PB" . ,(expt 10 15)) ("EB" . ,(expt 10 18)) ("ZB" . ,(expt 10 21))
    ("YB" . ,(expt 10 24)) ("" . 1)))

(define (size->number text)
  "Return the number of bytes that TEXT, such as \"2MiB\", says, or end the program with
an error."
  (let* ((end    (or (string-rindex text char-set:digit) -1))
         (end    (if (string-prefix? "." (substring text (1+ end)))
                     (+ end 2)
                     (1+ end)))
         (number (string->number (string-take text end)))
         (unit   (assoc-ref %units (string-trim (string-drop text end)))))
    (unless number
      (leave (G_ "~a: invalid number~%") text))
    (unless unit
      (leave (G_ "~a: unknown unit~%") (string-drop text end)))
    (inexact->exact (round (* number unit)))))

(define (string->generations text)
  "Return what TEXT says of generations: a list of numbers for \"1,2\" or \"1..3\", (>= N)
for \"N..\", (<= N) for \"..N\", or #f if it says nothing."
  (define (number text)
    (and (string-every char-set:digit text)
         (string->number text)))

  (match (string-contains text "..")
    (#f
     (let ((numbers (map number (string-split text #\,))))
       (and (every identity numbers) numbers)))
    (dots
     (let ((start (string-take text dots))
           (end   (string-drop text (+ dots 2))))
       (match (list (number start) (number end))
         (((? number? start) (? number? end))
          (and (<= start end) (iota (1+ (- end start)) start)))
         (((? number? start) #f)
          (and (string-null? end) `(>= ,start)))
         ((#f (? number? end))
          (and (string-null? start) `(<= ,end)))
         (_ #f))))))

(define %durations
  '((#\s . 1) (#\h . 3600) (#\d . 86400) (#\w . 604800) (#\m . 2592000)))

(define (string->duration text)
  "Return the time that TEXT, such as \"2h\", \"5d\", \"1w\" or \"3m\" (months), says, or
#f."
  (let* ((end    (max 0 (1- (string-length text))))
         (number (string->number (string-take text end)))
         (unit   (and (positive? (string-length text))
                      (assv-ref %durations (string-ref text end)))))
    (and number unit
         (make-time time-duration 0 (* number unit)))))


;;;
;;; Packages that a user asks for.
;;;

(define (make-regexp* text . flags)
  "Return the regular expression TEXT, or end the program with an error."
  (catch 'regular-expression-syntax
    (lambda () (apply make-regexp text flags))
    (lambda (key proc message . rest)
      (leave (G_ "'~a' is not a valid regular expression: ~a~%") text message))))

(define* (package-specification->name+version+output specification
                                                     #:optional (output "out"))
  "Return the parts of SPECIFICATION, \"NAME\", \"NAME@VERSION\", each with \":OUTPUT\" or
not: three values; the version is #f, and the output OUTPUT, if it does not say."
  (let* ((colon  (string-rindex specification #\:))
         (name   (if colon (string-take specification colon) specification))
         (output (if colon (string-drop specification (1+ colon)) output)))
    (call-with-values (lambda () (package-name->name+version name))
      (lambda (name version)
        (values name version output)))))

(define (relevance object regexps metrics)
  "Return a number that says how well OBJECT matches all of REGEXPS: zero if one of them
is nowhere.  METRICS is a list of pairs of a procedure, which returns a text of OBJECT, a
list of texts or #f, and a weight."
  (define (occurrences regexp text)
    (length (list-matches regexp text)))

  (define (score regexp text)
    (if text
        (let ((whole? (and=> (regexp-exec regexp text)
                             (lambda (found)
                               (and (zero? (match:start found))
                                    (= (string-length text) (match:end found)))))))
          ;; A text that is all that was asked for is what was meant.
          (if whole? (* 4 (max 1 (occurrences regexp text))) (occurrences regexp text)))
        0))

  (define (texts value)
    (if (list? value) value (list value)))

  (define (regexp-score regexp)
    (fold (lambda (metric total)
            (match metric
              ((field . weight)
               (fold (lambda (text total)
                       (+ total (* weight (score regexp text))))
                     total
                     (texts (field object))))))
          0
          metrics))

  (let ((scores (map regexp-score regexps)))
    (if (any zero? scores)
        0
        (apply + scores))))

(define %package-metrics
  `((,package-name . 4)
    (,package-upstream-name* . 2)
    (,(lambda (package)
        (filter (negate (lambda (output) (member output '("out" "debug"))))
                (package-outputs package)))
     . 1)
    (,package-synopsis-string . 3)
    (,package-description-string . 2)
    (,(lambda (package)
        (and=> (package-location package)
               (lambda (location) (basename (location-file location) ".scm"))))
     . 1)))

(define (package-relevance package regexps)
  "Return a number that says how well PACKAGE matches all of REGEXPS."
  (relevance package regexps %package-metrics))
