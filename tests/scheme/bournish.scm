;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix build bournish)
             (guix utils)
             (system base compile)
             (srfi srfi-64))

(load "lib/check.scm")

(define (compiled line)
  (read-and-compile (open-input-string line)
                    #:from %bournish-language #:to 'scheme))

(define (result line)
  (eval (compiled line) (current-module)))

(checks "bournish"

 (test-equal "a built-in command"
   '(chdir "/foo")
   (compiled "cd /foo"))

 (test-equal "a program"
   '(status:exit-val (system* "make" "-j" "all tests"))
   (compiled "make  -j 'all tests'"))

 (test-equal "a variable, in double quotes too, but not in single ones"
   '(status:exit-val (system* "p" (or (getenv "A") "")
                              (string-append "x " (or (getenv "B") "") "/y")
                              "$C"))
   (compiled "p $A \"x $B/y\" '$C'"))

 (test-equal "an empty line does nothing"
   '(if #f #f)
   (compiled "  \n"))

 (test-equal "the end of the line ends a command"
   '(getcwd)
   (compiled "pwd\n"))

 (test-equal "echo"
   "a b\n"
   (with-output-to-string (lambda () (result "echo a 'b'"))))

 (test-equal "ls and cat"
   "one\ntwo\nONE"
   (call-with-temporary-directory
    (lambda (directory)
      (for-each (lambda (file text)
                  (call-with-output-file (string-append directory "/" file)
                    (lambda (port) (display text port))))
                '("two" "one" ".hidden") '("TWO" "ONE" ""))
      (with-output-to-string
        (lambda ()
          (result (string-append "ls " directory))
          (result (string-append "cat " directory "/one"))))))))
