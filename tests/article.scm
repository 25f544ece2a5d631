;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Every block of "Dissecting Guix, Part 3: G-Expressions", in its order and as
;;; it is written there, with the results that it shows.  Run it with
;;;
;;;   nacre repl tests/article.scm

(load "article/check.scm")

(begin-article)


;;;
;;; Once Upon a Time
;;;

(define sexp-builder
  `(let* ((out (assoc-ref %outputs "out"))
          (irssi (assoc-ref %build-inputs "irssi"))
          (bin/irssi (string-append irssi "/bin/irssi")))
     (symlink bin/irssi out)))

(shows
 '(("foo" . "bar")
   ("floob" . "blarb")
   ("fvoolag" . "bvarlag"))
 ⇒ (("foo" . "bar") ("floob" . "blarb") ("fvoolag" . "bvarlag")))

(shows
 (assoc-ref '(("boing" . "bouncy")
              ("floing" . "flouncy"))
            "boing")
 ⇒ "bouncy")

(use-modules (guix derivations)
             (guix packages)
             (guix store)
             (gnu packages guile)
             (gnu packages irc))

(shows
 (with-store store
   (let ((guile-3.0-drv (package-derivation store guile-3.0))
         (irssi-drv (package-derivation store irssi)))
     (build-expression->derivation store "irssi-symlink" sexp-builder
                                   #:guile-for-build guile-3.0-drv
                                   #:inputs `(("irssi" ,irssi-drv)))))
 ⇒ "#<derivation /gnu/store/…-irssi-symlink.drv => /gnu/store/…-irssi-symlink …>")


;;;
;;; Premortem Examination
;;;

(use-modules (guix gexp))
(define gexp-builder
  #~(symlink #$(file-append irssi "/bin/irssi")
             #$output))

(use-modules (gnu packages glib))

(shows
 #~(list #$"foobar"                               ;s-expression
         #$#~(string-append "foo" "bar")          ;g-expression
         #$(file-append irssi "/bin/irssi")       ;buildable object (expression)
         #$glib:bin                               ;buildable object (symbol)
         #$output:out)                            ;output
 ⇒ "#<gexp (list #<gexp-input \"foobar\":out>
                 #<gexp-input #<gexp (string-append \"foo\" \"bar\") …>:out>
                 #<gexp-input #<file-append #<package irssi@1.4.… …> \"/bin/irssi\">:out>
                 #<gexp-input #<package glib@2.7… …>:bin>
                 #<gexp-output out>) …>")

;; What the text says of them.
(shows
 (list (gexp? gexp-builder)
       (length ((@@ (guix gexp) gexp-references) gexp-builder))
       (apply (@@ (guix gexp) gexp-proc) gexp-builder '()))
 ⇒ (#t 2 "#<procedure …>"))

(shows
 (file-append irssi "/bin/irssi")
 ⇒ "#<file-append #<package irssi@… …> \"/bin/irssi\">")

;; An output's name may follow a symbol, but no other expression.
(shows
 #~(list #$(identity glib):bin)
 ⇒ "#<gexp (list #<gexp-input #<package glib@… …>:out> :bin) …>")

(define lowered-gexp-builder
  (with-store store
    (run-with-store store
      (lower-gexp gexp-builder))))

(shows
 (lowered-gexp-sexp lowered-gexp-builder)
 ⇒ (symlink
    "/gnu/store/…-irssi-1.4.…/bin/irssi"
    ((@ (guile) getenv) "out")))

(shows
 (with-store store
   (run-with-store store
     (gexp->derivation "irssi-symlink" gexp-builder)))
 ⇒ "#<derivation /gnu/store/…-irssi-symlink.drv => /gnu/store/…-irssi-symlink …>")

(define sexp-builder
  `(let* ((out (assoc-ref %outputs "out"))
          (irssi (assoc-ref %build-inputs "irssi"))
          (bin/irssi (string-append irssi "/bin/irssi")))
     (symlink bin/irssi out)))

(shows
 (with-store store
   (let ((guile-3.0-drv (package-derivation store guile-3.0))
         (irssi-drv (package-derivation store irssi)))
     (build-expression->derivation store "irssi-symlink" sexp-builder
                                   #:guile-for-build guile-3.0-drv
                                   #:inputs `(("irssi" ,irssi-drv)))))
 ⇒ "#<derivation /gnu/store/…-irssi-symlink.drv => /gnu/store/…-irssi-symlink …>")

(define gexp-builder
  #~(symlink #$(file-append irssi "/bin/irssi")
             #$output))

(shows
 (with-store store
   (run-with-store store
     (gexp->derivation "irssi-symlink" gexp-builder)))
 ⇒ "#<derivation /gnu/store/…-irssi-symlink.drv => /gnu/store/…-irssi-symlink …>")

(shows
 (gexp->approximate-sexp gexp-builder)
 ⇒ (symlink (*approximate*) (*approximate*)))


;;;
;;; The Lowerable-Object Hardware Shop
;;;

(use-modules (guix monads)
             (ice-9 ftw)
             (ice-9 textual-ports))

(define (build-derivation monadic-drv)
  (with-store store
    (run-with-store store
      (mlet* %store-monad ((drv monadic-drv))
        (mbegin %store-monad
          ;; BUILT-DERIVATIONS is the monadic version of BUILD-DERIVATIONS.
          (built-derivations (list drv))
          (return (derivation-output-path
                   (assoc-ref (derivation-outputs drv) "out"))))))))

(define world-greeting-output
  (build-derivation
   (gexp->derivation "world-greeting"
     #~(begin
         (mkdir #$output)
         (symlink #$(plain-file "hi-world"
                      "Hi, world!")
                  (string-append #$output "/hi"))
         (symlink #$(plain-file "hello-world"
                      "Hello, world!")
                  (string-append #$output "/hello"))
         (symlink #$(plain-file "greetings-world"
                      "Greetings, world!")
                  (string-append #$output "/greetings"))))))

(shows
 ;; We turn the list into multiple values using (APPLY VALUES …).
 (apply values
        (map (lambda (file-path)
               (let* ((path (string-append world-greeting-output "/" file-path))
                      (contents (call-with-input-file path get-string-all)))
                 (list path contents)))
             ;; SCANDIR from (ICE-9 FTW) returns the list of all files in a
             ;; directory (including ``.'' and ``..'', so we remove them with the
             ;; second argument, SELECT?, which specifies a predicate).
             (scandir world-greeting-output
                      (lambda (path)
                        (not (or (string=? path ".")
                                 (string=? path "..")))))))
 ⇒ ("/gnu/store/…-world-greeting/greetings" "Greetings, world!")
 ⇒ ("/gnu/store/…-world-greeting/hello" "Hello, world!")
 ⇒ ("/gnu/store/…-world-greeting/hi" "Hi, world!"))

;; The other lowerable objects that the text describes.
(shows
 (call-with-input-file
     (build-derivation
      (lower-object
       (computed-file "computed"
                      #~(call-with-output-file #$output
                          (lambda (port)
                            (display "the output file" port))))))
   get-string-all)
 ⇒ "the output file")

(shows
 (let* ((program (build-derivation
                  (lower-object
                   (program-file "program" #~(display "a Scheme script")))))
        (port (open-input-pipe program))
        (text (get-string-all port)))
   (close-pipe port)
   text)
 ⇒ "a Scheme script")

(shows
 (call-with-input-file
     (build-derivation
      (lower-object
       (mixed-text-file "mixed" "the greetings: "
                        (plain-file "hi-world" "Hi, world!") "\n")))
   get-string-all)
 ⇒ "the greetings: /gnu/store/…-hi-world\n")

(use-modules (srfi srfi-9))
(define-record-type <greeting-file>
  (greeting-file greeting)
  greeting?
  (greeting greeting-file-greeting))

(use-modules (ice-9 i18n))

(shows
 (define-gexp-compiler (greeting-file-compiler
                        (greeting-file <greeting-file>)
                        system target)
   (lower-object
    (let ((greeting (greeting-file-greeting greeting-file)))
      (plain-file (string-append greeting "-greeting")
        (string-append (string-locale-titlecase greeting) ", world!")))))
 ⇒ "#<<gexp-compiler>
       type: #<record-type <greeting-file>>
       lower: #<procedure … (greeting-file system target)>
       expand: #<procedure default-expander (thing obj output)>>")

(define world-greeting-2-output
  (build-derivation
   (gexp->derivation "world-greeting-2"
     #~(begin
         (mkdir #$output)
         (symlink #$(greeting-file "hi")
                  (string-append #$output "/hi"))
         (symlink #$(greeting-file "hello")
                  (string-append #$output "/hello"))
         (symlink #$(greeting-file "greetings")
                  (string-append #$output "/greetings"))))))

(shows
 (apply values
        (map (lambda (file-path)
               (let* ((path (string-append world-greeting-2-output
                                           "/" file-path))
                      (contents (call-with-input-file path get-string-all)))
                 (list path contents)))
             (scandir world-greeting-2-output
                      (lambda (path)
                        (not (or (string=? path ".")
                                 (string=? path "..")))))))
 ⇒ ("/gnu/store/…-world-greeting-2/greetings" "Greetings, world!")
 ⇒ ("/gnu/store/…-world-greeting-2/hello" "Hello, world!")
 ⇒ ("/gnu/store/…-world-greeting-2/hi" "Hi, world!"))

(define-record-type <module-directory>
  (module-directory package)
  module-directory?
  (package module-directory-package))

(use-modules (gnu packages guile)
             (guix utils))

(define lookup-expander (@@ (guix gexp) lookup-expander))

(define-gexp-compiler module-directory-compiler <module-directory>
  compiler => (lambda (obj system target)
                (let ((package (module-directory-package obj)))
                  (lower-object package system #:target target)))
  expander => (lambda (obj drv output)
                (let* ((package (module-directory-package obj))
                       (expander (or (lookup-expander package)
                                     (lookup-expander drv)))
                       (out (expander package drv output))
                       (guile (or (lookup-package-input package "guile")
                                  guile-3.0))
                       (version (version-major+minor
                                 (package-version guile))))
                  (string-append out "/share/guile/site/" version))))

(use-modules (gnu packages guile-xyz))

;; The source of the real ones is in a repository that may be out of reach.
(load "article/webutils.scm")

(define module-directory-output/guile-webutils
  (build-derivation
   (gexp->derivation "module-directory-output"
     #~(symlink #$(module-directory guile-webutils) #$output))))

(shows
 (readlink module-directory-output/guile-webutils)
 ⇒ "/gnu/store/…-guile-webutils-0.1-1.d309d65/share/guile/site/3.0")

(shows
 (scandir module-directory-output/guile-webutils)
 ⇒ ("." ".." "webutils"))

(define module-directory-output/guile2.2-webutils
  (build-derivation
   (gexp->derivation "module-directory-output"
     #~(symlink #$(module-directory guile2.2-webutils) #$output))))

;; The name of this package has changed since.
(shows
 (readlink module-directory-output/guile2.2-webutils)
 ⇒ "/gnu/store/…-guile…-webutils-0.1-1.d309d65/share/guile/site/2.2")

(shows
 (scandir module-directory-output/guile2.2-webutils)
 ⇒ ("." ".." "webutils"))


;;;
;;; Importing External Modules
;;;

(shows-error
 (define simple-directory-output
   (build-derivation
    (gexp->derivation "simple-directory"
      #~(begin
          (use-modules (guix build utils))
          (mkdir-p (string-append #$output "/a/rather/simple/directory"))))))
 "ERROR:
   1. &store-protocol-error:
        message: \"build of `/gnu/store/…-simple-directory.drv' failed\"
        status: 100…")

;; The log, where the text says: below the first two characters of the hash.
(define simple-directory-derivation
  (with-store store
    (derivation-file-name
     (run-with-store store
       (gexp->derivation "simple-directory"
         #~(begin
             (use-modules (guix build utils))
             (mkdir-p (string-append #$output "/a/rather/simple/directory"))))))))

(define simple-directory-log
  (with-store store
    (log-file store simple-directory-derivation)))

(shows
 (string-suffix? (string-append "/var/log/guix/drvs/"
                                (substring (basename simple-directory-derivation)
                                           0 2)
                                "/"
                                (substring (basename simple-directory-derivation)
                                           2)
                                ".gz")
                 simple-directory-log)
 ⇒ #t)

(shows
 (let* ((port (open-pipe* OPEN_READ "zcat" simple-directory-log))
        (text (get-string-all port)))
   (close-pipe port)
   text)
 ⇒ "Backtrace:
           … (primitive-load \"/gnu/store/…\")
In ice-9/eval.scm:
    721:20 … (primitive-eval (begin (use-modules (guix build #)) (…)))
…
In ice-9/boot-9.scm:
… (process-use-modules _)
… (map1 (((guix build utils))))
… (_ ((guix build utils)))
… (resolve-interface (guix build utils) #:select _ #:hide …)

ice-9/boot-9.scm:…: In procedure resolve-interface:
no code for module (guix build utils)
")

(define simple-directory-output
  (build-derivation
   (gexp->derivation "simple-directory"
     (with-imported-modules '((guix build utils))
       #~(begin
           (use-modules (guix build utils))
           (mkdir-p (string-append #$output "/a/rather/simple/directory")))))))

(shows
 simple-directory-output
 ⇒ "/gnu/store/…-simple-directory")

(shows
 (stat:type (stat (string-append simple-directory-output
                                 "/a/rather/simple/directory")))
 ⇒ directory)

;; Two directories are on the load paths of the builder, beside Guile's own.
(shows
 (match (derivation-builder-arguments
         (with-store store
           (run-with-store store
             (gexp->derivation "simple-directory"
               (with-imported-modules '((guix build utils))
                 #~(use-modules (guix build utils)))))))
   (("--no-auto-compile" "-L" source "-C" compiled builder)
    (list source compiled builder)))
 ⇒ ("/gnu/store/…-module-import"
    "/gnu/store/…-module-import-compiled"
    "/gnu/store/…-simple-directory-builder"))

;; The parameter of 'gexp->derivation' does the same.
(shows
 (build-derivation
  (gexp->derivation "simple-directory"
    #~(begin
        (use-modules (guix build utils))
        (mkdir-p (string-append #$output "/a/rather/simple/directory")))
    #:modules '((guix build utils))))
 ⇒ "/gnu/store/…-simple-directory")

(use-modules (guix modules))

(shows
 (source-module-closure '((guix build emacs-build-system)))
 ⇒ ((guix build emacs-build-system)
    (guix build gnu-build-system)
    (guix build utils)
    (guix build gremlin)
    (guix elf)
    (guix build emacs-utils)))

(define helpful-guide-output
  (build-derivation
   (gexp->derivation "json-file"
     (with-extensions (list guile-json-4)
       #~(begin
           (use-modules (json))
           (mkdir #$output)
           (call-with-output-file (string-append #$output "/helpful-guide.json")
             (lambda (port)
               (scm->json '((truth . "Guix is the best!")
                            (lies . "Guix isn't the best!"))
                          port))))))))

(shows
 (call-with-input-file
     (string-append helpful-guide-output "/helpful-guide.json")
   get-string-all)
 ⇒ "{\"truth\":\"Guix is the best!\",\"lies\":\"Guix isn't the best!\"}")

(use-modules (guix self))

(shows
 (call-with-input-file
     (build-derivation
      (gexp->derivation "configured"
        (with-imported-modules `(((guix config) => ,(make-config.scm)))
          #~(begin
              (use-modules (guix config))
              (call-with-output-file #$output
                (lambda (port)
                  (write (list %storedir %state-directory) port)))))))
   read)
 ⇒ ("/gnu/store" "/var/guix"))


;;;
;;; Native ungexp
;;;

(shows
 (list #~(list #+glib:bin #+(plain-file "a" "b"))
       #~(list #$@(list irssi glib) #+@(list "a" 'b)))
 ⇒ ("#<gexp (list #<gexp-input native #<package glib@… …>:bin>
                  #<gexp-input native #<<plain-file> …>:out>) …>"
    "#<gexp …>"))

;; Compiled for another machine, G has L1 for that machine, unless it is native.
(define (inputs-for target gexp)
  (with-store store
    (let ((lowered (run-with-store store
                     (lower-gexp gexp #:target target))))
      (map derivation-input-path (lowered-gexp-inputs lowered)))))

(use-modules (gnu packages base))

(shows
 (list (equal? (inputs-for #f #~(list #$hello))
               (inputs-for "aarch64-linux-gnu" #~(list #$hello)))
       (equal? (inputs-for #f #~(list #$hello))
               (inputs-for "aarch64-linux-gnu" #~(list #+hello))))
 ⇒ (#f #t))

(end-article)
