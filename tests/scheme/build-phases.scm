;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Tests of the phases of the build systems, each in a directory of its own.
;;; guile --no-auto-compile -L scheme/channel tests/scheme/build-phases.scm
(use-modules (guix build utils)
             ((guix build gnu-build-system) #:prefix gnu:)
             ((guix build copy-build-system) #:prefix copy:)
             ((guix build python-build-system) #:prefix python:)
             (srfi srfi-1)
             (srfi srfi-64)
             (ice-9 textual-ports))

(define-syntax-rule (in-temporary-directory body ...)
  (let ((dir (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp")
                                     "/build-phases.XXXXXX"))))
    (dynamic-wind
      (const #t)
      (lambda () (with-directory-excursion dir body ...))
      (lambda () (delete-file-recursively dir)))))

(define (write-file file contents)
  (mkdir-p (dirname file))
  (call-with-output-file file
    (lambda (port) (put-string port contents))))

(define (write-script file contents)
  (write-file file contents)
  (chmod file #o755))

(define (read-file file)
  (call-with-input-file file get-string-all))

(define (run phases name . args)
  "Run the phase NAME of PHASES with ARGS, and keep quiet about it."
  (let ((void (%make-void-port "w")))
    (parameterize ((current-output-port void)
                   (current-error-port void))
      (apply (assq-ref phases name) args))))

(define (run-gnu name . args)
  (apply run gnu:%standard-phases name args))

(define (output)
  "Return #:outputs for a directory \"out\" below the current one."
  `(("out" . ,(string-append (getcwd) "/out"))))

(test-begin "build-phases")

(test-equal "the standard phases have their usual names and order"
  '(set-SOURCE-DATE-EPOCH
    set-paths install-locale unpack bootstrap patch-usr-bin-file
    patch-source-shebangs configure patch-generated-file-shebangs
    build check install patch-shebangs strip validate-runpath
    validate-documentation-location delete-info-dir-file
    patch-dot-desktop-files install-license-files reset-gzip-timestamps
    compress-documentation)
  (map car gnu:%standard-phases))

(test-equal "phases run in order, with the arguments of the build"
  '((first #t) (second #t))
  (let ((seen '()))
    (define (phase name)
      (cons name (lambda* (#:key tests? #:allow-other-keys)
                   (set! seen (cons (list name tests?) seen)))))
    (parameterize ((current-output-port (%make-void-port "w")))
      (gnu:gnu-build #:phases (map phase '(first second)) #:tests? #t))
    (reverse seen)))

(test-equal "search paths come from inputs, programs from native ones too"
  '("n/bin:i/bin" "i/lib" "n/share")
  (in-temporary-directory
   (for-each mkdir-p '("i/bin" "i/lib" "n/bin" "n/share"))
   (let ((path (getenv "PATH")))
     (dynamic-wind
       (const #t)
       (lambda ()
         (run-gnu 'set-paths
                  #:inputs '(("i" . "i")) #:native-inputs '(("n" . "n"))
                  #:search-paths '(("NACRE_LIB" ("lib") ":" directory #f))
                  #:native-search-paths
                  '(("NACRE_SHARE" ("share") ":" directory #f)))
         (map getenv '("PATH" "NACRE_LIB" "NACRE_SHARE")))
       (lambda () (setenv "PATH" path))))))

(test-equal "a tarball is unpacked and entered"
  '("pack-1.0" "text")
  (in-temporary-directory
   (write-file "pack-1.0/file" "text")
   (invoke "tar" "cf" "s.tar" "pack-1.0")
   (delete-file-recursively "pack-1.0")
   (run-gnu 'unpack #:source (string-append (getcwd) "/s.tar"))
   (list (basename (getcwd)) (read-file "file"))))

(test-equal "a directory is copied, writable"
  '("source" #o644)
  (in-temporary-directory
   (write-file "s/sub/file" "text")
   (chmod "s/sub/file" #o444)
   (chmod "s/sub" #o555)
   (mkdir "work")
   (chdir "work")
   (run-gnu 'unpack #:source "../s")
   (write-file "sub/new" "")
   (chmod "../../s/sub" #o755)          ;lest it can't be deleted
   (list (basename (getcwd)) (stat:perms (stat "sub/file")))))

(test-assert "an existing configure script needs no bootstrapping"
  (in-temporary-directory
   (write-script "bootstrap" "#!/bin/sh\ntouch ran\n")
   (write-file "configure" "")
   (run-gnu 'bootstrap)
   (not (file-exists? "ran"))))

(test-assert "a bootstrap script runs"
  (in-temporary-directory
   (write-script "autogen.sh" "#!/bin/sh\ntouch ran\n")
   (run-gnu 'bootstrap)
   (file-exists? "ran")))

(test-equal "configure gets the prefix, then the package's own flags"
  '("--prefix=" "--enable-fast-install" "--build=x" "--foo")
  (in-temporary-directory
   (write-file "configure" "for a; do echo $a; done > args")
   (run-gnu 'configure #:build "x" #:configure-flags '("--foo")
            #:outputs `(("out" . "")))
   (filter (lambda (arg) (string-prefix? "--" arg))
           (string-split (read-file "args") #\newline))))

(test-equal "other outputs get their directories"
  '("--libdir=/l/lib" "--includedir=/i/include")
  (in-temporary-directory
   (write-file "configure" "for a; do echo $a; done > args")
   (run-gnu 'configure #:outputs '(("out" . "/o") ("lib" . "/l")
                                   ("include" . "/i")))
   (filter (lambda (arg) (string-contains arg "dir="))
           (string-split (read-file "args") #\newline))))

(test-assert "out of source, configure runs in a directory beside"
  (in-temporary-directory
   (write-file "pack/configure" "touch here")
   (chdir "pack")
   (run-gnu 'configure #:outputs '(("out" . "/o")) #:out-of-source? #t)
   (and (string=? "build" (basename (getcwd)))
        (file-exists? "here"))))

(test-assert "tests don't run with #:tests? #f"
  (in-temporary-directory
   (write-file "Makefile" "check:\n\ttouch ran\n")
   (run-gnu 'check #:tests? #f)
   (not (file-exists? "ran"))))

(test-assert "tests run by their target"
  (in-temporary-directory
   (write-file "Makefile" "mytest:\n\ttouch ran\n")
   (run-gnu 'check #:tests? #t #:test-target "mytest")
   (file-exists? "ran")))

(test-equal "manuals move below share"
  "page"
  (in-temporary-directory
   (write-file "out/man/man1/foo.1" "page")
   (run-gnu 'validate-documentation-location #:outputs (output))
   (read-file "out/share/man/man1/foo.1")))

(test-assert "the index of Info manuals is deleted"
  (in-temporary-directory
   (write-file "out/share/info/dir" "")
   (write-file "out/share/info/foo.info" "")
   (run-gnu 'delete-info-dir-file #:outputs (output))
   (and (not (file-exists? "out/share/info/dir"))
        (file-exists? "out/share/info/foo.info"))))

(test-equal "manuals are compressed, links follow"
  '("out/share/man/man1/bar.1.gz" "out/share/man/man1/foo.1.gz" "foo.1.gz")
  (in-temporary-directory
   (write-file "out/share/man/man1/foo.1" "page")
   (symlink "foo.1" "out/share/man/man1/bar.1")
   (run-gnu 'compress-documentation #:outputs (output))
   (append (find-files "out")
           (list (readlink "out/share/man/man1/bar.1.gz")))))

(test-equal "desktop files name programs absolutely"
  "Exec=OUT/bin/foo %f\nTryExec=OUT/bin/foo\nExec=unknown\n"
  (in-temporary-directory
   (write-script "out/bin/foo" "")
   (write-file "out/share/applications/foo.desktop"
               "Exec=foo %f\nTryExec=foo\nExec=unknown\n")
   (run-gnu 'patch-dot-desktop-files #:outputs (output) #:inputs '())
   (substitute* "out/share/applications/foo.desktop"
     (((string-append (getcwd) "/out")) "OUT"))
   (read-file "out/share/applications/foo.desktop")))

(test-equal "a gzip file forgets its time"
  '(0 0 0 0)
  (in-temporary-directory
   (write-file "out/x" "text")
   (invoke "gzip" "out/x")
   (run-gnu 'reset-gzip-timestamps #:outputs (output))
   (map char->integer
        (string->list
         (substring (call-with-ascii-input-file "out/x.gz" get-string-all)
                    4 8)))))

(define (license-files . args)
  (in-temporary-directory
   (let ((out (string-append
               "/gnu/store/" (make-string 32 #\a) "-foo-1.0")))
     (for-each (lambda (file) (write-file (string-append "src/" file) ""))
               '("COPYING" "LICENSE.txt" "main.c" "README"))
     (mkdir "src/LICENSES")
     (setenv "NIX_STORE" (string-append (getcwd) "/gnu/store"))
     (let ((out (string-append (getcwd) out)))
       (with-directory-excursion "src"
         (apply run-gnu 'install-license-files
                #:outputs `(("out" . ,out)) args))
       (unsetenv "NIX_STORE")
       (map basename
            (find-files (string-append out "/share/doc/foo-1.0")))))))

(test-equal "files with a license's usual name are installed"
  '("COPYING" "LICENSE.txt")
  (license-files))

(test-equal "a package may give other names of its license files"
  '("README")
  (license-files #:license-file-regexp "^README$"))

(test-equal "scripts are patched to programs of the outputs and inputs"
  '("#!OUT/bin/sh\n" "#!in/bin/python3\n" "#!/bin/sh\n")
  (in-temporary-directory
   (write-script "out/bin/sh" "#!/bin/sh\n")
   (write-script "in/bin/python3" "")
   (write-script "out/bin/b" "#!/usr/bin/env python3\n")
   (write-script "out/libexec/a" "#!/bin/sh\n")
   (write-script "out/share/c" "#!/bin/sh\n")
   (run-gnu 'patch-shebangs #:outputs (output) #:inputs '(("in" . "in")))
   (substitute* '("out/libexec/a")
     (((string-append (getcwd) "/out")) "OUT"))
   (map read-file '("out/libexec/a" "out/bin/b" "out/share/c"))))

(define (in-store name)
  (string-append (getcwd) "/" (make-string 32 #\a) "-" name))

(define-syntax-rule (with-store-here body ...)
  (in-temporary-directory
   (dynamic-wind
     (lambda () (setenv "NIX_STORE" (getcwd)))
     (lambda () body ...)
     (lambda () (unsetenv "NIX_STORE")))))

(define (patched-interpreter script inputs)
  "Return the interpreter, without the hash, of an installed file with the shebang SCRIPT."
  (write-script "out/bin/script" script)
  (write-script "out/share/script" script)
  (run-gnu 'patch-shebangs #:outputs (output)
           #:inputs (map (lambda (name) (cons name (in-store name))) inputs))
  (map (lambda (file)
         (substitute* file
           (((string-append (in-store ""))) ""))
         (read-file file))
       '("out/bin/script" "out/share/script")))

(test-equal "scripts run by a shell that was built, or by that of the C library"
  '(("#!bash-5/bin/sh\n" "#!/bin/sh\n")
    ("#!bootstrap-glibc-2/libexec/sh\n" "#!/bin/sh\n")
    ("#!bootstrap-bash-5/bin/bash\n" "#!/bin/bash\n"))
  (with-store-here
   (for-each (lambda (file) (write-script (in-store file) ""))
             '("bootstrap-bash-5/bin/sh" "bootstrap-bash-5/bin/bash"
               "bash-5/bin/sh" "bootstrap-glibc-2/libexec/sh"))
   (list (patched-interpreter "#!/bin/sh\n"
                              '("bootstrap-bash-5" "bootstrap-glibc-2" "bash-5"))
         (patched-interpreter "#!/bin/sh\n"
                              '("bootstrap-bash-5" "bootstrap-glibc-2"))
         (patched-interpreter "#!/bin/bash\n"
                              '("bootstrap-bash-5" "bootstrap-glibc-2")))))

(test-equal "scripts that the build ran by its own shell are patched again, wherever they are"
  '("#!bootstrap-glibc-2/libexec/sh\n" "#!bootstrap-glibc-2/libexec/sh\n")
  (with-store-here
   (for-each (lambda (file) (write-script (in-store file) ""))
             '("bootstrap-bash-5/bin/sh" "bootstrap-glibc-2/libexec/sh"))
   (patched-interpreter (string-append "#!" (in-store "bootstrap-bash-5/bin/sh") "\n")
                        '("bootstrap-bash-5" "bootstrap-glibc-2"))))

(test-equal "a build finds what its package asks for before what every build has"
  '("bash-5/bin" "bootstrap-bash-5/bin")
  (with-store-here
   (for-each (lambda (file) (write-script (in-store file) ""))
             '("bootstrap-bash-5/bin/sh" "bash-5/bin/sh"))
   (let ((path (getenv "PATH")))
     (run-gnu 'set-paths
              #:inputs (map (lambda (name) (cons name (in-store name)))
                            '("bootstrap-bash-5" "bash-5")))
     (let ((new (getenv "PATH")))
       (setenv "PATH" path)
       (map (lambda (directory) (string-drop directory (string-length (in-store ""))))
            (string-split new #\:))))))

(test-equal "programs of the toolchain are named without their directories"
  "sed='sed' grep='STOREgrep-3/bin/grep'"
  (with-store-here
   (write-file "script"
               (string-append "sed='" (in-store "bootstrap-sed-4/bin/sed")
                              "' grep='" (in-store "grep-3/bin/grep") "'"))
   (forget-imported-programs '("script"))
   (substitute* "script"
     (((in-store "")) "STORE"))
   (read-file "script")))


;;; Copying.

(define-syntax-rule (files-after-plan plan)
  (in-temporary-directory
   (for-each (lambda (file) (write-file file ""))
             '("README" "src/a.el" "src/b.txt" "src/sub/c.el"))
   (run copy:%standard-phases 'install
        #:install-plan plan #:outputs (output))
   (map (lambda (file) (string-drop file 4)) (find-files "out"))))

(test-equal "a file is installed under a name, or in a directory"
  '("bin/tool" "share/README")
  (files-after-plan '(("README" "bin/tool") ("README" "share/"))))

(test-equal "a directory is installed, or its contents are"
  '("x/a.el" "x/b.txt" "x/sub/c.el"
    "y/src/a.el" "y/src/b.txt" "y/src/sub/c.el")
  (files-after-plan '(("src/" "x") ("src" "y/"))))

(test-equal "files are included by suffix, and excluded by expression"
  '("x/a.el")
  (files-after-plan '(("src/" "x" #:include (".el")
                       #:exclude-regexp ("^sub/")))))

(test-error "what isn't there can't be installed"
  #t
  (files-after-plan '(("nonexistent" "x"))))


;;; Python.

(test-equal "modules go to the directory of the Python in the inputs"
  "/out/lib/python3.9/site-packages/"
  (python:site-packages
   `(("python" . ,(string-append "/gnu/store/" (make-string 32 #\a)
                                 "-python-3.9.2")))
   '(("out" . "/out"))))

(test-assert "the check comes after the installation"
  (let ((names (map car python:%standard-phases)))
    (< (list-index (lambda (name) (eq? name 'install)) names)
       (list-index (lambda (name) (eq? name 'check)) names))))

(test-equal "times before 1980 are moved"
  315619200
  (in-temporary-directory
   (write-file "a" "")
   (utime "a" 1 1)
   (run python:%standard-phases 'ensure-no-mtimes-pre-1980)
   (stat:mtime (stat "a"))))

(let ((failures (test-runner-fail-count (test-runner-current))))
  (test-end "build-phases")
  (exit (if (zero? failures) 0 1)))
