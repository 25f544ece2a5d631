;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; (nacre package-records): the text of the index of packages.

(use-modules (nacre package-records)
             (gnu packages)
             (srfi srfi-1)
             (srfi srfi-64)
             (ice-9 match))

(load "lib/check.scm")

(define records
  (package-records '("gnu/packages/base.scm")))

(define lines
  (string-split records #\newline))

(define (fields name)
  "Return the fields of the package called NAME, an alist."
  (let loop ((lines (or (member (string-append "name " name) lines) '())))
    (match lines
      ((or () ("" . _)) '())
      ((line . rest)
       (let ((space (string-index line #\space)))
         (alist-cons (string-take line space) (string-drop line (1+ space))
                     (loop rest)))))))

(checks "package-records"
 (test-equal "a description is one line for each paragraph, as it is shown"
   "Prints `x' and _y_.\v\v   * one;\v\v   * two."
   (texinfo->text "Prints @code{x} and
@emph{y}.

@itemize
@item one;
@item two.
@end itemize"))
 (test-equal "what is not Texinfo stays as it is"
   "a @brace{ b"
   (texinfo->text "a @brace{ b"))
 (test-equal "control characters do not get through"
   "a ;[31mb c"
   (texinfo->text "a\x1b;[31mb\tc"))

 (test-equal "the first lines"
   '("nacre packages 1" "file gnu/packages/base.scm" "")
   (list (first lines) (third lines) (fourth lines)))
 (test-equal "the last line has the number of packages"
   (format #f "end ~a" (count (lambda (line) (string-prefix? "name " line)) lines))
   (match (reverse lines)
     (("" end . _) end)))
 (test-equal "fields of a package"
   '("2.10" "out everything" "GPL 3+" "Example GNU package")
   (map (lambda (field) (assoc-ref (fields "hello") field))
        '("version" "outputs" "license" "synopsis")))
 (test-assert "the place of its definition"
   (string-prefix? "gnu/packages/base.scm:" (assoc-ref (fields "hello") "location")))
 (test-equal "the name that authors use"
   "numpy"
   (assoc-ref (fields "python-numpy") "upstream-name"))
 (test-assert "outputs in the package's order"
   (string-prefix? "out everything else\v" (assoc-ref (fields "coreutils") "outputs")))
 (test-assert "no field is empty, and none holds a control character"
   (every (lambda (line)
            (and (string=? line (string-trim-right line))
                 (string-every (lambda (char)
                                 (or (char>=? char #\space) (char=? char #\vtab)))
                               line)))
          lines))
 (test-equal "packages are sorted"
   '()
   (let ((names (filter-map (lambda (line)
                              (and (string-prefix? "name " line) line))
                            lines)))
     (filter (match-lambda ((a . b) (string>? a b)))
             (map cons (drop-right names 1) (cdr names))))))
