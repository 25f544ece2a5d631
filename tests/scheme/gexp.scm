;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix gexp)
             (guix store)
             (guix derivations)
             (guix diagnostics)
             (guix monads)
             (guix modules)
             (guix packages)
             (guix utils)
             (srfi srfi-1)
             (srfi srfi-9)
             (srfi srfi-34)
             (srfi srfi-64)
             (ice-9 match)
             (ice-9 regex))

(load "lib/check.scm")

(define store (open-connection))

;; Two things that gexps can refer to, quick to lower.
(define thing
  (derivation store "thing" "/bin/sh" '("-c" ":")
              #:outputs '("out" "bin")))
(define thing-out (derivation->output-path thing))
(define thing-bin (derivation->output-path thing "bin"))

(define* (run mvalue #:key target)
  (run-with-store store mvalue #:guile-for-build thing #:target target))

(define* (lowered exp #:key target)
  (run (lower-gexp exp #:target target)))

(define* (code exp #:key target)
  (lowered-gexp-sexp (lowered exp #:target target)))

(define (builder-code drv)
  ;; The code that DRV, made by 'gexp->derivation', runs.
  (let ((script (last (derivation-builder-arguments drv))))
    (call-with-input-file script read)))

(define (condition-of thunk)
  (guard (c (#t c))
    (thunk)
    #f))

(define-record-type <greeting> (greeting text) greeting?
  (text greeting-text))

(define-gexp-compiler (greeting-compiler (greeting <greeting>) system target)
  (lower-object (plain-file "greeting" (greeting-text greeting))))

(define-record-type <described> (described object) described?
  (object described-object))

(define-gexp-compiler described-compiler <described>
  compiler => (lambda (obj system target)
                (lower-object (described-object obj) system #:target target))
  expander => (lambda (obj lowered output)
                (string-append "a thing at "
                               (derivation->output-path lowered output))))

(define-record-type <for-target> (for-target) for-target?)

(define-gexp-compiler (for-target-compiler (obj <for-target>) system target)
  (text-file "target" (or target "native")))

(define-syntax-rule (gexp-that-binds x exp)
  #~(let ((x 1)) exp))

(define (matches? pattern object)
  (string-match pattern (object->string object)))

(checks "gexp"

 ;; Structure.

 (test-assert "a gexp without references is its code"
   (equal? '(display "hello!") (code #~(display "hello!"))))

 (test-equal "references are replaced, literals are not"
   `(list "foobar" (string-append "foo" "bar") ,thing-out ,thing-bin
          ((@ (guile) getenv) "out") ((@ (guile) getenv) "doc"))
   (code #~(list #$"foobar"
                 #$#~(string-append "foo" "bar")
                 #$thing
                 #$thing:bin
                 #$output
                 #$output:doc)))

 (test-equal "lists are spliced and mapped"
   `(a 1 2 b (,thing-out x) . c)
   (code #~(a #$@(list 1 2) b #$(list thing 'x) . c)))

 (test-equal "the last reference of an improper list"
   '(a . "b")
   (code #~(a . #$"b")))

 (test-equal "vectors"
   `#(1 ,thing-out #(3))
   (code #~#(1 #$thing #(#$3))))

 (test-equal "splicing at the end and in the middle"
   '((1 2) (1 2 3) (0 1 2 3))
   (let ((l '(1 2)))
     (code #~((#$@l) (#$@l 3) (0 #$@l 3)))))

 (test-equal "a gexp in a gexp in a list"
   `(begin (+ ,thing-out 1) (+ ,thing-out 2))
   (code #~(begin #$@(map (lambda (n) #~(+ #$thing #$n)) '(1 2)))))

 (test-equal "a nested gexp form is code, in which references are replaced"
   '(a (gexp (b 42)))
   (let ((x 42))
     (code #~(a #~(b #$x)))))

 (test-equal "what a macro's user gives is in its gexp"
   '(let ((y 1)) (+ y 2))
   (code (gexp-that-binds y (+ y #$2))))

 (test-equal "'output' may be a variable"
   '(foo "mine")
   (let ((output "mine"))
     (code #~(foo #$output))))

 (test-equal "the long names"
   `(list ,thing-out ,thing-bin 1 2 ,thing-out 3)
   (code (gexp (list (ungexp thing) (ungexp thing "bin")
                     (ungexp-splicing '(1 2))
                     (ungexp-native thing)
                     (ungexp-native-splicing '(3))))))

 (test-assert "a gexp prints with what it refers to"
   (matches? "^#<gexp \\(list #<gexp-input \"foobar\":out> #<gexp-input \
#<gexp \\(string-append \"foo\" \"bar\"\\) .*>:out> #<gexp-input \
#<file-append #<derivation /gnu/store/.*> \"/bin/x\">:out> #<gexp-input \
#<derivation .*>:bin> #<gexp-output out>\\) .*gexp.scm:[0-9]+:[0-9]+ [0-9a-f]+>$"
             #~(list #$"foobar"
                     #$#~(string-append "foo" "bar")
                     #$(file-append thing "/bin/x")
                     #$thing:bin
                     #$output:out)))

 (test-equal "a gexp knows where it stands"
   (1+ (assq-ref (current-source-location) 'line))
   (1- (location-line (gexp-location #~(display "hello!")))))

 (test-equal "approximate code"
   '(symlink (*approximate*) (*approximate*) "a" (b (*approximate*)) (1 2))
   (gexp->approximate-sexp
    #~(symlink #$(file-append thing "/bin/x") #$output #$"a"
               #$#~(b #$thing) (#$@'(1 2)))))

 (test-equal "modules and extensions are gathered from inner gexps"
   '(((a) (b)) 1)
   (let* ((inner (with-imported-modules '((b))
                   (with-extensions (list thing) #~(use-modules (b)))))
          (outer (with-imported-modules '((a)) #~(begin #$inner #$inner))))
     (list (sort (gexp-modules outer)
                 (lambda (a b) (string<? (object->string a)
                                         (object->string b))))
           (length (gexp-extensions outer)))))

 (test-assert "ungexp has no meaning outside of gexps"
   (catch 'syntax-error
     (lambda () (eval '(list (ungexp x)) (current-module)) #f)
     (const #t)))

 ;; Lowering.

 (test-equal "inputs of a lowered gexp, each once"
   (list (list thing-out) (list thing-bin))
   (map derivation-input-output-paths
        (lowered-gexp-inputs
         (lowered #~(list #$thing #$thing:bin #$(list thing) #$#~(#$thing))))))

 (test-assert "sources of a lowered gexp"
   (match (lowered-gexp-sources
           (lowered #~(list #$(plain-file "a" "b") #$(plain-file "a" "b"))))
     (((? store-path? path)) (string-suffix? "-a" path))))

 (test-equal "native references do not see the target"
   '("native" "arm")
   (map (lambda (path) (call-with-input-file path (lambda (port)
                                                    (symbol->string (read port)))))
        (code #~(#+(for-target) #$(for-target)) #:target "arm")))

 (test-equal "a native gexp is native all through"
   '("native" "native")
   (map (lambda (path) (call-with-input-file path (lambda (port)
                                                    (symbol->string (read port)))))
        (code #~(#+@#~(#$(for-target)) #+@(list (for-target))) #:target "arm")))

 (test-equal "file-append"
   (list (string-append thing-out "/a/b") (string-append thing-bin "/c"))
   (code #~(#$(file-append thing "/a" "/b")
            (ungexp (file-append thing "/c") "bin"))))

 (test-equal "file-append of file-append"
   (string-append thing-out "/a/b")
   (code #~#$(file-append (file-append thing "/a") "/b")))

 (test-equal "compilers of one's own"
   (list "hi" (string-append "a thing at " thing-bin))
   (match (code #~(#$(greeting "hi") (ungexp (described thing) "bin")))
     ((file text)
      (list (symbol->string (call-with-input-file file read)) text))))

 (test-equal "let-system"
   `("x86_64-linux" #f "arm" ,thing-out)
   (list (code #~#$(let-system system "x86_64-linux"))
         (code #~#$(let-system (system target) target))
         (code #~#$(let-system (system target) target) #:target "arm")
         (code #~#$(let-system system thing))))

 (test-equal "with-parameters"
   '(("foo-linux") ("bar"))
   (let ((system (let-system system #~(#$system)))
         (p (make-parameter #f)))
     (list (code #~#$(with-parameters ((%current-system "foo-linux")) system))
           (code #~#$(let-system system
                       (parameterize ((p "bar")) #~(#$(p))))))))

 (test-equal "raw-derivation-file"
   (derivation-file-name thing)
   (code #~#$(raw-derivation-file thing)))

 (test-equal "build variables"
   `((cons "thing" ,thing-out) (cons "bin" ,thing-bin))
   (match (code (input-tuples->gexp `(("thing" ,thing) ("bin" ,thing "bin"))))
     (('list . rest) rest)))

 ;; Derivations.

 (test-assert "gexp->derivation"
   (let ((drv (run (gexp->derivation "foo" #~(mkdir #$output)))))
     (and (equal? '(mkdir ((@ (guile) getenv) "out")) (builder-code drv))
          (string=? (derivation-builder drv)
                    (string-append thing-out "/bin/guile"))
          (string-suffix? "-foo-builder"
                          (last (derivation-builder-arguments drv)))
          (equal? '("out") (derivation-output-names drv)))))

 (test-equal "outputs are those that are referred to"
   '("bin" "out")
   (sort (derivation-output-names
          (run (gexp->derivation "foo" #~(list #$output #$#~#$output:bin))))
         string<?))

 (test-assert "the same gexp gives the same derivation, another one does not"
   (let ((drv (lambda (n)
                (derivation-file-name
                 (run (gexp->derivation "foo" #~(list #$n #$thing)))))))
     (and (string=? (drv 1) (drv 1))
          (not (string=? (drv 1) (drv 2))))))

 (test-equal "keywords become environment variables"
   '(("allowSubstitutes" . "0") ("preferLocalBuild" . "1") ("x" . "y"))
   (let ((drv (run (gexp->derivation "foo" #~#t
                                     #:env-vars '(("x" . "y"))
                                     #:local-build? #t
                                     #:substitutable? #f))))
     (map (lambda (name)
            (assoc name (derivation-builder-environment-vars drv)))
          '("allowSubstitutes" "preferLocalBuild" "x"))))

 (test-equal "references may be forbidden or asked for"
   (list (string-append thing-out " out") thing-bin
         (string-append "graph " thing-out))
   (let ((drv (run (gexp->derivation "foo" #~#t
                                     #:allowed-references (list thing "out")
                                     #:disallowed-references
                                     (list (gexp-input thing "bin"))
                                     #:references-graphs
                                     `(("graph" ,thing))))))
     (map (lambda (name)
            (assoc-ref (derivation-builder-environment-vars drv) name))
          '("allowedReferences" "disallowedReferences"
            "exportReferencesGraph"))))

 (test-equal "a fixed output"
   '(#t sha256)
   (let* ((drv (run (gexp->derivation "foo" #~#t
                                      #:hash ((@ (rnrs bytevectors) make-bytevector) 32 1)
                                      #:hash-algo 'sha256 #:recursive? #t)))
          (out (assoc-ref (derivation-outputs drv) "out")))
     (list (derivation-output-recursive? out)
           (derivation-output-hash-algo out))))

 (test-assert "imported modules are on the load paths of the builder"
   (match (derivation-builder-arguments
           (run (gexp->derivation "foo"
                                  (with-imported-modules
                                      (source-module-closure
                                       '((guix build gnu-build-system)))
                                    #~#t))))
     (("--no-auto-compile" "-L" source "-C" compiled script)
      (and (string-suffix? "-module-import" source)
           (string-suffix? "-module-import-compiled" compiled)))))

 (test-assert "extensions are on the load paths of the builder"
   (match (derivation-builder-arguments
           (run (gexp->derivation "foo" (with-extensions (list thing) #~#t))))
     (("--no-auto-compile" "-L" source "-C" compiled script)
      (and (string=? source (string-append thing-out "/share/guile/site/3.0"))
           (string=? compiled (string-append thing-out
                                             "/lib/guile/3.0/site-ccache"))))))

 (test-assert "a module may come from an object"
   (match (derivation-builder-arguments
           (run (gexp->derivation
                 "foo"
                 (with-imported-modules
                     `(((foo config) => ,(plain-file "config.scm" "()")))
                   #~#t))))
     (("--no-auto-compile" "-L" (? store-path?) "-C" (? store-path?) _) #t)))

 (test-equal "source-module-closure"
   '((guix build gnu-build-system) (guix build utils) (guix build gremlin)
     (guix elf))
   (source-module-closure '((guix build gnu-build-system))))

 ;; File-like objects.

 (test-equal "plain-file"
   "hello\n"
   (call-with-input-file (run (lower-object (plain-file "x" "hello\n")))
     (lambda (port)
       (let loop ((chars '()))
         (match (read-char port)
           ((? eof-object?) (list->string (reverse chars)))
           (chr (loop (cons chr chars))))))))

 (test-assert "local-file is found beside the source file"
   (match (run (lower-object (local-file "lib/check.scm")))
     (path (string-suffix? "-check.scm" path))))

 (test-assert "local-file with a filter"
   (let ((file (lambda (select?)
                 (run (lower-object (local-file "lib" "l" #:recursive? #t
                                                #:select? select?))))))
     (not (string=? (file (lambda (file stat) #t))
                    (file (lambda (file stat)
                            (not (string-suffix? "check.scm" file))))))))

 (test-assert "a missing local file is named"
   (formatted-message?
    (condition-of (lambda () (run (lower-object (local-file "nonexistent")))))))

 (test-assert "computed-file, program-file, scheme-file, mixed-text-file, file-union"
   (every (lambda (object)
            (derivation? (run (lower-object object))))
          (list (computed-file "x" #~(mkdir #$output))
                (program-file "x" #~(display #$thing))
                (scheme-file "x" #~(display #$thing))
                (mixed-text-file "x" "a" thing "b")
                (file-union "x" `(("a" ,thing))))))

 (test-assert "gexp->script runs by the Guile that is asked for"
   (let ((drv (run (gexp->script "x" #~(display #$thing:bin) #:guile thing))))
     (matches? (string-append (regexp-quote thing-out) "/bin/guile")
               (builder-code drv))))

 ;; Large graphs, and when what they make can be seen.

 (test-assert "a chain of 10,000 files is lowered"
   (derivation?
    (run (lower-object
          (let chain ((n 10000) (file (plain-file "seed" "x")))
            (if (zero? n)
                file
                (chain (1- n)
                       (computed-file (string-append "link-"
                                                     (number->string n))
                                      #~(symlink #$file #$output)))))))))

 (test-assert "an object that many refer to is lowered once"
   (let* ((count 0)
          (shared (let-system system
                    (set! count (1+ count))
                    (plain-file "shared" "x"))))
     (run (mapm %store-monad
                (lambda (n)
                  (gexp->derivation (string-append "user-" (number->string n))
                                    #~(symlink #$shared #$output)))
                (iota 10)))
     (= 1 count)))

 (test-assert "the file of a derivation is there once its name is known"
   (let ((drv (run (gexp->derivation "seen" #~(mkdir #$output)))))
     (and (file-exists? (derivation-file-name drv))
          (file-exists? (last (derivation-builder-arguments drv)))
          (valid-path? store (derivation-file-name drv)))))

 ;; Errors.

 (test-assert "what can't be lowered is an error of the place that refers to it"
   (let ((c (condition-of
             (lambda () (run (gexp->derivation "foo" #~(list #$car)))))))
     (and (gexp-input-error? c)
          (eq? car (gexp-error-invalid-input c))
          (string-suffix? "gexp.scm" (location-file (error-location c)))
          (fix-hint? c))))

 (test-assert "a wrong output is an error of the place that refers to it"
   (let ((c (condition-of
             (lambda () (run (gexp->derivation "foo" #~(list #$thing:lib)))))))
     (and (derivation-missing-output-error? c)
          (string=? "lib" (derivation-missing-output c))
          (error-location? c)
          (string-contains (condition-fix-hint c) "bin"))))

 (test-assert "a symbolic link to an object"
   (let ((drv (run (lower-object (symlink-to (plain-file "x" "y"))))))
     (and (derivation? drv) (string=? "link" (derivation-name drv)))))

 (test-equal "objects that are evaluated late"
   '(#t 42)
   (let ((object (delayed-object 42)))
     (list (delayed-object? object)
           (force (delayed-object-promise object)))))

 (test-assert "lower-object refuses what is not lowerable"
   (gexp-input-error?
    (condition-of (lambda () (run (lower-object 42))))))

 (test-assert "an unknown module is named"
   (formatted-message?
    (condition-of
     (lambda ()
       (run (gexp->derivation "foo" (with-imported-modules '((no such module))
                                      #~#t))))))))
