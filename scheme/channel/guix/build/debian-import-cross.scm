;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Turns binary packages of Debian into what it takes to build programs for another machine: a
;;; compiler and a linker that run here, and a C library that runs there.
;;;
;;; It runs as (guix build debian-import) does, and has its ways; what is told apart here is which
;;; items are for the machine that builds and which are for the target, and that both have a
;;; "glibc", a "gcc-lib" and so on.

(define-module (guix build debian-import-cross)
  #:use-module (guix build debian-import)
  #:use-module (guix build elf-patch-aarch64)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 textual-ports)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (system base compile)
  #:use-module (system base target)
  #:export (import-cross-item))

;; These are not exported there, where a change of the text would rebuild everything.
(define-syntax-rule (borrow name ...)
  (begin (define name (@@ (guix build debian-import) name)) ...))

(borrow make-item item-name item-output input in-output store-directory glibc run-by-seed seed-program
        check-status edit-text file-text replace-all write-text write-script exists? make-directories entries
        files-of-type delete-tree relink executable? unpack delete-empty-directories fix-link
        fix-script patch-programs fix-linker-scripts write-character-sets store-specs
        ld-wrapper-script)


;;;
;;; Targets.
;;;

;; Debian's name of each target, its dynamic linker, how GCC's specs write the file name of that,
;; and what redirects strings in its programs, or #f.
(define %targets
  `(("aarch64-linux-gnu"
     "aarch64-linux-gnu"
     "ld-linux-aarch64.so.1"
     "/lib/ld-linux-aarch64%{mbig-endian:_be}%{mabi=ilp32:_ilp32}.so.1"
     ,redirect-aarch64-strings-in-file)
    ("mips64el-linux-gnu"
     "mips64el-linux-gnuabi64"
     "ld.so.1"
     "/lib64/ld.so.1"
     #f)
    ("powerpc64le-linux-gnu"
     "powerpc64le-linux-gnu"
     "ld64.so.2"
     "/lib64/ld64.so.2"
     #f)
    ("riscv64-linux-gnu"
     "riscv64-linux-gnu"
     "ld-linux-riscv64-lp64d.so.1"
     ,(string-append "/lib/ld-linux-riscv%{march=rv32*:32}%{march=rv64*:64}-"
                     (string-concatenate
                      (map (lambda (abi) (string-append "%{mabi=" abi ":" abi "}"))
                           '("ilp32" "ilp32e" "ilp32f" "ilp32d" "lp64" "lp64f" "lp64d")))
                     ".so.1")
     #f)))

(define (target-facts triplet)
  (or (assoc-ref %targets triplet)
      (error "nothing is known about this target:" triplet)))

(define debian-name (compose first target-facts))
(define dynamic-linker (compose second target-facts))
(define dynamic-linker-spec (compose third target-facts))
(define string-redirector (compose fourth target-facts))


;;;
;;; Directories.
;;;

(define (directory? file)
  (and (exists? file) (eq? 'directory (stat:type (lstat file)))))

(define (move-contents directory target)
  "Move what is in DIRECTORY to TARGET, where a file that is there already gives way."
  (make-directories target)
  (for-each (lambda (name)
              (let ((source (string-append directory "/" name))
                    (destination (string-append target "/" name)))
                (cond ((and (directory? source) (directory? destination))
                       (move-contents source destination))
                      (else
                       (delete-tree destination)
                       (rename-file source destination)))))
            (entries directory))
  (rmdir directory))

(define (flatten item triplet)
  "Let the libraries and headers for TRIPLET lie where a machine has its own."
  (define debian (debian-name triplet))
  (for-each (match-lambda
              ((from . to)
               (when (directory? (in-output item from))
                 (move-contents (in-output item from) (in-output item to)))))
            (append-map (lambda (name)
                          `((,(string-append name "/" debian) . ,name)
                            (,(string-append debian "/" name) . ,name)))
                        '("lib" "include"))))


;;;
;;; For the target.
;;;

(define (set-interpreter item triplet program)
  "Let PROGRAM of ITEM start by the dynamic linker of TRIPLET."
  (run-by-seed item (seed-program item "patchelf")
               "--set-interpreter" (string-append (glibc item) "/lib/" (dynamic-linker triplet))
               (in-output item program)))

(define (redirect-libc item triplet redirect-strings-in-file)
  (define (in-library file redirections)
    (redirect-strings-in-file
     (in-output item "lib/" file)
     (map (match-lambda
            ((old . new) (cons old (in-output item new))))
          redirections)))
  (define character-sets
    (string-append "/usr/lib/" (debian-name triplet) "/gconv"))
  (in-library "libc.so.6"
              `(("/bin/sh" . "libexec/sh")
                (,(string-append character-sets "/gconv-modules.cache")
                 . "lib/gconv/gconv-modules.cache")
                (,character-sets . "lib/gconv")
                ("/usr/lib/locale/locale-archive" . "lib/locale/locale-archive")
                ("libgcc_s.so.1" . "lib/libgcc_s.so.1")))
  (in-library (dynamic-linker triplet)
              '(("/etc/ld.so.cache" . "etc/ld.so.cache"))))

(define (install-shell item triplet)
  (make-directories (in-output item "libexec"))
  (rename-file (in-output item "bin/dash") (in-output item "libexec/sh"))
  (run-by-seed item (seed-program item "patchelf")
               "--set-rpath" (in-output item "lib")
               (in-output item "libexec/sh"))
  (set-interpreter item triplet "libexec/sh"))

(define (install-locales item native)
  ;; Locales and the index of character sets are the same on all machines of this byte order.
  (make-directories (in-output item "lib/locale"))
  (copy-file (string-append (input native "glibc") "/lib/locale/locale-archive")
             (in-output item "lib/locale/locale-archive"))
  (make-directories (in-output item "bin"))
  (relink (string-append (input native "glibc-utils") "/bin/iconvconfig")
          (in-output item "bin/iconvconfig"))
  (write-character-sets item))

(define (finish-glibc item native triplet)
  (let ((redirect (string-redirector triplet)))
    ;; A library that can't be told where all this is has no use for it.
    (when redirect
      (redirect-libc item triplet redirect)
      (install-shell item triplet)
      (install-locales item native)))
  (for-each (lambda (name) (delete-tree (in-output item name)))
            `("bin" "share" "lib/audit"
              ,@(if (string-redirector triplet) '() '("lib/gconv")))))

(define (finish-glibc-dev item native triplet)
  ;; Packages for cross-compilers name a directory that no machine has.
  (define prefix (string-append "/usr/" (debian-name triplet) "/lib/"))
  (for-each (lambda (file)
              (when (and (string-suffix? ".so" file)
                         (< (stat:size (stat file)) 2000)
                         (string-contains (file-text file) prefix))
                (edit-text file (cut replace-all <> prefix "/lib/"))))
            (files-of-type (in-output item "lib") 'regular))
  (fix-linker-scripts item))

(define (finish-gcc-lib item native triplet)
  "Give the libraries the names by which the linker looks for them.  The unwinder is the C library's."
  (patch-programs item)
  (for-each (match-lambda
              ((name . target)
               (when (exists? (in-output item "lib/" target))
                 (symlink target (in-output item "lib/" name)))))
            '(("libstdc++.so" . "libstdc++.so.6")
              ("libgomp.so" . "libgomp.so.1")
              ("libatomic.so" . "libatomic.so.1")
              ("libitm.so" . "libitm.so.1")))
  (relink (string-append (glibc item) "/lib/libgcc_s.so.1")
          (in-output item "lib/libgcc_s.so.1")))

(define (finish-library item native triplet)
  (patch-programs item))

(define (redirect-guile item triplet)
  (define libraries (string-append "/usr/lib/" (debian-name triplet)))
  (define (library name)
    (cons (string-append libraries name) (in-output item "lib" name)))
  (define (shared name)
    (cons (string-append "/usr/share/guile" name) (in-output item "share/guile" name)))
  ((string-redirector triplet)
   (in-output item "lib/libguile-3.0.so.1.5.0")
   (list (shared "/3.0") (shared "/site/3.0") (shared "/site") (shared "")
         (library "/guile/3.0/ccache") (library "/guile/3.0/site-ccache")
         (library "/guile/3.0/extensions") (library ""))))

(define (finish-guile item native triplet)
  (redirect-guile item triplet)
  (patch-programs item)
  (set-interpreter item triplet "lib/guile/3.0/bin/guile")
  (relink "../lib/guile/3.0/bin/guile" (in-output item "bin/guile"))
  (relink "guile" (in-output item "bin/guile-3.0"))
  ;; Scheme code that opens a pipe starts a shell.  We are the same version, and can compile it.
  (let ((source (in-output item "share/guile/3.0/ice-9/popen.scm"))
        (shell (string-append (glibc item) "/libexec/sh")))
    (edit-text source (cut replace-all <> "\"/bin/sh\"" (string-append "\"" shell "\"")))
    (with-target triplet
      (lambda ()
        (compile-file source
                      #:output-file (in-output item "lib/guile/3.0/ccache/ice-9/popen.go"))))))


;;;
;;; For the machine that builds.
;;;

(define (finish-binutils target item triplet)
  (define prefix (string-append (debian-name triplet) "-"))
  (patch-programs item)
  (for-each (lambda (name)
              (let ((alias (in-output item "bin/" triplet "-"
                                      (substring name (string-length prefix)))))
                (unless (exists? alias)
                  (symlink name alias))))
            (filter (cut string-prefix? prefix <>) (entries (in-output item "bin")))))

(define ld-wrapper-prologue "\
# The compiler does not look at LIBRARY_PATH for another machine; nor should it: this is its own.
IFS=:
for directory in $CROSS_LIBRARY_PATH; do
  set -- \"$@\" -L \"$directory\"
done
unset IFS

")

(define (write-ld-wrapper target item triplet)
  (let ((directory (in-output item triplet "/bin"))
        (text (fold (match-lambda* (((name . value) text) (replace-all text name value)))
                    ld-wrapper-script
                    `(("@store@" . ,(store-directory item))
                      ("@binutils@" . ,(string-append (input target "binutils") "/"
                                                      (debian-name triplet)))
                      ("*/lib/gcc/*" . "*/lib/gcc-cross/*")
                      ("@glibc@" . ,(glibc target))
                      ("@glibc-dev@" . ,(input target "glibc-dev")))))
        (shebang (string-append "#!" (input item "bash") "/bin/bash\n")))
    (make-directories directory)
    (make-directories (in-output item "bin"))
    (for-each (lambda (name)
                (let ((file (string-append directory "/" name)))
                  (write-script file (string-append shebang ld-wrapper-prologue text))
                  (write-script (in-output item "bin/" triplet "-" name)
                                (string-append shebang "exec " file " \"$@\"\n"))))
              '("ld" "ld.bfd" "ld.gold"))))

(define (cross-specs item target triplet)
  "Return the specs of the compiler in ITEM such that it finds what is for TARGET."
  (define (default-specs)
    (let* ((program (in-output item "bin/" (debian-name triplet) "-gcc-12"))
           (port (open-pipe* OPEN_READ program "-dumpspecs"))
           (specs (get-string-all port)))
      (check-status (close-pipe port) "gcc -dumpspecs")
      specs))
  (define (with-unwinder specs)
    ;; The C library loads it when a thread ends, if it knows where it is; else it has to be there.
    (if (string-redirector triplet)
        specs
        (edit-spec specs "lib"
                   (cut string-append <> " %{!static:%{!static-pie:%{!static-libgcc:"
                        "--push-state --no-as-needed -lgcc_s --pop-state}}}"))))
  (with-unwinder
   (store-specs target
                (replace-all (default-specs)
                             (dynamic-linker-spec triplet)
                             (string-append (glibc target) "/lib/" (dynamic-linker triplet))))))

(define (write-compiler-wrapper item triplet name program)
  "Let NAME run PROGRAM, which reads the variables that the machine that builds has for its own
headers, with those that are for the target."
  (define (variable name)
    (string-append "unset " name "\n"
                   "[[ ! $CROSS_" name " ]] || export " name "=$CROSS_" name "\n"))
  (write-script (in-output item "bin/" triplet "-" name)
                (string-append "#!" (input item "bash") "/bin/bash\n"
                               "unset CPATH LIBRARY_PATH\n"
                               (variable "C_INCLUDE_PATH")
                               (variable "CPLUS_INCLUDE_PATH")
                               "exec " (in-output item "bin/" (debian-name triplet) "-" program)
                               " \"$@\"\n")))

(define (link-tools target triplet directory)
  "Let the compiler find in DIRECTORY, which is its own, what it starts, and what programs start with."
  (define (in-directory name)
    (string-append directory "/" name))
  (define start-files (string-append (input target "glibc-dev") "/lib"))
  (symlink (string-append (input target "binutils") "/" (debian-name triplet) "/bin/as")
           (in-directory "as"))
  (for-each (lambda (name)
              (symlink (string-append (input target "ld-wrapper") "/" triplet "/bin/" name)
                       (in-directory name)))
            '("ld" "ld.bfd" "ld.gold"))
  (for-each (lambda (name)
              (when (string-match "crt[1in]\\.o$" name)
                (relink (string-append start-files "/" name) (in-directory name))))
            (entries start-files)))

(define (finish-gcc target item triplet)
  (define directory (in-output item "lib/gcc-cross/" (debian-name triplet) "/12"))
  (define (in-directory name)
    (string-append directory "/" name))
  (patch-programs item)
  (for-each (match-lambda
              ((name . program) (write-compiler-wrapper item triplet name program)))
            '(("gcc" . "gcc-12") ("cc" . "gcc-12") ("g++" . "g++-12") ("c++" . "g++-12")
              ("cpp" . "cpp-12")))
  (for-each (lambda (name)
              (symlink (string-append (debian-name triplet) "-" name "-12")
                       (in-output item "bin/" triplet "-" name)))
            '("gcc-ar" "gcc-nm" "gcc-ranlib" "gcov"))
  ;; The run-time libraries are found where they are, so that programs don't refer to here.
  (for-each (lambda (name)
              (when (and (string-suffix? ".so" name)
                         (eq? 'symlink (stat:type (lstat (in-directory name)))))
                (delete-file (in-directory name))))
            (entries directory))
  (link-tools target triplet directory)
  (write-text (in-directory "specs") (cross-specs item target triplet)))


;;;
;;; Items.
;;;

;; What is left out, beside what is left out everywhere: patterns of tar.
(define %excludes
  '(("glibc" "libmemusage.so" "libpcprofile.so" "./usr/share")
    ("glibc-dev" "./usr/share" "./usr/lib/*/audit")
    ("gcc-lib" "./usr/share")
    ("libgc" "libgccpp*" "libgctba*")
    ("guile" "./usr/share/guile/3.0/scripts" "guile-readline*")
    ("binutils" "*gprof*" "bfd-plugins")
    ("gcc" "lib*san*" "*lto-dump*" "libcc1*" "libcp1*" "g++-mapper-server" "plugin" "./usr/share")))

;; What remains to do for the items of the target: procedures of the item as the target sees it,
;; of the same with the inputs of the machine that builds, and of the triplet.
(define %target-finishers
  `(("glibc" . ,finish-glibc)
    ("glibc-dev" . ,finish-glibc-dev)
    ("linux-headers" . ,(const #t))
    ("gcc-lib" . ,finish-gcc-lib)
    ("gmp" . ,finish-library)
    ("libxcrypt" . ,finish-library)
    ("libgc" . ,finish-library)
    ("libffi" . ,finish-library)
    ("libunistring" . ,finish-library)
    ("guile" . ,finish-guile)))

;; The same for what runs on the machine that builds.
(define %native-finishers
  `(("binutils" . ,finish-binutils)
    ("ld-wrapper" . ,write-ld-wrapper)
    ("gcc" . ,finish-gcc)))

(define* (import-cross-item name triplet
                            #:key debs inputs target-inputs seed (output (getenv "out")))
  "Make the store item OUTPUT, which is called NAME and serves to build programs for TRIPLET, from
DEBS, a list of files.  INPUTS is an alist of the names and directories of items for the machine that
builds, TARGET-INPUTS one of items that were imported for TRIPLET; SEED is the directory of the
unpatched programs of the import."
  (let* ((target (make-item name output target-inputs seed))
         (native (make-item name output inputs seed))
         (for-target? (assoc-ref %target-finishers name))
         (item (if for-target? target native)))
    (umask #o022)
    (mkdir output)
    (for-each (cut unpack item <> (or (assoc-ref %excludes name) '())) debs)
    (when for-target?
      (flatten item triplet))
    (delete-empty-directories output)
    (for-each (cut fix-link item <>) (files-of-type output 'symlink))
    (for-each (lambda (file)
                (when (executable? file)
                  (fix-script item file)))
              (files-of-type output 'regular))
    ((or for-target? (assoc-ref %native-finishers name)) target native triplet)
    (delete-empty-directories output)))
