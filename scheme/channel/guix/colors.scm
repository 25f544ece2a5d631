;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Colors of text on terminals.
(define-module (guix colors)
  #:use-module (guix memoization)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (color
            color?
            colorize-string
            highlight
            highlight/warn
            dim
            color-output?
            isatty?*))

(define-record-type <color>
  (make-color codes)
  color?
  (codes color-codes))                  ;strings

(define %codes
  '((CLEAR . "0") (BOLD . "1") (DARK . "2") (UNDERLINE . "4") (BLINK . "5")
    (REVERSE . "7") (CONCEALED . "8")
    (BLACK . "30") (RED . "31") (GREEN . "32") (YELLOW . "33")
    (BLUE . "34") (MAGENTA . "35") (CYAN . "36") (WHITE . "37")))

(define-syntax-rule (color name ...)
  "Return the color, or other look of text, that the symbols NAME ... say."
  (make-color (map (lambda (symbol) (assq-ref %codes symbol)) '(name ...))))

(define (escape codes)
  (string-append "\x1b[" (string-join codes ";") "m"))

(define (colorize-string text color)
  "Return TEXT in COLOR."
  (string-append (escape (color-codes color)) text (escape '("0"))))

(define isatty?*
  (mlambdaq (port)
    "Return true if PORT is a terminal."
    (and (file-port? port) (isatty? port))))

(define (color-output? port)
  "Return true if text that is written to PORT should have colors: if PORT is a terminal,
and if $NO_COLOR and $INSIDE_EMACS are not set."
  (and (not (getenv "NO_COLOR"))
       (not (getenv "INSIDE_EMACS"))
       (isatty?* port)))

(define (look color)
  (lambda* (text #:optional (port (current-output-port)))
    "Return TEXT in a color of its own if PORT shows colors."
    (if (color-output? port)
        (colorize-string text color)
        text)))

(define highlight (look (color BOLD)))
(define highlight/warn (look (color BOLD MAGENTA)))
(define dim (look (color DARK)))
