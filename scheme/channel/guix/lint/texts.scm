;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Checks of what people read of a package: name, synopsis, description, license, home
;;; page.
(define-module (guix lint texts)
  #:use-module (guix i18n)
  #:use-module (guix licenses)
  #:use-module (guix lint warning)
  #:use-module (guix packages)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:use-module (texinfo)
  #:use-module (texinfo plain-text)
  #:use-module (web uri)
  #:export (check-name
            check-synopsis-style
            check-description-style
            check-license
            check-home-page))

(define (check-name package)
  "Check the name of PACKAGE."
  (define name (package-name package))

  (append (warn-if (string-index name #\_) package
                   "name should use hyphens instead of underscores" #:field 'name)
          (warn-if (<= (string-length name) 1) package
                   "name should be longer than a single character" #:field 'name)))

(define (texinfo->plain text)
  "Return TEXT, in Texinfo, as plain text; #f if it is not well-formed."
  (catch #t
    (lambda ()
      (stexi->plain-text (texi-fragment->stexi text)))
    (lambda (key . args)
      (when (eq? key 'signal)
        (apply throw key args))
      #f)))

(define (starts-with-capital? text)
  "Return #t if TEXT begins with a capital or a digit."
  (let ((first (string-ref text 0)))
    (or (char-set-contains? char-set:upper-case first)
        (char-set-contains? char-set:digit first))))

(define (starts-properly? text package)
  "Return #t if TEXT begins with a capital or a digit, or with the name of PACKAGE or a
part of it."
  (define first-word
    (match (string-tokenize text (char-set-complement char-set:whitespace))
      (() "")
      ((word . _) (string-map (lambda (char) (if (char=? char #\_) #\- char))
                              (string-trim-right word char-set:punctuation)))))

  (define name (package-name package))

  (or (starts-with-capital? text)
      (and (not (string-null? first-word))
           (or (string-prefix-ci? first-word name)
               (string-suffix-ci? first-word name)))))


;;;
;;; Synopses.
;;;

(define (synopsis-begins-with-name? synopsis package)
  (define name (package-name package))

  (and (string-prefix-ci? name synopsis)
       ;; A name that the description does not use as one may be a word: "UUCP
       ;; implementation".
       (string-prefix? name synopsis)
       (or (= (string-length name) (string-length synopsis))
           (not (char-set-contains? char-set:letter
                                    (string-ref synopsis (string-length name)))))))

(define (check-synopsis-style package)
  "Check the synopsis of PACKAGE."
  (match (package-synopsis package)
    ((? string? synopsis)
     (if (string-null? synopsis)
         (list (make-warning package "synopsis should not be empty" #:field 'synopsis))
         (check-synopsis-text package synopsis)))
    (invalid
     (list (make-warning package "invalid synopsis: ~s" (list invalid)
                         #:field 'synopsis)))))

(define (check-synopsis-text package synopsis)
  (define-syntax-rule (check condition text)
    (warn-if condition package text #:field 'synopsis))

  (append
   (check (synopsis-begins-with-name? synopsis package)
          "synopsis should not start with the package name")
   (check (and (string-suffix? "." synopsis)
               (not (string-suffix? "etc." synopsis)))
          "no period allowed at the end of the synopsis")
   (check (any (cut string-prefix-ci? <> synopsis) '("a " "an " "the "))
          "no article allowed at the beginning of the synopsis")
   (check (>= (string-length synopsis) 80)
          "synopsis should be less than 80 characters long")
   (check (string-suffix? " " synopsis)
          "synopsis contains trailing whitespace")
   (match (texinfo->plain synopsis)
     (#f
      (check #t "Texinfo markup in synopsis is invalid"))
     (_
      (check (not (or (string-prefix? "@" synopsis)
                      (starts-with-capital? synopsis)))
             "synopsis should start with an upper-case letter or digit")))))


;;;
;;; Descriptions.
;;;

;; What is wrong, and what would be right if that is one word.
(define %slips
  '(("This packages" . "This package")
    ("This modules"  . "This module")
    ("allows to "    . #f)
    ("permits to "   . #f)
    ("allows one to use to " . #f)
    ("dependant"     . "dependent")
    ("usefull"       . "useful")
    ("seperate"      . "separate")
    ("libary"        . "library")))

(define (check-slips package description)
  (filter-map (match-lambda
                ((wrong . right)
                 (and (string-contains description wrong)
                      (if right
                          (make-warning package
                                        "description contains typo '~a', should be '~a'"
                                        (list wrong right) #:field 'description)
                          (make-warning package "description contains typo '~a'"
                                        (list wrong) #:field 'description)))))
              %slips))

(define %abbreviations '("i.e" "e.g" "a.k.a" "resp" "cf" "al" "vs"))

(define (end-of-sentence? text position)
  "Return #t if the period at POSITION of TEXT, before one space and a capital, ends a
sentence."
  (let ((before (string-take text position)))
    (not (or (any (cut string-suffix-ci? <> before) %abbreviations)
             ;; An initial, as in "D. Knuth".
             (string-match "(^|[^[:alpha:]])[[:upper:]]$" before)))))

(define (check-sentence-spaces package description)
  (match (filter (cut end-of-sentence? description <>)
                 (map match:start (list-matches "\\. [[:upper:]]" description)))
    (() '())
    (places
     (list (make-warning package
                         "sentences in description should be followed ~
by two spaces; possible infraction~p at ~{~a~^, ~}"
                         (list (length places) places)
                         #:field 'description)))))

(define (check-trademarks package description)
  (match (string-index description (char-set #\™ #\®))
    (#f '())
    (index
     (list (make-warning package
                         "description should not contain trademark sign '~a' at ~d"
                         (list (string-ref description index) index)
                         #:field 'description)))))

(define (check-description-text package description)
  (define-syntax-rule (check condition text)
    (warn-if condition package text #:field 'description))

  (append
   (check (string-match "(^|[[:space:]])'[^' ]+'([[:space:]]|$)" description)
          "use @code or similar ornament instead of quotes")
   (check-trademarks package description)
   (check (not (let ((text (string-trim-right description)))
                 (or (any (cut string-suffix? <> text) '("." "!" "?" ".)"))
                     (string-match "@end [a-z]+$" text))))
          "description should end with a period")
   (check-slips package description)
   (check-sentence-spaces package description)
   (check (string-prefix? " " description) "description contains leading whitespace")
   (check (string-suffix? " " description) "description contains trailing whitespace")
   (match (texinfo->plain description)
     (#f
      (check #t "Texinfo markup in description is invalid"))
     (_
      (let ((text (string-trim description)))
        (check (not (or (string-null? text)
                        (string-prefix? "@" text)
                        (starts-properly? text package)))
               "description should start with an upper-case letter or digit"))))))

(define (check-description-style package)
  "Check the description of PACKAGE."
  (match (package-description package)
    ((? string? description)
     (if (string-null? (string-trim-both description))
         (list (make-warning package "description should not be empty"
                             #:field 'description))
         (check-description-text package description)))
    (invalid
     (list (make-warning package "invalid description: ~a" (list invalid)
                         #:field 'description)))))


;;;
;;; Licenses and home pages.
;;;

(define (check-license package)
  "Check that the license of PACKAGE is one, or a list of them."
  (match (package-license package)
    ((or (? license?) ((? license?) ..1)) '())
    (_ (list (make-warning package "invalid license field" #:field 'license)))))

(define (check-home-page package)
  "Check that the home page of PACKAGE has the form of an address.  No server is asked."
  (match (package-home-page package)
    ((? string? address)
     (let ((uri (string->uri address)))
       (warn-if (not (and uri (memq (uri-scheme uri) '(http https)) (uri-host uri)))
                package "invalid home page URL: ~s" (list address)
                #:field 'home-page)))
    (_
     (list (make-warning package "invalid value for home page" #:field 'home-page)))))
