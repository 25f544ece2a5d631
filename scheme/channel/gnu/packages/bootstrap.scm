;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The packages that everything else is built with: programs of Debian, imported in the store.
;;;
;;; Three kinds of derivations make them.  Binary packages are downloaded.  The engine unpacks a
;;; few of them as they are: the *seed*, which has a Guile that runs.  With it, and with modules
;;; that it compiled first, each item is imported by a derivation of its own, in the sandbox.

(define-module (gnu packages bootstrap)
  #:use-module (gnu packages bootstrap-debian)
  #:use-module (guix build-system)
  #:use-module (guix derivations)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix memoization)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module ((nacre gexp) #:select (code->string))
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  ;; For imports of another kind.
  #:export (raw-package
            seed
            seed-guile
            compiled-modules
            deb->input
            deb-files
            %import-modules
            %gcc-cpus)
  #:export (bootstrap-package
            search-bootstrap-binary
            %bootstrap-inputs))


;;;
;;; Packages that are built by a bare command.
;;;

;; What the result may not refer to: it would drag along what runs nowhere else.
(define %not-kept '("seed" "modules"))

(define not-kept?
  (match-lambda
    ((label . _) (member label %not-kept))))

(define* (raw-build name inputs #:key command system (outputs '("out"))
                    #:allow-other-keys)
  "Return, as a monadic value, a derivation that runs what COMMAND says: a procedure that is given a
procedure from the label of an input to its file name, and returns a builder, its arguments, and an
alist of environment variables."
  (define (lower input)
    (match input
      ((_ thing . _) (lower-object thing system #:target #f))))

  (define (file-name lowered)
    (if (derivation? lowered)
        (derivation->output-path lowered)
        lowered))

  (mlet %store-monad ((lowered (mapm %store-monad lower inputs)))
    (let ((files (map (lambda (input lowered)
                        (cons (first input) (file-name lowered)))
                      inputs lowered)))
      (call-with-values (lambda () (command (lambda (label) (assoc-ref files label))))
        (lambda (builder arguments variables)
          (raw-derivation name builder arguments
                          #:system system
                          #:outputs outputs
                          #:env-vars variables
                          #:disallowed-references (filter-map (cut assoc-ref files <>) %not-kept)
                          #:inputs (map derivation-input (filter derivation? lowered))
                          #:sources (filter string? lowered)))))))

(define* (lower-raw name #:key inputs system target outputs command cross
                    #:allow-other-keys)
  (if target
      (and=> (cross target) (cut package->bag <> system #f))
      (bag
        (name name)
        (system system)
        (build-inputs (filter not-kept? inputs))
        (host-inputs (remove not-kept? inputs))
        (outputs outputs)
        (build raw-build)
        (arguments (list #:command command)))))

(define raw-build-system
  (build-system
    (name 'raw)
    (description "Run a command that is given as it is")
    (lower lower-raw)))

(define* (raw-package name version inputs command
                      #:key license synopsis (search-paths '()) (properties '())
                      (cross (const #f)))
  "Return a package that is built from INPUTS, a list of labels and objects, as COMMAND says.  CROSS is
a procedure that returns the package that takes its place on the target that it is given, or #f."
  (package
    (name name)
    (version version)
    (source #f)
    (build-system raw-build-system)
    (arguments (list #:command command #:cross cross))
    (inputs inputs)
    (native-search-paths search-paths)
    (supported-systems '("x86_64-linux"))
    (home-page "https://www.debian.org")
    (synopsis synopsis)
    (description "This package is imported from binaries of Debian.  It serves to build others.")
    (properties properties)
    (license license)))


;;;
;;; The seed.
;;;

(define deb-origin
  (mlambdaq (deb)
    "Return the origin of the binary package DEB."
    (origin
      (method url-fetch)
      (uri (deb-uri deb))
      (file-name (deb-file-name deb))
      (sha256 (base16 (deb-sha256 deb))))))

(define (deb->input deb)
  "Return the input, a label and an origin, that the binary package DEB is."
  (list (string-append (deb-name deb) ".deb") (deb-origin deb)))

(define (deb-input name)
  (deb->input (find-deb name)))

(define (deb-files names file-of)
  "Return the file names of the binary packages NAMES, as FILE-OF gives them."
  (map (lambda (name) (file-of (string-append name ".deb"))) names))

(define seed
  (raw-package "bootstrap-seed" "12"
               (map deb-input %seed-debs)
               (lambda (file-of)
                 (values "builtin:unpack-deb" '()
                         `(("debs" . ,(string-join (deb-files %seed-debs file-of))))))
               #:license license:gpl3+
               #:synopsis "What the import of binaries runs on"))

(define (seed-guile file-of options expressions)
  "Return the command that evaluates EXPRESSIONS by the Guile of the seed."
  (let* ((seed (file-of "seed"))
         (libraries (string-append seed "/usr/lib/x86_64-linux-gnu"))
         (guile (string-append libraries "/guile/3.0")))
    (values (string-append libraries "/ld-linux-x86-64.so.2")
            `("--library-path" ,libraries ,(string-append guile "/bin/guile")
              "--no-auto-compile" ,@options
              "-c" ,(string-join (map code->string expressions)))
            `(("GUILE_SYSTEM_PATH" . ,(string-append seed "/usr/share/guile/3.0"))
              ("GUILE_SYSTEM_COMPILED_PATH" . ,(string-append guile "/ccache"))
              ("GUILE_SYSTEM_EXTENSIONS_PATH" . ,(string-append libraries ":"
                                                                guile "/extensions"))
              ;; Without it, Guile aborts.
              ("GCONV_PATH" . ,(string-append libraries "/gconv"))))))

(define %import-modules
  '("guix/elf.scm" "guix/build/gremlin.scm" "guix/build/elf-patch.scm"
    "guix/build/debian-import.scm"))

(define (compiled-modules name files)
  "Return a package called NAME of FILES, modules named relative to the load path, with their compiled
code.  A module comes before those that use it."
  (raw-package name "0"
               `(("seed" ,seed)
                 ,@(map (lambda (file)
                          (list file (local-file (search-path %load-path file))))
                        files))
               (lambda (file-of)
                 (seed-guile file-of '()
                             `((use-modules (system base compile))
                               (define out (getenv "out"))
                               (for-each mkdir
                                         (list out
                                               (string-append out "/guix")
                                               (string-append out "/guix/build")))
                               (add-to-load-path out)
                               ;; A module is loaded before those that use it are compiled.
                               (for-each
                                (lambda (file source)
                                  (let ((copy (string-append out "/" file)))
                                    (copy-file source copy)
                                    (load-compiled
                                     (compile-file copy
                                                   #:optimization-level 1
                                                   #:output-file
                                                   (string-append (string-drop-right copy 4)
                                                                  ".go")))))
                                ',files
                                ',(map file-of files)))))
               #:license license:gpl3+
               #:synopsis "Compiled code of the import of binaries"))

(define import-modules
  (compiled-modules "bootstrap-import-modules" %import-modules))


;;;
;;; The items.
;;;

(define %descriptions
  `(("acl" ,license:lgpl2.1+ "Access control lists")
    ("attr" ,license:lgpl2.1+ "Extended attributes of files")
    ("bash" ,license:gpl3+ "The shell")
    ("bdb" ,license:sleepycat "Berkeley DB library")
    ("binutils" ,license:gpl3+ "Linker, assembler and other tools for object files")
    ("bison" ,license:gpl3+ "Parser generator")
    ("bzip2" ,license:bsd-4 "Compression")
    ("coreutils" ,license:gpl3+ "Basic tools for files, text and processes")
    ("cython" ,license:asl2.0 "Compiler of a Python dialect to C")
    ("diffutils" ,license:gpl3+ "Comparison of files")
    ("expat" ,license:expat "XML parser")
    ("file" ,license:bsd-2 "Guesses the type of files")
    ("findutils" ,license:gpl3+ "Search for files")
    ("flex" ,license:bsd-3 "Scanner generator")
    ("gawk" ,license:gpl3+ "Text processing language")
    ("gcc" ,license:gpl3+ "Compiler of C and C++")
    ("gcc-lib" ,license:gpl3+ "Run-time libraries of the compiler")
    ("gdbm" ,license:gpl3+ "Database library")
    ("gettext" ,license:gpl3+ "Translation of messages at run time")
    ("glibc" ,license:lgpl2.1+ "The C library")
    ("glibc-dev" ,license:lgpl2.1+ "Headers and static files of the C library")
    ("glibc-utils" ,license:lgpl2.1+ "Programs of the C library")
    ("gmp" ,license:lgpl3+ "Numbers of any size")
    ("grep" ,license:gpl3+ "Search in text")
    ("guile" ,license:lgpl3+ "Scheme implementation")
    ("gzip" ,license:gpl3+ "Compression")
    ("isl" ,license:expat "Sets of integer points")
    ("jansson" ,license:expat "JSON library")
    ("ld-wrapper" ,license:gpl3+ "Adds run paths to what the linker makes")
    ("libffi" ,license:expat "Foreign function interface")
    ("libgc" ,license:x11 "Garbage collector")
    ("libselinux" ,license:public-domain "Security labels of files")
    ("libsigsegv" ,license:gpl2+ "Page faults handled by programs")
    ("libunistring" ,license:lgpl3+ "Unicode strings")
    ("libxcrypt" ,license:lgpl2.1+ "Password hashing")
    ("linux-headers" ,license:gpl2 "Headers of the kernel")
    ("m4" ,license:gpl3+ "Macro processor")
    ("make" ,license:gpl3+ "Runs what is out of date")
    ("mpc" ,license:lgpl3+ "Complex numbers of any precision")
    ("mpfr" ,license:lgpl3+ "Floating-point numbers of any precision")
    ("ncurses" ,license:x11 "Terminal library")
    ("openssl" ,license:asl2.0 "Cryptography")
    ("patch" ,license:gpl3+ "Applies differences to files")
    ("patchelf" ,license:gpl3+ "Changes the run path of programs")
    ("pcre2" ,license:bsd-3 "Regular expressions")
    ("perl" ,license:perl-license "Programming language")
    ("pkgconf" ,license:isc "Tells how to link with libraries")
    ("python" ,license:psfl "Programming language")
    ("readline" ,license:gpl3+ "Editing of command lines")
    ("sed" ,license:gpl3+ "Stream editor")
    ("sqlite" ,license:public-domain "Database in a file")
    ("tar" ,license:gpl3+ "Archives of files")
    ("util-linux-lib" ,license:bsd-3 "Unique identifiers")
    ("xz" ,license:public-domain "Compression")
    ("zlib" ,license:zlib "Compression library")
    ("zstd-lib" ,license:bsd-3 "Compression library")))

;; Where the programs of an item look for what other packages provide.
(define %search-paths
  (let ((paths (lambda specifications
                 (map (match-lambda
                        ((name . directories)
                         (search-path-specification (variable name)
                                                    (files directories))))
                      specifications))))
    `(("gcc" . ,(paths '("C_INCLUDE_PATH" "include")
                       '("CPLUS_INCLUDE_PATH" "include")
                       '("LIBRARY_PATH" "lib" "lib64")))
      ("pkgconf" . ,(paths '("PKG_CONFIG_PATH" "lib/pkgconfig" "share/pkgconfig")))
      ("perl" . ,(paths '("PERL5LIB" "lib/perl5/site_perl")))
      ("guile" . ,(paths '("GUILE_LOAD_PATH" "share/guile/site/3.0")
                         '("GUILE_LOAD_COMPILED_PATH" "lib/guile/3.0/site-ccache")))
      ("cython" . ,(paths '("PYTHONPATH" "lib/python3/dist-packages"))))))

;; What the option -march of Debian's GCC 11 and 12 takes, without names for the same as another.
(define %gcc-cpus
  '(("x86_64"
     "x86-64" "x86-64-v2" "x86-64-v3" "x86-64-v4"
     "core2" "nehalem" "westmere" "sandybridge" "ivybridge" "haswell" "broadwell"
     "skylake" "skylake-avx512" "cannonlake" "icelake-client" "icelake-server"
     "cascadelake" "cooperlake" "tigerlake" "sapphirerapids" "alderlake" "rocketlake"
     "bonnell" "silvermont" "goldmont" "goldmont-plus" "tremont" "knl" "knm"
     "k8" "k8-sse3" "amdfam10" "bdver1" "bdver2" "bdver3" "bdver4"
     "znver1" "znver2" "znver3" "btver1" "btver2")))

(define (item-properties item)
  `((upstream-name . ,(item-name item))
    ,@(if (string=? "gcc" (item-name item))
          `((compiler-cpu-architectures . ,%gcc-cpus))
          '())))

(define (import-command item)
  (lambda (file-of)
    (seed-guile file-of
                (list "-L" (file-of "modules") "-C" (file-of "modules"))
                `((use-modules (guix build debian-import))
                  (import-item ,(item-name item)
                               #:debs ',(deb-files (item-debs item) file-of)
                               #:inputs ',(map (lambda (name) (cons name (file-of name)))
                                               (item-inputs item))
                               #:seed ,(file-of "seed"))))))

(define (cross-bootstrap-package name)
  ;; Late, because that module uses this one.
  (lambda (triplet)
    ((module-ref (resolve-interface '(gnu packages cross-base)) 'cross-bootstrap-package)
     name triplet)))

(define bootstrap-package
  (mlambda (name)
    "Return the package of the item that is called NAME, such as \"coreutils\"."
    (let ((item (find-item name)))
      (match (assoc-ref %descriptions name)
        ((license synopsis)
         (raw-package (string-append "bootstrap-" name) (item-version item)
                      `(("seed" ,seed)
                        ("modules" ,import-modules)
                        ,@(map (lambda (name) (list name (bootstrap-package name)))
                               (item-inputs item))
                        ,@(map deb-input (item-debs item)))
                      (import-command item)
                      #:license license
                      #:synopsis synopsis
                      #:properties (item-properties item)
                      #:search-paths (or (assoc-ref %search-paths name) '())
                      #:cross (cross-bootstrap-package name)))))))

(define-public %bootstrap-acl (bootstrap-package "acl"))
(define-public %bootstrap-attr (bootstrap-package "attr"))
(define-public %bootstrap-bash (bootstrap-package "bash"))
(define-public %bootstrap-bdb (bootstrap-package "bdb"))
(define-public %bootstrap-binutils (bootstrap-package "binutils"))
(define-public %bootstrap-bison (bootstrap-package "bison"))
(define-public %bootstrap-bzip2 (bootstrap-package "bzip2"))
(define-public %bootstrap-coreutils (bootstrap-package "coreutils"))
(define-public %bootstrap-cython (bootstrap-package "cython"))
(define-public %bootstrap-diffutils (bootstrap-package "diffutils"))
(define-public %bootstrap-expat (bootstrap-package "expat"))
(define-public %bootstrap-file (bootstrap-package "file"))
(define-public %bootstrap-findutils (bootstrap-package "findutils"))
(define-public %bootstrap-flex (bootstrap-package "flex"))
(define-public %bootstrap-gawk (bootstrap-package "gawk"))
(define-public %bootstrap-gcc (bootstrap-package "gcc"))
(define-public %bootstrap-gcc-lib (bootstrap-package "gcc-lib"))
(define-public %bootstrap-gdbm (bootstrap-package "gdbm"))
(define-public %bootstrap-gettext (bootstrap-package "gettext"))
(define-public %bootstrap-glibc (bootstrap-package "glibc"))
(define-public %bootstrap-glibc-dev (bootstrap-package "glibc-dev"))
(define-public %bootstrap-glibc-utils (bootstrap-package "glibc-utils"))
(define-public %bootstrap-gmp (bootstrap-package "gmp"))
(define-public %bootstrap-grep (bootstrap-package "grep"))
(define-public %bootstrap-guile (bootstrap-package "guile"))
(define-public %bootstrap-gzip (bootstrap-package "gzip"))
(define-public %bootstrap-isl (bootstrap-package "isl"))
(define-public %bootstrap-jansson (bootstrap-package "jansson"))
(define-public %bootstrap-ld-wrapper (bootstrap-package "ld-wrapper"))
(define-public %bootstrap-libffi (bootstrap-package "libffi"))
(define-public %bootstrap-libgc (bootstrap-package "libgc"))
(define-public %bootstrap-libselinux (bootstrap-package "libselinux"))
(define-public %bootstrap-libsigsegv (bootstrap-package "libsigsegv"))
(define-public %bootstrap-libunistring (bootstrap-package "libunistring"))
(define-public %bootstrap-libxcrypt (bootstrap-package "libxcrypt"))
(define-public %bootstrap-linux-headers (bootstrap-package "linux-headers"))
(define-public %bootstrap-m4 (bootstrap-package "m4"))
(define-public %bootstrap-make (bootstrap-package "make"))
(define-public %bootstrap-mpc (bootstrap-package "mpc"))
(define-public %bootstrap-mpfr (bootstrap-package "mpfr"))
(define-public %bootstrap-ncurses (bootstrap-package "ncurses"))
(define-public %bootstrap-openssl (bootstrap-package "openssl"))
(define-public %bootstrap-patch (bootstrap-package "patch"))
(define-public %bootstrap-patchelf (bootstrap-package "patchelf"))
(define-public %bootstrap-pcre2 (bootstrap-package "pcre2"))
(define-public %bootstrap-perl (bootstrap-package "perl"))
(define-public %bootstrap-pkgconf (bootstrap-package "pkgconf"))
(define-public %bootstrap-python (bootstrap-package "python"))
(define-public %bootstrap-readline (bootstrap-package "readline"))
(define-public %bootstrap-sed (bootstrap-package "sed"))
(define-public %bootstrap-sqlite (bootstrap-package "sqlite"))
(define-public %bootstrap-tar (bootstrap-package "tar"))
(define-public %bootstrap-util-linux-lib (bootstrap-package "util-linux-lib"))
(define-public %bootstrap-xz (bootstrap-package "xz"))
(define-public %bootstrap-zlib (bootstrap-package "zlib"))
(define-public %bootstrap-zstd-lib (bootstrap-package "zstd-lib"))


;;;
;;; What a builder needs that has no inputs at all, and what tests need.
;;;

(define %static-debs '("bash-static" "busybox-static"))

(define %bootstrap-static
  (raw-package "bootstrap-static" "12"
               (map deb-input %static-debs)
               (lambda (file-of)
                 (values "builtin:unpack-deb" '()
                         `(("debs" . ,(string-join (deb-files %static-debs file-of))))))
               #:license license:gpl3+
               #:synopsis "Programs that need no library"))

;; Busybox goes by the name that it is called by, and a file that was added to the store has another.
(define %mkdir.c
  "#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <sys/stat.h>

/* Makes the directories above PATH. */
static int make_parents (char *path)
{
  for (char *slash = strchr (path + 1, '/'); slash; slash = strchr (slash + 1, '/'))
    {
      *slash = 0;
      int failed = mkdir (path, 0777) != 0 && errno != EEXIST;
      *slash = '/';
      if (failed)
        return -1;
    }
  return 0;
}

int main (int argc, char **argv)
{
  int parents = argc > 1 && strcmp (argv[1], \"-p\") == 0;
  int status = 0;
  for (int i = 1 + parents; i < argc; i++)
    {
      int made = parents && make_parents (argv[i]) != 0 ? -1 : mkdir (argv[i], 0777);
      if (made != 0 && !(parents && errno == EEXIST))
        {
          perror (argv[i]);
          status = 1;
        }
    }
  return status;
}
")

(define static-mkdir
  (raw-package "bootstrap-mkdir" "0"
               `(("mkdir.c" ,(plain-file "mkdir.c" %mkdir.c))
                 ("static" ,%bootstrap-static)
                 ,@(map (lambda (name) (list name (bootstrap-package name)))
                        '("gcc" "binutils" "glibc-dev" "linux-headers")))
               (lambda (file-of)
                 (define (in-items directory names)
                   (string-join (map (lambda (name)
                                       (string-append (file-of name) "/" directory))
                                     names)
                                ":"))

                 (values (string-append (file-of "static") "/usr/bin/bash-static")
                         (list "-c" (string-append "gcc -static -O2 -s -o $out "
                                                   (file-of "mkdir.c")))
                         `(("PATH" . ,(in-items "bin" '("gcc" "binutils")))
                           ("C_INCLUDE_PATH"
                            . ,(in-items "include" '("glibc-dev" "linux-headers")))
                           ("LIBRARY_PATH" . ,(in-items "lib" '("glibc-dev"))))))
               #:license license:gpl3+
               #:synopsis "A mkdir that needs no library, for tests"))

(define (search-bootstrap-binary program system)
  "Return the file name of PROGRAM, \"bash\", \"mkdir\", or one of the programs that
Busybox is when it goes by their name, for SYSTEM: a file that runs alone."
  (define-values (package file)
    (match program
      ("bash"  (values %bootstrap-static "/usr/bin/bash-static"))
      ("mkdir" (values static-mkdir ""))
      (_       (values %bootstrap-static "/usr/bin/busybox"))))

  (with-store store
    (let* ((drv  (package-derivation store package system))
           (item (derivation->output-path drv)))
      (unless (valid-path? store item)
        (build-derivations store (list drv)))
      (string-append item file))))

(define %bootstrap-inputs
  ;; What there is before anything is built from source.
  (map (lambda (name) (list name (bootstrap-package name)))
       '("coreutils" "tar" "gzip" "bzip2" "xz" "patch" "sed" "grep" "gawk"
         "findutils" "diffutils" "make" "bash" "gcc" "binutils" "glibc-dev"
         "linux-headers" "guile")))

(define-public %bootstrap-inputs-for-tests %bootstrap-inputs)

(define-public %bootstrap-coreutils&co
  (let ((names '("coreutils" "tar" "gzip" "bzip2" "xz" "patch" "sed" "grep" "gawk"
                 "findutils" "diffutils")))
    (raw-package "bootstrap-coreutils-and-co" "12"
                 (map (lambda (name) (list name (bootstrap-package name)))
                      (cons "guile" names))
                 (lambda (file-of)
                   (values (string-append (file-of "guile") "/bin/guile")
                           `("--no-auto-compile" "-c"
                             ,(code->string
                               `(let ((bin (string-append (getenv "out") "/bin")))
                                  (use-modules (ice-9 ftw))
                                  (mkdir (getenv "out"))
                                  (mkdir bin)
                                  (for-each
                                   (lambda (directory)
                                     (for-each (lambda (file)
                                                 (symlink (string-append directory "/" file)
                                                          (string-append bin "/" file)))
                                               (scandir directory
                                                        (lambda (file)
                                                          (not (string-prefix? "." file))))))
                                   ',(map (lambda (name) (string-append (file-of name) "/bin"))
                                          names)))))
                           '()))
                 #:license license:gpl3+
                 #:synopsis "Tools for files and text, in one directory")))
