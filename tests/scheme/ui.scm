;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The names of (guix ui), (guix colors), (guix cpu) and the parts of (guix utils) that
;;; programs use.

(use-modules (guix colors)
             (guix cpu)
             (guix derivations)
             (guix diagnostics)
             (guix packages)
             (guix search-paths)
             (guix store)
             (guix ui)
             (guix utils)
             (gnu packages)
             (gnu packages base)
             ((guix licenses) #:prefix license:)
             (srfi srfi-1)
             (srfi srfi-19)
             (srfi srfi-34)
             (srfi srfi-35)
             (srfi srfi-64)
             (ice-9 binary-ports)
             (ice-9 match)
             (ice-9 textual-ports)
             (rnrs bytevectors))

(load "lib/check.scm")

(define store (open-connection))

(define (error-text thunk)
  (guard (c ((formatted-message? c)
             (apply format #f (formatted-message-string c)
                    (formatted-message-arguments c))))
    (thunk)
    #f))

(define (standard-error thunk)
  (call-with-output-string
    (lambda (port)
      (let ((previous (current-error-port)))
        (dynamic-wind
          (lambda () (set-current-error-port port))
          thunk
          (lambda () (set-current-error-port previous)))))))

(define (with-file text proc)
  "Call PROC with the name of a file that holds TEXT; return what it holds then."
  (call-with-temporary-output-file
   (lambda (file port)
     (display text port)
     (close-port port)
     (proc file)
     (call-with-input-file file get-string-all))))

(define (cpuinfo . lines)
  (call-with-temporary-output-file
   (lambda (file port)
     (for-each (lambda (line) (format port "~a~%" line)) lines)
     (close-port port)
     (cpu->gcc-architecture (current-cpu file)))))

(define v3-flags
  "flags : cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3 avx avx2 bmi1 bmi2 f16c fma abm movbe")

(checks "ui"

 ;; Text.

 (test-equal "paragraphs are filled; two spaces end a sentence; long words stay whole"
   '("One two\nthree." "A.  B" "p\n\nq" "averyverylongword\nx")
   (list (fill-paragraph "One\ntwo three." 8)
         (fill-paragraph "A.\nB" 20)
         (fill-paragraph "p\n\n\nq" 20)
         (fill-paragraph "averyverylongword x" 5)))

 (test-equal "indentation"
   '("  a\n  b" "a\n  b")
   (list (indented-string "a\nb" 2)
         (indented-string "a\nb" 2 #:initial-indent? #f)))

 (test-equal "Texinfo as plain text; what is not Texinfo stays"
   '("A `b' c." "a @foo{b")
   (map (lambda (description)
          (string-trim-both
           (package-description-string
            (package (inherit hello) (description description)))))
        '("A @code{b} c." "a @foo{b")))

 (test-equal "sizes"
   '("100 B" "1.5 KiB" "2.0 GiB" 1536 1073741824 2000)
   (list (number->size 100) (number->size 1536) (number->size (expt 2 31))
         (size->number "1.5K") (size->number "1GiB") (size->number "2kB")))

 (test-equal "sizes that say nothing"
   '("Q: unknown unit" "x: invalid number")
   (map (lambda (text) (error-text (lambda () (size->number text))))
        '("1Q" "x")))

 (test-equal "generations and durations"
   (list '(1 3) '(2 3 4) '(>= 5) '(<= 7) #f (make-time time-duration 0 7200) #f)
   (list (string->generations "1,3") (string->generations "2..4")
         (string->generations "5..") (string->generations "..7")
         (string->generations "4..2") (string->duration "2h")
         (string->duration "2x")))

 (test-equal "specifications with outputs"
   '(("a" "1" "bin") ("a" #f "out"))
   (map (lambda (specification)
          (call-with-values
              (lambda ()
                (package-specification->name+version+output specification))
            list))
        '("a@1:bin" "a")))

 (test-assert "a record of a package"
   (let ((record (call-with-output-string
                   (lambda (port)
                     (package->recutils hello port
                                        #:extra-fields '((relevance . 3)))))))
     (every (lambda (line) (string-contains record line))
            '("name: hello\n" "version: 2.10\n" "license: GPL 3+\n"
              "synopsis: Example GNU package\n" "relevance: 3\n"))))

 (test-assert "relevance: all expressions must match, names count most"
   (let ((score (lambda (package . texts)
                  (package-relevance package
                                     (map (lambda (text)
                                            (make-regexp* text regexp/icase))
                                          texts)))))
     (and (zero? (score hello "hello" "no such thing"))
          (> (score hello "hello") (score hello "greeting") 0)
          (> (score grep "grep") (score sed "grep")))))

 ;; Programs.

 (test-equal "an expression that is a package, and one that is not"
   '("hello" "expression \"42\" does not evaluate to a package")
   (list (package-name (read/eval-package-expression
                        "(@ (gnu packages base) hello)"))
         (error-text (lambda () (read/eval-package-expression "42")))))

 (test-equal "an error is reported and ends the program with status 1"
   '(1 #t)
   (let* ((status #f)
          (text   (call-with-output-string
                    (lambda (port)
                      (parameterize ((guix-warning-port port))
                        (catch 'quit
                          (lambda ()
                            (with-error-handling
                              (leave "it is ~a" "broken")))
                          (lambda (key code)
                            (set! status code))))))))
     (list status (->bool (string-contains text "it is broken")))))

 (test-assert "what is going to be built"
   (let* ((drv  (derivation store "never-built" "/bin/none" '()))
          (text (standard-error
                 (lambda () (show-what-to-build store (list drv) #:dry-run? #t)))))
     (and (string-contains text "would be built")
          (string-contains text (derivation-file-name drv)))))

 (test-equal "colors only on terminals"
   '("text" #f "\x1b[1;31mtext\x1b[0m")
   (list (highlight "text" (open-output-string))
         (color-output? (open-output-string))
         (colorize-string "text" (color BOLD RED))))

 ;; Processors.

 (test-equal "processors by the names that GCC has for them"
   '("haswell" "x86-64-v3" "x86-64" "znver2")
   (if (string=? "x86_64" (utsname:machine (uname)))
       (list (cpuinfo "vendor_id : GenuineIntel" "cpu family : 6" "model : 60" v3-flags)
             ;; A virtual machine that hides a part.
             (cpuinfo "vendor_id : GenuineIntel" "cpu family : 6" "model : 85" v3-flags)
             (cpuinfo "vendor_id : Unknown" "flags : fpu")
             (cpuinfo "vendor_id : AuthenticAMD" "cpu family : 23" "model : 49"
                      v3-flags))
       '("haswell" "x86-64-v3" "x86-64" "znver2")))

 (test-equal "levels of processors"
   '("x86_64-v3" "x86_64-v4" "x86_64-v1" "armv8-a")
   (map gcc-architecture->micro-architecture-level
        '("skylake" "skylake-avx512" "x86-64" "armv8-a")))

 ;; Files and ports.

 (test-equal "data through programs"
   "some data"
   (utf8->string
    (call-with-temporary-output-file
     (lambda (file port)
       (close-port port)
       (call-with-compressed-output-port 'gzip (open-file file "w0b")
         (lambda (port) (put-bytevector port (string->utf8 "some data"))))
       (call-with-decompressed-port 'gzip (open-file file "r0b")
         get-bytevector-all)))))

 (test-equal "expressions in files are changed where they stand"
   '("(a (B c) d)\n" "(define-public a\n  1)\n\n(b)\n" "(b)\n")
   (let ((place (lambda (file line column)
                  `((filename . ,file) (line . ,line) (column . ,column)))))
     (list (with-file "(a (b c) d)\n"
             (lambda (file)
               (edit-expression (place file 0 4) string-upcase)))
           (with-file "(b)\n"
             (lambda (file)
               (insert-expression (place file 0 0) '(define-public a 1))))
           (with-file "(a)\n(b)\n"
             (lambda (file)
               (delete-expression (place file 0 0)))))))

 (test-equal "variables of the environment, for a while"
   '("x" #f)
   (begin
     (unsetenv "NACRE_TEST_VARIABLE")
     (list (with-environment-variables '(("NACRE_TEST_VARIABLE" "x"))
             (getenv "NACRE_TEST_VARIABLE"))
           (getenv "NACRE_TEST_VARIABLE"))))

 (test-equal "names of packages of other collections"
   '("python-foo-bar" "python-x")
   (list (downstream-package-name "python-" "Foo_Bar")
         (downstream-package-name "python-" "python-x")))

 ;; Definitions.

 (test-equal "where a package and its fields are defined"
   '("gnu/packages/base.scm" #t #t #f)
   (let ((whole   (package-location hello))
         (form    (package-definition-location hello))
         (version (package-field-location hello 'version)))
     (list (location-file form)
           (= (location-line form) (- (location-line whole) 1))
           (> (location-line version) (location-line whole))
           (package-field-location hello 'no-such-field))))

 (test-equal "a license that is none"
   '(42 "42: invalid package license")
   (guard (c ((package-license-error? c)
              (list (package-error-invalid-license c)
                    (apply format #f (formatted-message-string c)
                           (formatted-message-arguments c)))))
     (package (inherit hello) (license 42))))

 (test-equal "vulnerabilities that patches mend"
   '("CVE-2020-1234" "CVE-2021-1")
   (package-patched-vulnerabilities
    (package
      (inherit hello)
      (source (origin
                (inherit (package-source hello))
                (patches '("/x/hello-CVE-2020-1234+cve-2021-1.patch" "/x/y.patch")))))))

 (test-equal "a package under its old name"
   '("old-hello" "hello")
   (let ((module (make-fresh-user-module)))
     (eval '(begin
              (use-modules (guix packages) (gnu packages base))
              (define-deprecated-package old-hello hello))
           module)
     (let ((old (module-ref module 'old-hello)))
       (list (package-name old) (package-name (package-superseded old))))))

 (test-equal "names without what the language puts in front"
   '("numpy" "hello")
   (map package-upstream-name*
        (list (specification->package "python-numpy") hello))))
