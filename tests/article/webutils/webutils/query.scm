;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The part of a web address behind the question mark.
(define-module (webutils query)
  #:use-module (web uri)
  #:use-module (ice-9 match)
  #:export (query->alist
            alist->query))

(define (query->alist query)
  "Return the alist of names and values, strings, that QUERY, \"a=1&b=2\", holds."
  (map (lambda (part)
         (match (map uri-decode (string-split part #\=))
           ((name value) (cons name value))
           ((name)       (cons name ""))))
       (string-split query #\&)))

(define (alist->query alist)
  "Return the query that holds the names and values of ALIST."
  (string-join (map (match-lambda
                      ((name . value)
                       (string-append (uri-encode name) "="
                                      (uri-encode value))))
                    alist)
               "&"))
