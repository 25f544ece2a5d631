;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; JSON: what (nacre datum) reads, and the packages that it describes.

(use-modules (nacre datum)
             (nacre json-packages)
             (guix packages)
             (rnrs bytevectors)
             (srfi srfi-64)
             (ice-9 match))

(load "lib/check.scm")

(define (json text)
  (read-json (string->utf8 text) "test.json"))

(define (package-text . changes)
  "Return a package in JSON; each of CHANGES is a field's name and its text."
  (define fields
    '(("name" . "\"thing\"") ("version" . "\"1\"") ("source" . "null")
      ("build-system" . "\"gnu\"") ("home-page" . "\"https://example.org\"")
      ("synopsis" . "\"A\"") ("description" . "\"B.\"")
      ("license" . "\"gpl3+\"")))

  (string-append "{"
                 (string-join
                  (map (match-lambda
                         ((name . text)
                          (string-append "\"" name "\": "
                                         (match (member name changes)
                                           ((_ changed . _) changed)
                                           (#f text)))))
                       (append fields
                               (match (member "inputs" changes)
                                 (#f '())
                                 (_ '(("inputs" . ""))))))
                  ",")
                 "}"))

(define (packages text)
  (json->packages (string->utf8 text) "test.json"))

(define-syntax-rule (error? expression)
  (not (false-if-exception (begin expression #t))))

(checks "json"
 (test-equal "values"
   '(("a" . #(1 -2 1.5 #t #f null)) ("b" . (("c" . "ä\n"))) ("d" . ()) ("e" . #()))
   (json "{\"a\": [1, -2, 1.5, true, false, null], \"b\": {\"c\": \"\\u00e4\\n\"}, \
\"d\": {}, \"e\": []}"))
 (test-assert "what is not JSON is an error"
   (and (error? (json "{")) (error? (json "")) (error? (json "[1] 2"))
        (error? (read-json #vu8(34 255 34) "test.json"))))
 (test-assert "nesting is bounded"
   (and (error? (json (string-append (make-string 1000 #\[) (make-string 1000 #\]))))
        (json (string-append (make-string 100 #\[) (make-string 100 #\])))))

 (test-equal "a package"
   '("thing@1" ("zlib"))
   (let ((package (packages (package-text "inputs" "[\"zlib\"]"))))
     (list (package-full-name package)
           (map car (package-inputs package)))))
 (test-equal "several packages"
   '("thing" "other")
   (map package-name
        (packages (string-append "[" (package-text) ","
                                 (package-text "name" "\"other\"") "]"))))
 (test-assert "mistakes"
   (and (error? (packages "{}"))
        (error? (packages "42"))
        (error? (packages (package-text "license" "\"None\"")))
        (error? (packages (package-text "build-system" "\"none\"")))
        (error? (packages (package-text "source" "\"https://example.org/x\""))))))
