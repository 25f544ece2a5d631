;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Turns binary packages of Debian into items that live in the store: unpacked, flattened to
;;; bin, lib, include…, and patched so that they refer to the store and to nothing else.
;;;
;;; It runs as the builder of the bootstrap items, before there is anything else to build with:
;;; in the Guile of the *seed*, a directory of binary packages that were merely unpacked.  Its
;;; programs are run by naming the dynamic linker.  Needs only modules of Guile and ELF readers.

(define-module (guix build debian-import)
  #:use-module (guix elf)
  #:use-module (guix build elf-patch)
  #:use-module (guix build gremlin)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 textual-ports)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:export (ar-members
            interpreter-of
            edit-spec
            import-item))

(define triplet "x86_64-linux-gnu")


;;;
;;; What is imported, and what with.
;;;

(define-record-type <item>
  (make-item name output inputs seed)
  item?
  (name   item-name)                    ;without the "bootstrap-" prefix
  (output item-output)
  (inputs item-inputs)                  ;alist of names and directories
  (seed   item-seed))

(define (input item name)
  "Return the directory of the input of ITEM that is called NAME."
  (or (assoc-ref (item-inputs item) name)
      (error "this import lacks an input:" (item-name item) name)))

(define (in-output item . path)
  (string-append (item-output item) "/" (apply string-append path)))

(define (store-directory item)
  (dirname (item-output item)))

(define (shell item)
  "Return the file name of the shell that is part of the C library."
  (string-append (glibc item) "/libexec/sh"))

(define (glibc item)
  (if (string=? (item-name item) "glibc")
      (item-output item)
      (input item "glibc")))

(define (seed-command seed program arguments)
  "Return the command line that runs PROGRAM with ARGUMENTS by the libraries of SEED."
  (let ((libraries (string-append seed "/usr/lib/" triplet)))
    (cons* (string-append libraries "/ld-linux-x86-64.so.2")
           "--library-path" libraries program arguments)))

(define (seed-program item name)
  (string-append (item-seed item) "/usr/bin/" name))

(define (check-status status command)
  (unless (zero? status)
    (error "a command of the import failed:" status command)))

(define (run . command)
  (check-status (apply system* command) command))

(define (run-by-seed item program . arguments)
  (apply run (seed-command (item-seed item) program arguments)))


;;;
;;; Files.
;;;

(define (call-with-file-port file proc)
  (call-with-input-file file proc #:binary #t))

(define (file-bytes file)
  (let ((bytes (call-with-file-port file get-bytevector-all)))
    (if (eof-object? bytes) (make-bytevector 0) bytes)))

(define (file-text file)
  "Return the contents of FILE, one character per byte."
  (call-with-input-file file get-string-all #:encoding "ISO-8859-1"))

(define (write-text file text)
  (call-with-output-file file (cut put-string <> text) #:encoding "ISO-8859-1"))

(define (edit-text file proc)
  "Replace the contents of FILE, of which there must be something to change, by what PROC returns for it."
  (let* ((old (file-text file))
         (new (proc old)))
    (when (string=? old new)
      (error "nothing to change in this file:" file))
    (write-text file new)))

(define (replace-all text old new)
  "Return TEXT with NEW in place of each OLD."
  (let loop ((start 0) (parts '()))
    (match (string-contains text old start)
      (#f (string-concatenate-reverse (cons (substring text start) parts)))
      (at (loop (+ at (string-length old))
                (cons* new (substring text start at) parts))))))

(define (write-script file text)
  (write-text file text)
  (chmod file #o755))

(define (exists? file)
  "Return true if FILE exists, be it a dangling symbolic link."
  (and (false-if-exception (lstat file)) #t))

(define (make-directories directory)
  (unless (exists? directory)
    (make-directories (dirname directory))
    (mkdir directory)))

(define (entries directory)
  "Return the names of what is in DIRECTORY, sorted."
  (sort (or (scandir directory (lambda (name) (not (member name '("." ".."))))
                     string<?)
            '())
        string<?))

(define (walk directory proc)
  "Call PROC with the name and the type of everything below DIRECTORY, sorted, directories last."
  (for-each (lambda (name)
              (let* ((file (string-append directory "/" name))
                     (type (stat:type (lstat file))))
                (when (eq? type 'directory)
                  (walk file proc))
                (proc file type)))
            (entries directory)))

(define (files-of-type directory wanted)
  (let ((result '()))
    (walk directory
          (lambda (file type)
            (when (eq? type wanted)
              (set! result (cons file result)))))
    (reverse result)))

(define (delete-tree file)
  (match (and (exists? file) (stat:type (lstat file)))
    (#f #f)
    ('directory
     (for-each (lambda (name) (delete-tree (string-append file "/" name)))
               (entries file))
     (rmdir file))
    (_ (delete-file file))))

(define (relink target link)
  (when (exists? link)
    (delete-file link))
  (symlink target link))

(define (executable? file)
  (logtest #o111 (stat:perms (lstat file))))


;;;
;;; Unpacking.
;;;

(define (ar-members port)
  "Return the members of the ar archive at PORT, a list of (name offset size).  Raise an error if it
is not one."
  (define (field header start end)
    (string-trim-right (substring header start end) #\space))
  (define (number header start end)
    (or (string->number (field header start end))
        (error "malformed ar archive: not a number:" (field header start end))))
  (define (header-at offset)
    (seek port offset SEEK_SET)
    (match (get-bytevector-n port 60)
      ((? eof-object?) #f)
      ((? (lambda (bytes) (= (bytevector-length bytes) 60)) bytes)
       (list->string (map integer->char (bytevector->u8-list bytes))))
      (_ (error "malformed ar archive: truncated header at" offset))))
  (unless (equal? (get-bytevector-n port 8) (string->utf8 "!<arch>\n"))
    (error "not an ar archive"))
  (let loop ((offset 8) (result '()))
    (match (header-at offset)
      (#f (reverse result))
      (header
       (unless (string=? (substring header 58) "`\n")
         (error "malformed ar archive: no header at" offset))
       (let ((name (string-trim-right (field header 0 16) #\/))
             (size (number header 48 58))
             (start (+ offset 60)))
         (loop (+ start size (modulo size 2))
               (cons (list name start size) result)))))))

;; What nobody reads at build time.
(define %useless
  '("./etc" "./var" "./usr/share/doc" "./usr/share/doc-base" "./usr/share/man" "./usr/share/info"
    "./usr/share/locale" "./usr/share/lintian" "./usr/share/bug" "./usr/share/menu"
    "./usr/share/applications" "./usr/share/pixmaps" "./usr/share/bash-completion"
    "./usr/share/gdb" "./usr/share/polkit-1" "./usr/share/debianutils" "./usr/lib/mime"
    "./usr/share/python3" "./usr/share/binfmts"))

(define (transformations flatten-headers?)
  "Return tar's options that give files the names that they have in the store."
  (map (cut string-append "--transform=flags=rh;" <>)
       `("s,^\\./usr/,./,"
         "s,^\\./sbin/,./bin/,"
         "s,^\\./lib64/,./lib/,"
         ,(string-append "s,^\\./lib/" triplet "/,./lib/,")
         ,@(if flatten-headers?
               (list (string-append "s,^\\./include/" triplet "/,./include/,"))
               '()))))

(define (unpack item deb excludes)
  "Unpack the data of DEB, a binary package, in the output of ITEM, except what matches EXCLUDES."
  (let* ((port (open-input-file deb #:binary #t))
         (members (ar-members port))
         (offset (match (assoc "data.tar.xz" members)
                   ((_ offset _) offset)
                   (#f (error "no data.tar.xz in this package:" deb (map car members)))))
         ;; The C++ headers of the compiler are found by the name of the machine.
         (flatten-headers? (not (string=? (item-name item) "gcc")))
         (xz (seed-command (item-seed item) (seed-program item "xz")
                           '("--decompress" "--stdout" "--single-stream")))
         (tar (seed-command (item-seed item) (seed-program item "tar")
                            `("--extract" "--file=-" "--no-same-owner" "--no-same-permissions"
                              ,@(map (cut string-append "--exclude=" <>)
                                     (append %useless excludes))
                              ,@(transformations flatten-headers?)
                              "--directory" ,(item-output item)))))
    (seek port offset SEEK_SET)
    (let ((data (with-input-from-port port
                  (lambda () (apply open-pipe* OPEN_READ xz)))))
      (check-status (with-input-from-port data (lambda () (apply system* tar))) tar)
      (check-status (close-pipe data) xz)
      (close-port port))))

(define (with-input-from-port port thunk)
  "Call THUNK; the processes that it starts read from PORT."
  (let ((previous (set-current-input-port port)))
    (dynamic-wind
      (const #t)
      thunk
      (lambda () (set-current-input-port previous)))))

(define (delete-empty-directories directory)
  (walk directory
        (lambda (file type)
          (when (and (eq? type 'directory) (null? (entries file)))
            (rmdir file)))))


;;;
;;; Links.
;;;

(define (library-directories item)
  (map (cut string-append <> "/lib")
       (cons (item-output item) (map cdr (item-inputs item)))))

(define (find-library item name)
  "Return the file name of the library NAME in ITEM or its inputs, or #f."
  (find exists? (map (cut string-append <> "/" name) (library-directories item))))

(define (fix-link item link)
  "Make LINK, a symbolic link of ITEM, point in the store, or delete it if its target was left out."
  (define target (readlink link))
  (define (dangling? target)
    (not (file-exists? (if (absolute-file-name? target)
                           target
                           (string-append (dirname link) "/" target)))))
  (when (or (dangling? target)
            (not (string-prefix? (store-directory item) (canonicalize-path link))))
    (let ((flat (replace-all target (string-append triplet "/") ""))
          (library (find-library item (basename target))))
      (cond ((not (or (absolute-file-name? flat) (dangling? flat))) (relink flat link))
            ((and library (not (string=? library link))) (relink library link))
            (else
             (format #t "dropping ~a -> ~a~%" link target)
             (delete-file link))))))


;;;
;;; Programs and libraries.
;;;

(define (elf-in-file file)
  "Return FILE as an <elf>, or #f if it is not a dynamically linked program or library."
  (and (equal? (call-with-file-port file (cut get-bytevector-n <> 4))
               #vu8(#x7f #x45 #x4c #x46))
       (let ((elf (parse-elf (file-bytes file))))
         (and (elf-dynamic-info elf) elf))))

(define (run-path item file elf)
  "Return the directories where FILE finds the libraries that it needs."
  (define (directory-of library)
    (let ((found (find-library item library)))
      (unless found
        (error "a library is missing:" file library))
      (dirname found)))
  (delete-duplicates
   (append (map directory-of (elf-dynamic-info-needed (elf-dynamic-info elf)))
           (list (string-append (glibc item) "/lib")))))

(define (patch-programs item)
  "Give every program and library of ITEM its dynamic linker and run path in the store."
  (define groups (make-hash-table))
  (define (linker)
    (string-append (glibc item) "/lib/ld-linux-x86-64.so.2"))
  (for-each (lambda (file)
              (let ((elf (elf-in-file file)))
                (when elf
                  (let ((options `(,@(if (elf-interpreter elf)
                                         (list "--set-interpreter" (linker))
                                         '())
                                   "--set-rpath"
                                   ,(string-join (run-path item file elf) ":"))))
                    (hash-set! groups options
                               (cons file (hash-ref groups options '())))))))
            (files-of-type (item-output item) 'regular))
  (hash-for-each (lambda (options files)
                   (apply run-by-seed item (seed-program item "patchelf")
                          (append options (reverse files))))
                 groups))

;; Strings compiled into programs: file, old string, then the item and the path that replace it.
(define %redirections
  '(("coreutils" ("bin/chroot" ("/bin/sh" "glibc" "/libexec/sh"))
                 ("bin/split" ("/bin/sh" "glibc" "/libexec/sh")))
    ("gawk" ("bin/gawk" ("/bin/sh" "glibc" "/libexec/sh")))
    ("make" ("bin/make" ("/bin/sh" "glibc" "/libexec/sh")))
    ("tar" ("bin/tar" ("/bin/sh" "glibc" "/libexec/sh")))
    ("m4" ("bin/m4" ("/bin/sh" "glibc" "/libexec/sh")))
    ("perl" ("bin/perl" ("/bin/sh" "glibc" "/libexec/sh")))
    ("bison" ("bin/bison" ("/usr/share/bison" "bison" "/share/bison")
                          ("/usr/bin/m4" "m4" "/bin/m4")))
    ("flex" ("bin/flex" ("/usr/bin/m4" "m4" "/bin/m4")))
    ("file" ("lib/libmagic.so.1.0.0"
             ("/etc/magic:/usr/share/misc/magic" "file" "/lib/file/magic")))
    ("guile" ("lib/libguile-3.0.so.1.5.0"
              ("/usr/share/guile/3.0" "guile" "/share/guile/3.0")
              ("/usr/share/guile/site/3.0" "guile" "/share/guile/site/3.0")
              ("/usr/share/guile/site" "guile" "/share/guile/site")
              ("/usr/share/guile" "guile" "/share/guile")
              ("/usr/lib/x86_64-linux-gnu/guile/3.0/ccache" "guile" "/lib/guile/3.0/ccache")
              ("/usr/lib/x86_64-linux-gnu/guile/3.0/site-ccache"
               "guile" "/lib/guile/3.0/site-ccache")
              ("/usr/lib/x86_64-linux-gnu/guile/3.0/extensions"
               "guile" "/lib/guile/3.0/extensions")
              ("/usr/lib/x86_64-linux-gnu" "guile" "/lib")))
    ("glibc" ("lib/libc.so.6"
              ("/bin/sh" "glibc" "/libexec/sh")
              ("/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache"
               "glibc" "/lib/gconv/gconv-modules.cache")
              ("/usr/lib/locale/locale-archive" "glibc" "/lib/locale/locale-archive")
              ("libgcc_s.so.1" "glibc" "/lib/libgcc_s.so.1"))
             ("lib/ld-linux-x86-64.so.2"
              ("/etc/ld.so.cache" "glibc" "/etc/ld.so.cache")))))

(define (redirect-all item)
  (define (directory name)
    (if (string=? name (item-name item))
        (item-output item)
        (input item name)))
  (for-each (match-lambda
              ((file . redirections)
               (redirect-strings-in-file
                (in-output item file)
                (map (match-lambda
                       ((old name path) (cons old (string-append (directory name) path))))
                     redirections))))
            (or (assoc-ref %redirections (item-name item)) '())))


;;;
;;; Scripts.
;;;

(define %shebang (make-regexp "^#![ \t]*(/usr/bin/env[ \t]+)?([^ \t]+)(.*)$"))

(define (interpreter-of line)
  "Return the base name of the interpreter of a script whose first line is LINE, and its arguments, as
one string; or #f if it is not the first line of a script."
  (let ((found (regexp-exec %shebang line)))
    (and found
         (cons (basename (match:substring found 2)) (match:substring found 3)))))

(define (interpreter-file item name)
  "Return the file name of the interpreter NAME for a script of ITEM, or #f."
  (define (provided-by provider)
    (if (string=? (item-name item) provider)
        (item-output item)
        (assoc-ref (item-inputs item) provider)))
  (define (program provider name)
    (let ((directory (provided-by provider)))
      (and directory (string-append directory "/bin/" name))))
  (cond ((string=? name "sh") (shell item))
        ((string=? name "bash") (program "bash" "bash"))
        ((string=? name "perl") (program "perl" "perl"))
        ((string-prefix? "python" name) (program "python" "python3"))
        (else #f)))

(define (fix-script item file)
  "Make FILE, if it is a script, start by an interpreter of the store."
  (when (equal? (call-with-file-port file (cut get-bytevector-n <> 2)) #vu8(#x23 #x21))
    (let* ((text (file-text file))
           (end (string-index text #\newline)))
      (match (interpreter-of (substring text 0 end))
        ((name . arguments)
         (let ((interpreter (interpreter-file item name)))
           (unless interpreter
             (error "no interpreter for this script:" file name))
           (write-text file (string-append "#!" interpreter arguments
                                           (substring text end)))))))))


;;;
;;; The C library.
;;;

(define (character-set-module? name)
  "Return true if the character set module NAME is one that programs in the wild ask for."
  (or (member name '("UNICODE.so" "UTF-7.so" "UTF-16.so" "UTF-32.so" "KOI8-R.so" "KOI8-U.so"
                     "gconv-modules"))
      (string-prefix? "ISO8859-" name)
      (string-prefix? "CP125" name)))

(define (write-character-sets item)
  "Keep the usual character sets, and write the index that the C library reads."
  (define directory (in-output item "lib/gconv"))
  (define index (string-append directory "/gconv-modules"))
  (define lines
    (append-map (lambda (file) (string-split (file-text file) #\newline))
                (list index
                      (string-append directory "/gconv-modules.d/gconv-modules-extra.conf"))))
  (define modules
    (filter (lambda (line)
              (match (string-tokenize line)
                (("module" _ _ module _) (character-set-module? (string-append module ".so")))
                (_ #f)))
            lines))
  (define sets (append-map (lambda (line) (take (cdr (string-tokenize line)) 2)) modules))
  (define aliases
    (filter (lambda (line)
              (match (string-tokenize line)
                (("alias" _ set) (member set sets))
                (_ #f)))
            lines))
  (write-text index (string-join (append aliases modules '("")) "\n"))
  (for-each (lambda (name)
              (unless (character-set-module? name)
                (delete-tree (string-append directory "/" name))))
            (entries directory))
  (run-by-seed item (in-output item "bin/iconvconfig")
               "--nostdlib" (string-append "--output=" directory "/gconv-modules.cache")
               directory))

(define (write-locales item)
  "Put the locale C.UTF-8 in the archive that the C library reads."
  (let ((archive (in-output item "usr/lib/locale")))
    (make-directories archive)
    (run-by-seed item (in-output item "bin/localedef")
                 (string-append "--prefix=" (item-output item))
                 "--add-to-archive" (in-output item "lib/locale/C.utf8"))
    (delete-tree (in-output item "lib/locale"))
    (rename-file archive (in-output item "lib/locale"))
    (delete-tree (in-output item "usr"))))

(define (finish-glibc item)
  (write-character-sets item)
  (write-locales item)
  (make-directories (in-output item "libexec"))
  (rename-file (in-output item "bin/dash") (in-output item "libexec/sh"))
  (for-each (lambda (name) (delete-tree (in-output item name)))
            '("bin" "share" "lib/audit"))
  (run-by-seed item (seed-program item "patchelf")
               "--set-interpreter" (in-output item "lib/ld-linux-x86-64.so.2")
               "--set-rpath" (in-output item "lib")
               (in-output item "libexec/sh")))

(define (finish-glibc-utils item)
  (edit-text (in-output item "bin/ldd")
             (lambda (text)
               (regexp-substitute/global #f "RTLDLIST=[^\n]*" text
                                         'pre "RTLDLIST=" (glibc item)
                                         "/lib/ld-linux-x86-64.so.2" 'post))))

(define (fix-linker-scripts item)
  "Make the text files that the linker reads in place of libraries name those of the store."
  (define (script? file)
    (and (or (string-suffix? ".so" file) (string-suffix? ".a" file))
         (< (stat:size (stat file)) 2000)
         (string-contains (file-text file) "GNU ld script")))
  (define (in-store name)
    (or (find-library item (basename name))
        (error "a linker script names a missing library:" name)))
  (for-each (lambda (file)
              (edit-text file
                         (lambda (text)
                           (regexp-substitute/global
                            #f "(/usr)?/lib(64)?/[^ \n)]+" text
                            'pre (lambda (found) (in-store (match:substring found))) 'post))))
            (filter script? (files-of-type (in-output item "lib") 'regular))))


;;;
;;; The compiler.
;;;

(define (edit-spec specs name proc)
  "Return SPECS, the text of GCC's specs, with what PROC returns for the value of the spec NAME."
  (let* ((title (string-append "\n*" name ":\n"))
         (start (+ (or (string-contains specs title)
                       (error "GCC has no such spec:" name))
                   (string-length title)))
         (end (string-index specs #\newline start)))
    (string-append (substring specs 0 start)
                   (proc (substring specs start end))
                   (substring specs end))))

(define (start-files directory)
  "Return a procedure that makes a spec name the start files of the C library in DIRECTORY."
  (lambda (spec)
    (regexp-substitute/global #f "([a-zA-Z]*crt[1in])\\.o%s" spec
                              'pre
                              (lambda (found)
                                (string-append directory "/" (match:substring found 1) ".o"))
                              'post)))

(define (store-specs item specs)
  "Return SPECS such that the compiler finds the C library and its own run-time libraries, and looks
for nothing in /usr."
  (let ((library (glibc item))
        (development (input item "glibc-dev"))
        (kernel (input item "linux-headers"))
        (run-time (input item "gcc-lib")))
    (define (append-to suffix)
      (cut string-append <> suffix))
    (define edits
      `(("cpp" . ,(append-to (string-append " -isysroot " development
                                            " -idirafter " development "/include"
                                            " -idirafter " kernel "/include")))
        ("startfile" . ,(start-files (string-append development "/lib")))
        ("endfile" . ,(start-files (string-append development "/lib")))
        ("link" . ,(append-to (string-append " %{!r:%{!nostdlib:%{!static:%{!static-pie:-rpath "
                                             library "/lib}}}}")))
        ("link_libgcc" . ,(lambda (spec)
                            (string-append "-L" run-time "/lib " spec
                                           " -L" development "/lib -L" library "/lib")))))
    (fold (match-lambda* (((name . proc) specs) (edit-spec specs name proc)))
          (replace-all specs "/lib64/ld-linux-x86-64.so.2"
                       (string-append library "/lib/ld-linux-x86-64.so.2"))
          edits)))

(define (compiler-specs item)
  (let* ((port (open-pipe* OPEN_READ (in-output item "bin/gcc") "-dumpspecs"))
         (specs (get-string-all port)))
    (check-status (close-pipe port) "gcc -dumpspecs")
    specs))

(define (finish-gcc item)
  (define directory (in-output item "lib/gcc/" triplet "/12"))
  (define (in-directory name)
    (string-append directory "/" name))
  (for-each (lambda (name)
              (symlink (string-append triplet "-" name "-12") (in-output item "bin/" name)))
            '("gcc" "g++" "cpp" "gcc-ar" "gcc-nm" "gcc-ranlib" "gcov"))
  (symlink "gcc" (in-output item "bin/cc"))
  (symlink "g++" (in-output item "bin/c++"))
  (symlink (string-append (input item "binutils") "/bin/as") (in-directory "as"))
  (for-each (lambda (name)
              (symlink (string-append (input item "ld-wrapper") "/bin/" name)
                       (in-directory name)))
            '("ld" "ld.bfd" "ld.gold"))
  ;; The run-time libraries are found where they are, so that programs don't refer to here.
  (for-each (lambda (name)
              (let ((file (in-directory name)))
                (when (and (string-suffix? ".so" name)
                           (eq? 'symlink (stat:type (lstat file))))
                  (delete-file file))))
            (entries directory))
  (write-text (in-directory "specs") (store-specs item (compiler-specs item))))

(define (finish-gcc-lib item)
  "Give the libraries the names by which the linker looks for them.  The unwinder is the C library's."
  (for-each (match-lambda
              ((name . target) (symlink target (in-output item "lib/" name))))
            '(("libstdc++.so" . "libstdc++.so.6")
              ("libgomp.so" . "libgomp.so.1")
              ("libatomic.so" . "libatomic.so.1")
              ("libquadmath.so" . "libquadmath.so.0")
              ("libitm.so" . "libitm.so.1")))
  (relink (string-append (glibc item) "/lib/libgcc_s.so.1")
          (in-output item "lib/libgcc_s.so.1")))


;;;
;;; The linker.
;;;

(define ld-wrapper-script "\
# Runs the linker; adds a run path for each directory of the store that provides a shared library
# of the command line.

linker=@binutils@/bin/${0##*/}
arguments=(\"$@\")

# The compiler hands over long command lines in a file, with backslashes before special characters.
if [[ \"$*\" == *@* ]]; then
  arguments=()
  for argument; do
    if [[ $argument == @* && -r ${argument#@} ]]; then
      while read -a words || [[ ${words[0]} ]]; do
        arguments+=(\"${words[@]//[\\'\\\"]/}\")
      done < \"${argument#@}\"
    else
      arguments+=(\"$argument\")
    fi
  done
fi

directories=() names=() files=() dynamic=yes
count=${#arguments[@]}
for ((i = 0; i < count; i++)); do
  argument=${arguments[i]}
  case $argument in
    -L | --library-path) directories+=(\"${arguments[++i]}\") ;;
    -L*) directories+=(\"${argument#-L}\") ;;
    --library-path=*) directories+=(\"${argument#*=}\") ;;
    -l | --library) names+=(\"${arguments[++i]}\") ;;
    -l*) names+=(\"${argument#-l}\") ;;
    --library=*) names+=(\"${argument#*=}\") ;;
    -static | -r | --relocatable | -i) dynamic=no ;;
    # Their values may look like libraries.
    -o | --output | -plugin | -dynamic-linker | --dynamic-linker | -I | -soname | -h) ((i++)) ;;
    @store@/*.so | @store@/*.so.[0-9]*) files+=(\"$argument\") ;;
  esac
done

# The compiler passes the run path of the C library.  Nothing should refer to the compiler itself.
paths=() seen=:@glibc@/lib:@glibc-dev@/lib:
add_directory ()
{
  local directory=${1%/../lib}
  [[ $directory == @store@/* && $directory != */lib/gcc/* && $seen != *:$directory:* ]] || return 0
  seen+=$directory: paths+=(-rpath \"$directory\")
}

if [[ $dynamic == yes ]]; then
  for name in \"${names[@]}\"; do
    file=lib$name.so
    [[ $name == :* ]] && file=${name#:}
    for directory in \"${directories[@]}\"; do
      if [[ -e $directory/$file ]]; then
        [[ $file == *.so* ]] && add_directory \"$directory\"
        break
      fi
    done
  done
  for file in \"${files[@]}\"; do
    add_directory \"${file%/*}\"
  done
fi

exec \"$linker\" \"$@\" \"${paths[@]}\"
")

(define (write-ld-wrapper item)
  (let ((text (fold (match-lambda* (((name . value) text) (replace-all text name value)))
                    ld-wrapper-script
                    `(("@store@" . ,(store-directory item))
                      ,@(map (lambda (name)
                               (cons (string-append "@" name "@") (input item name)))
                             '("binutils" "glibc" "glibc-dev"))))))
    (make-directories (in-output item "bin"))
    (for-each (lambda (name)
                (write-script (in-output item "bin/" name)
                              (string-append "#!" (input item "bash") "/bin/bash\n" text)))
              '("ld" "ld.bfd" "ld.gold"))))


;;;
;;; Languages.
;;;

(define (finish-guile item)
  (relink "../lib/guile/3.0/bin/guile" (in-output item "bin/guile"))
  (relink "guile" (in-output item "bin/guile-3.0"))
  ;; Scheme code that opens a pipe starts a shell, too.
  (let ((source (in-output item "share/guile/3.0/ice-9/popen.scm"))
        (compiled (in-output item "lib/guile/3.0/ccache/ice-9/popen.go")))
    (edit-text source (cut replace-all <> "\"/bin/sh\"" (string-append "\"" (shell item) "\"")))
    (setenv "GUILE_AUTO_COMPILE" "0")
    (run (in-output item "bin/guile") "-c"
         "(use-modules (system base compile))
          (compile-file (cadr (command-line)) #:output-file (caddr (command-line)))"
         source compiled)))

(define (finish-perl item)
  (let ((program (in-output item "libexec/perl"))
        (wrapper (in-output item "bin/perl"))
        (modules (map (cut in-output item <>)
                      '("lib/perl/5.36" "share/perl/5.36" "lib/perl-base"))))
    (make-directories (dirname program))
    (rename-file wrapper program)
    (delete-tree (in-output item "bin/perl5.36.0"))
    (write-script wrapper
                  (string-append "#!" (shell item) "\n"
                                 "PERL5LIB=${PERL5LIB:+$PERL5LIB:}" (string-join modules ":") "\n"
                                 "export PERL5LIB\n"
                                 "exec " program " \"$@\"\n"))
    (edit-text (in-output item "lib/perl/5.36.0/Config_heavy.pl")
               (lambda (text)
                 (replace-all (replace-all text "/usr/bin/perl" wrapper)
                              "/bin/sh" (shell item))))))

(define (finish-python item)
  (symlink "python3.11" (in-output item "bin/python3"))
  (edit-text (in-output item "lib/python3.11/subprocess.py")
             (cut replace-all <> "'/bin/sh'" (string-append "'" (shell item) "'"))))

(define (finish-bison item)
  (delete-file (in-output item "bin/bison.yacc"))
  (write-script (in-output item "bin/yacc")
                (string-append "#!" (shell item) "\n"
                               "exec " (in-output item "bin/bison") " -y \"$@\"\n")))


;;;
;;; Items.
;;;

;; What is left out, beside what is left out everywhere: patterns of tar.
(define %excludes
  '(("glibc" "./lib64" "ldd" "tzselect" "libmemusage.so" "libpcprofile.so" "./usr/share")
    ("glibc-dev" "./usr/share")
    ("glibc-utils" "./usr/lib" "./usr/share" "ld.so" "tzselect" "ldconfig")
    ("libxcrypt" "./usr/share")
    ("gcc-lib" "./usr/share")
    ("libgc" "libgccpp*" "libgctba*")
    ("gcc" "lib*san*" "lto-dump*" "*-lto-dump*" "libcc1*" "libcp1*" "g++-mapper-server" "plugin"
           "./usr/share")
    ("binutils" "*gprofng*" "*gp-*")
    ("bash" "bashbug" "./usr/share")
    ("gawk" "gawkbug" "./usr/lib")
    ("make" "make-first-existing-target")
    ("gzip" "./usr/share")
    ("tar" "./usr/lib" "tarcat" "rmt*")
    ("guile" "./usr/share/guile/3.0/scripts")
    ("perl" "perlbug" "perlthanks" "*5.36-x86*" "cross-config-*" "libperl.so*" "CORE")
    ("python" "nis.*.so" "sitecustomize.py" "*.desktop")
    ("cython" "*.so" "./usr/share")))

(define %finishers
  `(("glibc" . ,finish-glibc)
    ("glibc-dev" . ,fix-linker-scripts)
    ("glibc-utils" . ,finish-glibc-utils)
    ("gcc-lib" . ,finish-gcc-lib)
    ("gcc" . ,finish-gcc)
    ("ld-wrapper" . ,write-ld-wrapper)
    ("guile" . ,finish-guile)
    ("perl" . ,finish-perl)
    ("python" . ,finish-python)
    ("bash" . ,(lambda (item) (relink "bash" (in-output item "bin/sh"))))
    ("gawk" . ,(lambda (item) (relink "gawk" (in-output item "bin/awk"))))
    ("bison" . ,finish-bison)))

(define* (import-item name #:key debs inputs seed (output (getenv "out")))
  "Make the store item OUTPUT, which is called NAME, from DEBS, a list of files.  INPUTS is an alist of
the names and the directories of the items that it may refer to; SEED is the directory of the unpatched
programs of the import."
  (let ((item (make-item name output inputs seed)))
    (umask #o022)
    (mkdir output)
    (for-each (cut unpack item <> (or (assoc-ref %excludes name) '())) debs)
    (delete-empty-directories output)
    (redirect-all item)
    (unless (string=? name "glibc")
      (patch-programs item))
    (for-each (cut fix-link item <>) (files-of-type output 'symlink))
    (for-each (lambda (file)
                (when (executable? file)
                  (fix-script item file)))
              (files-of-type output 'regular))
    ((or (assoc-ref %finishers name) (const #t)) item)
    (delete-empty-directories output)))
