;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; A graph as a page to explore in a browser: one file, which needs no network.
(define-module (guix graph page)
  #:use-module (guix graph backend)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:export (%d3js-backend))

;; What stands in page.html where the graph has to be.
(define %place "/*GRAPH*/null")

(define (page-template)
  (match (search-path %load-path "guix/graph/page.html")
    (#f   (error "guix/graph/page.html is not in the load path"))
    (file (call-with-input-file file get-string-all #:encoding "UTF-8"))))

(define (write-text text port)
  "Write TEXT as a string of JavaScript that is safe in a script of HTML."
  (put-char port #\")
  (string-for-each
   (lambda (char)
     (if (or (memv char '(#\" #\\ #\< #\> #\& #\x2028 #\x2029))
             (char<? char #\space))
         (put-string port (string-append
                           "\\u"
                           (string-pad (number->string (char->integer char) 16) 4 #\0)))
         (put-char port char)))
   text)
  (put-char port #\"))

(define (write-list write-one items port)
  (put-char port #\[)
  (fold (lambda (item first?)
          (unless first? (put-string port ",\n"))
          (write-one item)
          #f)
        #t items)
  (put-char port #\]))

(define (write-graph name nodes edges port)
  "Write the graph as {name, labels, edges}: nodes are numbers, [[targets of node 0]
...]."
  (define numbers (make-hash-table))
  (define targets (make-vector (length nodes) '()))

  (fold (lambda (node number)
          (hash-set! numbers (car node) number)
          (1+ number))
        0 nodes)
  (for-each (match-lambda
              ((source . target)
               (let ((number (hash-ref numbers source)))
                 (vector-set! targets number
                              (cons (hash-ref numbers target)
                                    (vector-ref targets number))))))
            (reverse edges))

  (put-string port "{name: ")
  (write-text name port)
  (put-string port ",\nlabels: ")
  (write-list (match-lambda ((_ . label) (write-text label port)))
              nodes port)
  (put-string port ",\nedges: ")
  (write-list (lambda (numbers)
                (put-string port (string-append
                                  "["
                                  (string-join (map number->string numbers) ",")
                                  "]")))
              (vector->list targets) port)
  (put-string port "}"))

(define (write-page name nodes edges port)
  (let* ((template (page-template))
         (start    (string-contains template %place)))
    (put-string port (substring template 0 start))
    (write-graph name nodes edges port)
    (put-string port (substring template (+ start (string-length %place))))))

(define %d3js-backend
  (collecting-backend "d3js" "a page to explore in a browser; it needs no network"
                      write-page))
