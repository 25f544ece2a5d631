;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Tests of (guix build utils) and (guix build gremlin).
;;; guile --no-auto-compile -L scheme/channel tests/scheme/build-utils.scm
(use-modules (guix build utils)
             (guix build gremlin)
             (srfi srfi-1)
             (srfi srfi-34)
             (srfi srfi-64)
             (ice-9 match)
             (ice-9 textual-ports)
             (ice-9 binary-ports)
             (rnrs bytevectors))

(define (call-with-temporary-directory proc)
  (let ((dir (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp")
                                     "/build-utils.XXXXXX"))))
    (dynamic-wind
      (const #t)
      (lambda () (proc dir))
      (lambda () (delete-file-recursively dir)))))

(define-syntax-rule (in-temporary-directory body ...)
  (call-with-temporary-directory
   (lambda (dir)
     (with-directory-excursion dir body ...))))

(define (write-file file contents)
  (mkdir-p (dirname file))
  (call-with-output-file file
    (lambda (port) (put-string port contents))
    #:encoding "UTF-8"))

(define (write-bytes file bytes)
  (call-with-output-file file
    (lambda (port) (put-bytevector port (u8-list->bytevector bytes)))
    #:binary #t))

(define (read-file file)
  (call-with-input-file file get-string-all #:encoding "UTF-8"))

(define (read-bytes file)
  (bytevector->u8-list
   (call-with-input-file file get-bytevector-all #:binary #t)))

(define (write-script file contents)
  (write-file file contents)
  (chmod file #o755))

(define-syntax-rule (with-environment-variable (name value) body ...)
  (let ((previous (getenv name)))
    (dynamic-wind
      (lambda () (setenv name value))
      (lambda () body ...)
      (lambda () (if previous (setenv name previous) (unsetenv name))))))

(define-syntax-rule (silently body ...)
  (with-output-to-port* (%make-void-port "w")
    (lambda () body ...)))

(define (with-output-to-port* port thunk)
  (parameterize ((current-output-port port)
                 (current-error-port port))
    (thunk)))

(define hash "0123456789abcdfghijklmnpqrsvwxyz")

(test-begin "build-utils")
(setlocale LC_ALL "C")


;;; Names.

(test-equal "a store file name without directory and hash is name-version"
  "hello-2.10"
  (strip-store-file-name (string-append "/gnu/store/" hash "-hello-2.10")))

(test-assert "a file of the store is recognized by its directory"
  (and (store-file-name? "/gnu/store/foo")
       (not (store-file-name? "/usr/bin/foo"))))

(test-equal "a package name is split before the first hyphen with a digit"
  '(("foo" "0.9.1b") ("foo-bar" #f) ("foo-bar" "1.0") ("foo" #f) ("foo-" #f))
  (map (lambda (name)
         (call-with-values (lambda () (package-name->name+version name)) list))
       '("foo-0.9.1b" "foo-bar" "foo-bar-1.0" "foo" "foo-")))

(test-equal "the number of jobs comes from the environment"
  '(7 1)
  (list (with-environment-variable ("NIX_BUILD_CORES" "7")
          (parallel-job-count))
        (with-environment-variable ("NIX_BUILD_CORES" "many")
          (parallel-job-count))))


;;; Files.

(test-assert "mkdir-p creates missing parents, and accepts existing ones"
  (in-temporary-directory
   (mkdir-p "a/b//c")
   (mkdir-p "a/b/c")
   (mkdir-p (string-append (getcwd) "/a/d"))
   (and (directory-exists? "a/b/c") (directory-exists? "a/d"))))

(test-error "mkdir-p fails where a file is in the way"
  'system-error
  (in-temporary-directory
   (write-file "a" "")
   (mkdir-p "a/b")))

(test-equal "find-files sorts by code point, and matches base names"
  '("d/B.txt" "d/a.txt" "d/sub/c.txt")
  (in-temporary-directory
   (for-each (lambda (file) (write-file file ""))
             '("d/a.txt" "d/B.txt" "d/sub/c.txt" "d/sub/c.txt.bak" "d/x"))
   (find-files "d" "\\.txt$")))

(test-equal "find-files lists directories on demand"
  '("d" "d/sub" "d/sub/f")
  (in-temporary-directory
   (write-file "d/sub/f" "")
   (find-files "d" #:directories? #t)))

(test-equal "find-files does not follow symbolic links"
  '("d/link")
  (in-temporary-directory
   (write-file "e/f" "")
   (mkdir-p "d")
   (symlink "../e" "d/link")
   (find-files "d")))

(test-equal "find-files of nothing is empty"
  '()
  (in-temporary-directory
   (silently (find-files "nonexistent"))))

(test-error "find-files of nothing fails on demand"
  'system-error
  (in-temporary-directory
   (find-files "nonexistent" #:fail-on-error? #t)))

(test-equal "copy-recursively keeps links and permissions"
  '("target" #o751 "data")
  (in-temporary-directory
   (write-file "a/sub/file" "data")
   (chmod "a/sub/file" #o751)
   (symlink "target" "a/link")
   (copy-recursively "a" "b" #:log #f)
   (list (readlink "b/link")
         (stat:perms (stat "b/sub/file"))
         (read-file "b/sub/file"))))

(test-equal "copy-recursively keeps times on demand, of directories too"
  '(1000 2000)
  (in-temporary-directory
   (write-file "a/sub/file" "data")
   (utime "a/sub/file" 1000 1000)
   (utime "a/sub" 2000 2000)
   (copy-recursively "a" "b" #:log #f #:keep-mtime? #t)
   (map (compose stat:mtime stat) '("b/sub/file" "b/sub"))))

(test-equal "copy-recursively leaves out what is not selected"
  '("b/keep")
  (in-temporary-directory
   (write-file "a/keep" "")
   (write-file "a/drop/file" "")
   (copy-recursively "a" "b" #:log #f
                     #:select? (lambda (file st)
                                 (not (string-suffix? "drop" file))))
   (find-files "b")))

(test-equal "copy-recursively replaces existing links"
  "new"
  (in-temporary-directory
   (mkdir "a")
   (mkdir "b")
   (symlink "new" "a/link")
   (symlink "old" "b/link")
   (copy-recursively "a" "b" #:log #f)
   (readlink "b/link")))

(test-assert "delete-file-recursively does not go through links"
  (in-temporary-directory
   (write-file "kept/file" "")
   (write-file "a/b/c" "")
   (symlink "../kept" "a/link")
   (delete-file-recursively "a")
   (and (not (file-exists? "a"))
        (file-exists? "kept/file"))))

(test-equal "a temporary output file is gone afterwards"
  '("text" #f)
  (let ((name #f))
    (list (call-with-temporary-output-file
           (lambda (file port)
             (set! name file)
             (display "text" port)
             (close-port port)
             (read-file file)))
          (file-exists? name))))

(test-equal "the kind of a file is recognized by its first bytes"
  '((#t #f #f) (#f #t #f) (#f #f #t) (#f #f #f))
  (in-temporary-directory
   (write-bytes "elf" '(#x7f 69 76 70 0 0))
   (write-file "ar" "!<arch>\nfoo")
   (write-bytes "gz" '(#x1f #x8b 8))
   (write-file "empty" "")
   (map (lambda (file)
          (list (elf-file? file) (ar-file? file) (gzip-file? file)))
        '("elf" "ar" "gz" "empty"))))

(test-equal "reset-gzip-timestamp clears the time in the header only"
  '(#t (#x1f #x8b 8 0 0 0 0 0 2 3) 1000 #f)
  (in-temporary-directory
   (write-bytes "x.gz" '(#x1f #x8b 8 0 1 2 3 4 2 3))
   (utime "x.gz" 1000 1000)
   (let* ((changed? (reset-gzip-timestamp "x.gz"))
          (bytes    (read-bytes "x.gz"))
          (mtime    (stat:mtime (stat "x.gz"))))
     (list changed? bytes mtime (reset-gzip-timestamp "x.gz")))))

(test-equal "dump-port copies as much as was asked for"
  "abcdefg"
  (call-with-output-string
    (lambda (out)
      (dump-port (open-input-string "abcdefghij") out 7 #:buffer-size 3))))

(test-equal "the suffix of a name selects the compressor"
  '("gzip" "xz" "bzip2" "zstd" #f)
  (map compressor '("a.tar.gz" "a.txz" "a.tar.bz2" "a.tar.zst" "a.tar")))


;;; Search paths.

(test-equal "a search path holds the directories that exist, in order of inputs"
  '("b/lib" "a/lib" "a/lib64")
  (in-temporary-directory
   (for-each mkdir-p '("a/lib" "a/lib64" "b/lib" "c"))
   (write-file "c/lib" "a file")
   (search-path-as-list '("lib" "lib64") '("b" "a" "c"))))

(test-equal "a search path by pattern holds the files that match"
  '("a/etc/x.cfg")
  (in-temporary-directory
   (write-file "a/etc/x.cfg" "")
   (write-file "a/etc/y.txt" "")
   (search-path-as-list '("etc") '("a" "b") #:type 'regular #:pattern "\\.cfg$")))

(test-equal "an empty search path unsets the variable"
  '(#f "a/lib:b/lib" "a/lib")
  (in-temporary-directory
   (for-each mkdir-p '("a/lib" "b/lib"))
   (define (value . args)
     (silently (apply set-path-environment-variable "NACRE_TEST_PATH" args))
     (getenv "NACRE_TEST_PATH"))
   (let* ((empty  (value '("share") '("a" "b")))
          (both   (value '("lib") '("a" "b")))
          (single (value '("lib") '("a" "b") #:separator #f)))
     (list empty both single))))

(test-equal "a search path goes to a list and back"
  '(("/a" "/b") "/a:/b")
  (list (search-path-as-string->list "/a:/b")
        (list->search-path-as-string '("/a" "/b") ":")))

(test-equal "which finds executable files only"
  '("b/prog" #f)
  (in-temporary-directory
   (write-file "a/prog" "not executable")
   (write-script "b/prog" "")
   (with-environment-variable ("PATH" "a:b")
     (list (which "prog") (which "other")))))

(test-equal "search-input-file takes the first input that has the file"
  "b/bin/sh"
  (in-temporary-directory
   (write-file "b/bin/sh" "")
   (write-file "c/bin/sh" "")
   (search-input-file '(("x" . "a") ("y" . "b") ("z" . "c")) "bin/sh")))

(test-equal "search-input-file reports what it did not find, and where"
  '("bin/sh" ("a" "b"))
  (guard (c ((search-error? c)
             (list (search-error-file c) (search-error-path c))))
    (search-input-file '(("x" . "a") ("y" . "b")) "bin/sh")))

(test-assert "search-input-directory does not take a file"
  (in-temporary-directory
   (write-file "a/lib" "")
   (guard (c ((search-error? c) #t))
     (search-input-directory '(("x" . "a")) "lib")
     #f)))


;;; Phases.

(define phases '((a . 1) (b . 2) (c . 3)))

(test-equal "phases are deleted, replaced and added"
  '((x . 4) (a . 5) (c . 3) (y . 6))
  (modify-phases phases
    (delete 'b)
    (add-before 'a 'x 4)
    (replace 'a 5)
    (add-after 'c 'y 6)))

(test-equal "later clauses see what earlier ones did"
  '((a . 1) (x . 4) (y . 5) (b . 2) (c . 3))
  (modify-phases phases
    (add-after 'a 'x 4)
    (add-after 'x 'y 5)))

(test-equal "a phase relative to a missing one goes to the end"
  '((a . 1) (b . 2) (c . 3) (x . 4) (y . 5))
  (modify-phases phases
    (add-after 'nonexistent 'x 4)
    (add-before 'nonexistent 'y 5)))

(test-error "a missing phase can't be replaced"
  #t
  (modify-phases phases (replace 'nonexistent 1)))

(test-error "an unknown clause is a syntax error"
  'syntax-error
  (eval '(modify-phases phases (rename 'a 'b)) (current-module)))

(test-equal "every* calls the predicate for all elements"
  '(#f (3 2 1))
  (let ((seen '()))
    (list (every* (lambda (n) (set! seen (cons n seen)) (odd? n)) '(1 2 3))
          seen)))


;;; Substitution.

(define-syntax-rule (substitution contents clause ...)
  (in-temporary-directory
   (write-file "file" contents)
   (substitute* "file" clause ...)
   (read-file "file")))

(test-equal "every match of a line is replaced"
  "b.b\ncc b\n"
  (substitution "a.a\ncc a\n" (("a") "b")))

(test-equal "groups are bound in order, '_' is skipped"
  "y=x\n"
  (substitution "x=y\n" (("(.)=(.)" _ left right)
                         (string-append right "=" left))))

(test-equal "the first variable is the whole match"
  "[abc]d"
  (substitution "abcd" (("a.c" all) (string-append "[" all "]"))))

(test-equal "clauses apply one after the other"
  "c\n"
  (substitution "a\n" (("a") "b") (("b") "c")))

(test-equal "a pattern can take the end of the line along"
  "onetwo\n"
  (substitution "one\ntwo\n" (("one\n") "one")))

(test-equal "'^' matches at the start of each line"
  "#a\n#aa\n"
  (substitution "a\naa\n" (("^a") "#a")))

(test-equal "characters outside of ASCII pass, and are matched, in any locale"
  "– é ü\n"
  (substitution "– é o\n" ((" o") " ü")))

(test-equal "bytes that are not UTF-8 pass unchanged"
  '(98 255 254 10)
  (in-temporary-directory
   (write-bytes "file" '(97 255 254 10))
   (substitute* "file" (("a") "b"))
   (read-bytes "file")))

(test-equal "NUL characters pass, and do not end a line"
  '(98 0 98 10)
  (in-temporary-directory
   (write-bytes "file" '(97 0 97 10))
   (substitute* "file" (("a") "b"))
   (read-bytes "file")))

(test-equal "several files are edited"
  '("b" "b")
  (in-temporary-directory
   (write-file "x" "a")
   (write-file "y" "a")
   (substitute* '("x" "y") (("a") "b"))
   (map read-file '("x" "y"))))

(test-equal "substitution keeps permissions"
  #o741
  (in-temporary-directory
   (write-file "x" "a")
   (chmod "x" #o741)
   (substitute* "x" (("a") "b"))
   (stat:perms (stat "x"))))

(test-equal "a file without a match keeps its time"
  1000
  (in-temporary-directory
   (write-file "x" "a")
   (utime "x" 1000 1000)
   (substitute* "x" (("z") "b"))
   (stat:mtime (stat "x"))))

(test-equal "a failed replacement leaves the file alone, and nothing else"
  '("a" ("./x"))
  (in-temporary-directory
   (write-file "x" "a")
   (false-if-exception (substitute* "x" (("a") (error "no"))))
   (list (read-file "x") (find-files "."))))


;;; Scripts.

(define (shebang-after contents)
  (in-temporary-directory
   (write-script "bin/sh" "")
   (write-script "bin/python3" "")
   (write-script "script" contents)
   (utime "script" 1000 1000)
   (silently (patch-shebang "script" '("nowhere" "bin")))
   (list (match (string-split (read-file "script") #\newline)
           ((first _ ...) first))
         (stat:mtime (stat "script")))))

(test-equal "an interpreter is looked up, its arguments are kept"
  '("#!bin/sh -e" 1000)
  (shebang-after "#! /bin/sh -e\nexit 0\n"))

(test-equal "env is replaced by what it runs"
  '("#!bin/python3" 1000)
  (shebang-after "#!/usr/bin/env python3\n"))

(test-equal "options of env are dropped"
  '("#!bin/python3 -u" 1000)
  (shebang-after "#!/usr/bin/env -S python3 -u\n"))

(test-equal "an unknown interpreter stays"
  '("#!/usr/bin/rexx" 1000)
  (shebang-after "#!/usr/bin/rexx\n"))

(test-equal "an interpreter in the store stays"
  '("#!/gnu/store/foo/bin/sh" 1000)
  (shebang-after "#!/gnu/store/foo/bin/sh\n"))

(test-equal "a file that is not a script does not change"
  '("just text" 1000)
  (shebang-after "just text\n"))

(test-equal "the rest of a script stays, byte for byte"
  '(35 33 98 47 115 104 10 255 0 10)
  (in-temporary-directory
   (write-script "b/sh" "")
   (write-bytes "script" '(35 33 47 98 105 110 47 115 104 10 255 0 10))
   (silently (patch-shebang "script" '("b")))
   (read-bytes "script")))

(test-equal "a makefile's shell is looked up"
  "SHELL = b/sh\nall:\n"
  (in-temporary-directory
   (write-script "b/sh" "")
   (write-file "Makefile" "SHELL = /bin/sh\nall:\n")
   (with-environment-variable ("PATH" "b")
     (silently (patch-makefile-SHELL "Makefile")))
   (read-file "Makefile")))

(test-equal "references to the store are erased, whatever surrounds them"
  (let ((erased (string-append "/gnu/store/" (make-string 32 #\e) "-x")))
    (string-append "a" erased "b" erased "\x01;/gnu/store/short-x"))
  (in-temporary-directory
   (let ((item (string-append "/gnu/store/" hash "-x")))
     (write-file "file" (string-append "a" item "b" item
                                       "\x01;/gnu/store/short-x"))
     (remove-store-references "file")
     (read-file "file"))))


;;; Programs.

(test-assert "invoke returns true on success"
  (invoke "true"))

(test-equal "a failed program is reported with its arguments and status"
  '("sh" ("-c" "exit 3") 3 #f)
  (guard (c ((invoke-error? c)
             (list (invoke-error-program c)
                   (invoke-error-arguments c)
                   (invoke-error-exit-status c)
                   (invoke-error-term-signal c))))
    (invoke "sh" "-c" "exit 3")))

(test-equal "a signal is reported"
  15
  (guard (c ((invoke-error? c) (invoke-error-term-signal c)))
    (invoke "sh" "-c" "kill -TERM $$")))

(test-equal "invoke/quiet shows the output of what fails, only"
  '("" #t)
  (list (call-with-output-string
          (lambda (port)
            (parameterize ((current-error-port port))
              (invoke/quiet "sh" "-c" "echo hidden; echo hidden >&2"))))
        (->bool
         (string-contains
          (call-with-output-string
            (lambda (port)
              (parameterize ((current-error-port port))
                (guard (c ((invoke-error? c) #t))
                  (invoke/quiet "sh" "-c" "echo shown; exit 1")))))
          "shown"))))

(test-equal "an error report names command and status"
  "command (\"sh\" \"-c\" \"exit 3\") failed with status 3\n"
  (guard (c ((invoke-error? c)
             (call-with-output-string
               (lambda (port) (report-invoke-error c port)))))
    (invoke "sh" "-c" "exit 3")))

(when (which "bash")
  (test-equal "a wrapper sets, extends and prepends variables"
    "x:y:old|z\n"
    (in-temporary-directory
     (write-script "prog" "#!/bin/sh\necho \"$NACRE_A|$NACRE_B\"\n")
     (with-environment-variable ("NACRE_A" "old")
       (wrap-program "prog"
         '("NACRE_A" prefix ("x" "y"))
         '("NACRE_B" = ("z")))
       (invoke "sh" "-c" "./prog > out")
       (read-file "out"))))

  (test-equal "a program can be wrapped twice"
    "old:x|z z\n"
    (in-temporary-directory
     (write-script "prog" "#!/bin/sh\necho \"$NACRE_A|$NACRE_B\"\n")
     (with-environment-variable ("NACRE_A" "old")
       (wrap-program "prog" '("NACRE_A" ":" suffix ("x")))
       (wrap-program "prog" '("NACRE_B" " " = ("z" "z")))
       (invoke "sh" "-c" "./prog > out")
       (read-file "out"))))

  (test-assert "what a wrapper runs can't be wrapped"
    (in-temporary-directory
     (write-script "prog" "")
     (wrap-program "prog" '("A" = ("b")))
     (guard (c ((wrap-error? c) (wrapped-program? (wrap-error-program c))))
       (wrap-program (string-append (getcwd) "/.prog-real") '("A" = ("b")))
       #f))))


;;; ELF.

(define self (which "sh"))

(test-assert "a program needs the C library"
  (any (lambda (library) (string-prefix? "libc." library))
       (file-needed (canonicalize-path self))))

(test-assert "text is not ELF"
  (in-temporary-directory
   (write-file "x" "just some text, long enough to hold a header")
   (guard (c ((elf-error? c) #t))
     (file-dynamic-info "x")
     #f)))

(test-assert "a truncated ELF file is an error, not a crash"
  (in-temporary-directory
   (let ((bytes (call-with-input-file (canonicalize-path self)
                  get-bytevector-all #:binary #t)))
     (every (lambda (size)
              (call-with-output-file "x"
                (lambda (port) (put-bytevector port bytes 0 size))
                #:binary #t)
              (guard (c ((elf-error? c) #t))
                (file-dynamic-info "x")
                #t))
            '(4 15 16 63 64 100 500 4096)))))

(test-equal "$ORIGIN stands for the directory of the file"
  '("/a/b/../lib" "/a/b" "/other")
  (map (lambda (directory) (expand-origin directory "/a/b"))
       '("$ORIGIN/../lib" "${ORIGIN}" "/other")))

(let ((failures (test-runner-fail-count (test-runner-current))))
  (test-end "build-utils")
  (exit (if (zero? failures) 0 1)))
