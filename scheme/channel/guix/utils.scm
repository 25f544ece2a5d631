;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Basic tools of the language: systems, versions, keyword arguments, file
;;; names.
(define-module (guix utils)
  #:use-module (guix diagnostics)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:autoload   (system foreign) (pointer->procedure string->pointer int)
  #:autoload   (ice-9 ftw) (scandir)
  #:re-export (<location>
               location
               location?
               location-file
               location-line
               location-column
               source-properties->location
               location->source-properties
               &error-location
               error-location?
               error-location
               &fix-hint
               fix-hint?
               condition-fix-hint)
  #:export (strip-keyword-arguments
            default-keyword-arguments
            substitute-keyword-arguments
            ensure-keyword-arguments

            current-source-directory
            %guix-source-root-directory

            %current-system
            %current-target-system
            nix-system->gnu-triplet
            gnu-triplet->nix-system
            system->linux-architecture
            downstream-package-name
            system-hurd?
            system-hurd64?
            host-hurd?
            host-hurd64?
            host-x86-64?
            target-hurd32?
            target-hurd64?
            target-x32?
            target-avr?
            target-bpf?
            target-loongarch64?
            target-mips64el?
            target-32bit?
            target-mingw?
            target-linux?
            target-hurd?
            target-x86-32?
            target-x86-64?
            target-x86?
            target-arm32?
            target-aarch64?
            target-arm?
            target-ppc32?
            target-ppc64le?
            target-powerpc?
            target-riscv64?
            target-64bit?
            target-little-endian?
            ar-for-target
            as-for-target
            cc-for-target
            cxx-for-target
            ld-for-target
            pkg-config-for-target
            strip-for-target

            version-compare
            version>?
            version>=?
            version-prefix
            version-prefix?
            version-major
            version-major+minor
            version-major+minor+point
            version-unique-prefix
            guile-version>?
            package-name->name+version

            string-replace-substring
            string-closest
            string-distance
            file-extension
            file-sans-extension
            tarball-sans-extension
            compressed-file?
            readlink*
            switch-symlinks
            config-directory
            cache-directory
            data-directory
            call-with-temporary-output-file
            call-with-temporary-directory
            with-atomic-file-output
            with-environment-variables
            arguments-from-environment-variable
            pretty-print-table

            filtered-port
            decompressed-port
            call-with-decompressed-port
            compressed-output-port
            call-with-compressed-output-port
            canonical-newline-port

            go-to-location
            edit-expression
            delete-expression
            insert-expression
            find-definition-location
            find-definition-insertion-location))


;;;
;;; Keyword arguments.
;;;

(define (strip-keyword-arguments keywords args)
  "Return ARGS, a list of keywords and values, without KEYWORDS and their
values."
  (let loop ((args args) (result '()))
    (match args
      (()
       (reverse result))
      (((? keyword? keyword) value . rest)
       (loop rest
             (if (memq keyword keywords)
                 result
                 (cons* value keyword result))))
      ((head . tail)
       (loop tail (cons head result))))))

(define (default-keyword-arguments args defaults)
  "Return those of DEFAULTS, a list of keywords and values, that ARGS lack, the last one
first, followed by ARGS."
  (let loop ((defaults defaults) (result args))
    (match defaults
      (() result)
      ((keyword value . rest)
       (loop rest
             (if (memq keyword args)
                 result
                 (cons* keyword value result)))))))

(define (ensure-keyword-arguments args kw/values)
  "Return ARGS in which the keywords of KW/VALUES have the values given there."
  (let loop ((args args) (wanted kw/values) (result '()))
    (match args
      (()
       (append (reverse result) wanted))
      (((? keyword? keyword) value . rest)
       (match (memq keyword wanted)
         ((_ value . _)
          (loop rest
                (strip-keyword-arguments (list keyword) wanted)
                (cons* value keyword result)))
         (_
          (loop rest wanted (cons* value keyword result)))))
      ((head . tail)
       (loop tail wanted (cons head result))))))

(define (substitute-keywords args substitutions)
  ;; SUBSTITUTIONS: list of (KEYWORD PROCEDURE) or (KEYWORD PROCEDURE DEFAULT),
  ;; DEFAULT being a thunk.
  (let loop ((rest args) (result '()))
    (match rest
      (()
       (append (append-map (match-lambda
                             ((keyword proc default)
                              (if (memq keyword args)
                                  '()
                                  (list keyword (proc (default)))))
                             (_ '()))
                           substitutions)
               (reverse result)))
      (((? keyword? keyword) value . rest)
       (loop rest
             (match (assq keyword substitutions)
               ((_ proc . _) (cons* (proc value) keyword result))
               (#f           (cons* value keyword result)))))
      ((head . tail)
       (loop tail (cons head result))))))

(define-syntax substitution
  (syntax-rules ()
    ((_ (keyword variable default) body ...)
     (list keyword (lambda (variable) body ...) (lambda () default)))
    ((_ (keyword variable) body ...)
     (list keyword (lambda (variable) body ...)))))

(define-syntax-rule (substitute-keyword-arguments original
                      (binding body ...) ...)
  "Return ORIGINAL, a list of keywords and values, where each (KEYWORD VARIABLE
[DEFAULT]) of the BINDINGs has its value, bound to VARIABLE, replaced by that of
BODY.  A keyword that is not there, and that has a DEFAULT, is added."
  (substitute-keywords original (list (substitution binding body ...) ...)))


;;;
;;; The current source file.
;;;

(define (absolute-source-directory file)
  (if (string-prefix? "/" file)
      (dirname file)
      ;; The compiled modules of the channel have names relative to the load path.
      (and=> (search-path %load-path file) dirname)))

(define-syntax current-source-directory
  (lambda (s)
    "Return the absolute name of the directory of the file that this form
stands in, or #f when it stands in none."
    (syntax-case s ()
      ((_)
       (match (and=> (syntax-source s) (lambda (p) (assq-ref p 'filename)))
         ((? string? file)
          (cond ((string-prefix? "/" file)
                 (datum->syntax s (dirname file)))
                (else
                 #`(absolute-source-directory #,(datum->syntax s file)))))
         (_ #f))))))


;;;
;;; Systems.
;;;

(define (gnu-triplet->nix-system triplet)
  "Return the system, such as \"x86_64-linux\", of TRIPLET, such as
\"x86_64-unknown-linux-gnu\"."
  (define (cpu-of part)
    (if (i?86? part) "i686" part))

  (define (kernel-of part)
    ;; Without the version in "freebsd8.2".
    (string-trim-right part (char-set-adjoin char-set:digit #\.)))

  (match (string-split triplet #\-)
    ((or (cpu _ "linux" abi) (cpu "linux" abi))
     (string-append (if (and (string-prefix? "arm" cpu)
                             (string-suffix? "eabihf" abi))
                        "armhf"
                        (cpu-of cpu))
                    "-linux"))
    ((cpu . rest)
     (string-append (cpu-of cpu) "-" (kernel-of (last rest))))))

(define (i?86? cpu)
  (and (= 4 (string-length cpu))
       (char=? #\i (string-ref cpu 0))
       (string-suffix? "86" cpu)))

(define* (nix-system->gnu-triplet #:optional (system (%current-system))
                                  (vendor "unknown"))
  "Return the GNU triplet of SYSTEM."
  (match (string-split system #\-)
    (("armhf" "linux")
     (string-append "arm-" vendor "-linux-gnueabihf"))
    ((cpu "linux")
     (string-append cpu "-" vendor "-linux-gnu"))
    ((cpu "gnu")
     (string-append cpu "-" vendor "-gnu"))
    (_
     (string-append system "-" vendor))))

(define %current-system
  ;; The default system of derivations.
  (make-parameter (gnu-triplet->nix-system %host-type)))

(define %current-target-system
  ;; The GNU triplet to cross-compile to, or #f.
  (make-parameter #f))

(define* (current-machine #:optional
                          (target (or (%current-target-system)
                                      (%current-system))))
  target)

(define-syntax-rule (define-target-predicates (name system) ...)
  (begin
    (define* (name #:optional (target (current-machine)))
      (and (string? target)
           (->bool (system target))))
    ...))

(define (prefix . prefixes)
  (lambda (target)
    (any (lambda (prefix) (string-prefix? prefix target)) prefixes)))

(define (suffix suffix)
  (lambda (target)
    (string-suffix? suffix target)))

(define-target-predicates
  (target-mingw?    (suffix "-mingw32"))
  (target-linux?    (lambda (target) (string-contains target "linux")))
  (target-hurd?     (lambda (target)
                      (and (string-suffix? "-gnu" target)
                           (not (string-contains target "linux")))))
  (target-x86-32?   (prefix "i386-" "i486-" "i586-" "i686-"))
  (target-x86-64?   (prefix "x86_64-"))
  (target-arm32?    (lambda (target)
                      (and (string-prefix? "arm" target)
                           (not (string-prefix? "arm64" target)))))
  (target-aarch64?  (prefix "aarch64-"))
  (target-ppc32?    (prefix "powerpc-"))
  (target-ppc64le?  (prefix "powerpc64le-"))
  (target-powerpc?  (prefix "powerpc"))
  (target-riscv64?  (prefix "riscv64-"))
  (target-hurd32?   (lambda (target)
                      (and (target-hurd? target) (target-32bit? target))))
  (target-hurd64?   (lambda (target)
                      (and (target-hurd? target) (target-64bit? target))))
  (target-x32?      (suffix "gnux32"))
  (target-avr?      (lambda (target)
                      (or (string=? "avr" target) (string-prefix? "avr-" target))))
  (target-bpf?      (prefix "bpf"))
  (target-loongarch64? (prefix "loongarch64-"))
  (target-mips64el? (prefix "mips64el-"))
  (target-32bit?    (prefix "i386-" "i486-" "i586-" "i686-" "arm-" "armhf-" "armv7"
                            "powerpc-" "mips-" "mipsel-" "riscv32-"))
  (target-64bit?    (prefix "x86_64-" "aarch64-" "mips64" "powerpc64"
                            "riscv64" "loongarch64-"))
  (target-little-endian? (lambda (target)
                           (not ((prefix "powerpc-" "powerpc64-" "mips-"
                                         "mips64-" "s390")
                                 target)))))

(define* (target-x86? #:optional (target (current-machine)))
  (or (target-x86-32? target) (target-x86-64? target)))

(define* (target-arm? #:optional (target (current-machine)))
  (or (target-arm32? target) (target-aarch64? target)))

(define (system-hurd?)
  "Return true if builds run on the Hurd by default."
  (target-hurd? (%current-system)))

(define (system-hurd64?)
  (target-hurd64? (%current-system)))

;; What this process runs on.
(define (host-hurd?)
  (target-hurd? %host-type))

(define (host-hurd64?)
  (target-hurd64? %host-type))

(define (host-x86-64?)
  (target-x86-64? %host-type))

(define* (system->linux-architecture #:optional (system (current-machine)))
  "Return the name that Linux has for the processor of SYSTEM."
  (cond ((target-x86? system)      "x86_64")
        ((target-aarch64? system)  "arm64")
        ((target-arm32? system)    "arm")
        ((target-powerpc? system)  "powerpc")
        ((target-riscv64? system)  "riscv")
        (else (first (string-split system #\-)))))

(define-syntax-rule (define-tools (name native suffix) ...)
  (begin
    (define* (name #:optional (target (%current-target-system)))
      (if target
          (string-append target "-" suffix)
          native))
    ...))

(define-tools
  (ar-for-target         "ar"         "ar")
  (as-for-target         "as"         "as")
  (cc-for-target         "gcc"        "gcc")
  (cxx-for-target        "g++"        "g++")
  (ld-for-target         "ld"         "ld")
  (pkg-config-for-target "pkg-config" "pkg-config")
  (strip-for-target      "strip"      "strip"))


;;;
;;; Versions.
;;;

(define strverscmp
  (let ((proc (delay (pointer->procedure
                      int (dynamic-func "strverscmp" (dynamic-link))
                      '(* *)))))
    (lambda (a b)
      ((force proc) (string->pointer a) (string->pointer b)))))

(define (version-compare a b)
  "Compare the version strings A and B; return the symbol '<, '= or '>."
  (let ((result (strverscmp a b)))
    (cond ((positive? result) '>)
          ((negative? result) '<)
          (else '=))))

(define (version>? a b)
  "Return #t when A is a newer version than B."
  (eq? '> (version-compare a b)))

(define (version>=? a b)
  "Return #t when A is not an older version than B."
  (->bool (memq (version-compare a b) '(> =))))

(define (version-prefix version count)
  "Return the first COUNT components of VERSION: of \"2.10.1\" and 2, \"2.10\"."
  (let ((parts (string-split version #\.)))
    (string-join (take parts (min count (length parts))) ".")))

(define (version-major version)
  (version-prefix version 1))

(define (version-major+minor version)
  (version-prefix version 2))

(define (version-major+minor+point version)
  (version-prefix version 3))

(define (version-prefix? prefix version)
  "Return #t when the components of PREFIX start those of VERSION."
  (let ((a (string-split prefix #\.))
        (b (string-split version #\.)))
    (and (<= (length a) (length b))
         (equal? a (take b (length a))))))

(define (version-unique-prefix version versions)
  "Return the shortest prefix of VERSION, in whole components, that distinguishes
it from the other VERSIONS; \"\" when there are none."
  (define parts (string-split version #\.))
  (define others
    (filter-map (lambda (other)
                  (and (not (string=? other version))
                       (string-split other #\.)))
                versions))

  (define (shared? count)
    (any (lambda (other)
           (and (<= count (length other))
                (equal? (take parts count) (take other count))))
         others))

  (let loop ((count 0))
    (if (and (< count (length parts)) (shared? count))
        (loop (1+ count))
        (string-join (take parts count) "."))))

(define (guile-version>? other)
  "Return #t when the running Guile is newer than the version OTHER."
  (version>? (version) other))

(define* (package-name->name+version spec #:optional (delimiter #\@))
  "Return two values, the name and the version, or #f, of SPEC, such as
\"guile@3.0\"."
  (match (string-rindex spec delimiter)
    (#f    (values spec #f))
    (index (values (substring spec 0 index)
                   (substring spec (1+ index))))))


;;;
;;; Strings and file names.
;;;

(define (string-replace-substring str substr replacement)
  "Return STR with all occurrences of SUBSTR replaced by REPLACEMENT."
  (let ((n (string-length substr)))
    (let loop ((start 0) (parts '()))
      (match (and (positive? n) (string-contains str substr start))
        (#f
         (string-concatenate-reverse (cons (substring str start) parts)))
        (index
         (loop (+ index n)
               (cons* replacement (substring str start index) parts)))))))

(define* (string-closest trial tests #:key (threshold 3))
  "Return the string among TESTS that is nearest to TRIAL, at less than THRESHOLD
edits, or #f."
  (nearest-name trial tests (1- threshold)))

(define (string-distance a b)
  "Return the number of edits that lead from A to B."
  (let loop ((limit 0))
    (if (nearest-name a (list b) limit)
        limit
        (loop (1+ limit)))))

(define (file-extension file)
  "Return what follows the last dot of FILE's base name, or #f."
  (let* ((base (basename file))
         (dot  (string-rindex base #\.)))
    (and dot (substring base (1+ dot)))))

(define (file-sans-extension file)
  "Return FILE without its last extension."
  (let ((dot (string-rindex file #\.))
        (slash (string-rindex file #\/)))
    (if (and dot (or (not slash) (> dot slash)))
        (substring file 0 dot)
        file)))

(define (compressed-file? file)
  "Return #t when FILE has the name of a compressed file."
  (->bool (member (file-extension file)
                  '("gz" "bz2" "xz" "lz" "lzma" "tgz" "tbz2" "txz" "zip"
                    "zst"))))

(define (tarball-sans-extension tarball)
  "Return TARBALL without .tar.gz, .tgz or the like."
  (let ((file (file-sans-extension tarball)))
    (if (string-suffix? ".tar" file)
        (file-sans-extension file)
        file)))

(define (downstream-package-name prefix name)
  "Return the name of the package of what its authors call NAME: with PREFIX, such as
\"python-\", in lower case, without underscores."
  (let ((name (string-map (lambda (char) (if (char=? char #\_) #\- char))
                          (string-downcase name))))
    (if (string-prefix? prefix name)
        name
        (string-append prefix name))))

(define (readlink* file)
  "Follow the symbolic link FILE to its end, which need not exist."
  (let loop ((file file) (depth 0))
    (match (and (< depth 50)
                (false-if-exception (readlink file)))
      (#f file)
      (target
       (loop (if (string-prefix? "/" target)
                 target
                 (string-append (dirname file) "/" target))
             (1+ depth))))))

(define (switch-symlinks link target)
  "Make LINK a symbolic link to TARGET, in one step whether it exists or not."
  (let ((pivot (string-append link ".new")))
    (symlink target pivot)
    (rename-file pivot link)))

(define (make-directories directory)
  (unless (or (string-null? directory) (file-exists? directory))
    (make-directories (dirname directory))
    (false-if-exception (mkdir directory))))

(define (user-directory variable suffix)
  (let ((base (or (getenv variable)
                  (string-append (or (getenv "HOME")
                                     (passwd:dir (getpwuid (getuid))))
                                 suffix))))
    (string-append base "/guix")))

(define* (config-directory #:key (ensure? #t))
  "Return the user's configuration directory."
  (ensured (user-directory "XDG_CONFIG_HOME" "/.config") ensure?))

(define* (cache-directory #:key (ensure? #t))
  "Return the user's cache directory."
  (ensured (user-directory "XDG_CACHE_HOME" "/.cache") ensure?))

(define* (data-directory #:key (ensure? #t))
  "Return the user's data directory."
  (ensured (user-directory "XDG_DATA_HOME" "/.local/share") ensure?))

(define (ensured directory ensure?)
  (when ensure?
    (make-directories directory))
  directory)

(define (delete-tree file)
  "Delete FILE and all that is in it, without following links."
  (when (eq? 'directory (stat:type (lstat file)))
    (for-each (lambda (entry)
                (delete-tree (string-append file "/" entry)))
              (scandir file (lambda (entry)
                              (not (member entry '("." "..")))))))
  (if (eq? 'directory (stat:type (lstat file)))
      (rmdir file)
      (delete-file file)))

(define (call-with-temporary-output-file proc)
  "Call PROC with the name of a temporary file and an output port to it; delete
the file afterwards."
  (let* ((directory (or (getenv "TMPDIR") "/tmp"))
         (port (mkstemp! (string-append directory "/nacre-file.XXXXXX")))
         (file (port-filename port)))
    (dynamic-wind
      (const #t)
      (lambda () (proc file port))
      (lambda ()
        (false-if-exception (close port))
        (false-if-exception (delete-file file))))))

(define (call-with-temporary-directory proc)
  "Call PROC with the name of a temporary directory; delete it afterwards."
  (let ((directory (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp")
                                           "/nacre-directory.XXXXXX"))))
    (dynamic-wind
      (const #t)
      (lambda () (proc directory))
      (lambda ()
        (false-if-exception (delete-tree directory))))))

(define* (with-atomic-file-output file proc #:key (sync? #t))
  "Call PROC with an output port; its output replaces FILE when PROC returns, and is
deleted when it does not return."
  (let* ((port (mkstemp! (string-append file ".XXXXXX")))
         (temporary (port-filename port)))
    (with-throw-handler #t
      (lambda ()
        (let ((result (proc port)))
          (force-output port)
          (when sync? (fsync port))
          (close-port port)
          (rename-file temporary file)
          result))
      (lambda _
        (false-if-exception (close-port port))
        (false-if-exception (delete-file temporary))))))


;;;
;;; Environment variables.
;;;

(define (call-with-environment-variables variables thunk)
  "Call THUNK with VARIABLES, a list of (NAME VALUE), VALUE being #f for none."
  (define previous
    (map (match-lambda ((name _) (list name (getenv name)))) variables))

  (define (set-all variables)
    (for-each (match-lambda
                ((name #f)    (unsetenv name))
                ((name value) (setenv name value)))
              variables))

  (dynamic-wind
    (lambda () (set-all variables))
    thunk
    (lambda () (set-all previous))))

(define-syntax-rule (with-environment-variables variables body ...)
  "Evaluate BODY with VARIABLES, a list of (NAME VALUE), in the environment."
  (call-with-environment-variables variables (lambda () body ...)))

(define (arguments-from-environment-variable variable)
  "Return the words in the value of the environment variable VARIABLE; none if it is not
set."
  (match (getenv variable)
    (#f    '())
    (value (remove string-null? (string-split value char-set:whitespace)))))


;;;
;;; Tables.
;;;

(define* (pretty-print-table rows #:key (max-column-width 20) (left-pad 0))
  "Print ROWS, lists of strings, in columns; no column is wider than MAX-COLUMN-WIDTH if
its texts are not longer.  LEFT-PAD spaces come before each row."
  (define widths
    (if (null? rows)
        '()
        (apply map (lambda texts
                     (apply max (map string-length texts)))
               rows)))

  (for-each (lambda (row)
              (display (make-string left-pad #\space))
              (for-each (lambda (text width last?)
                          (display (if last?
                                       text
                                       (string-pad-right
                                        text (max (string-length text)
                                                  (min width max-column-width)))))
                          (unless last? (display "\t")))
                        row widths
                        (append (make-list (1- (length row)) #f) (list #t)))
              (newline))
            rows))


;;;
;;; Procedures of modules that few programs need.
;;;

(define-syntax-rule (define-delegates module name ...)
  (begin
    (define (name . arguments)
      ;; Not '@', which loads the module when this one is compiled.
      (apply (module-ref (resolve-interface 'module) 'name) arguments))
    ...))

(define-delegates (guix utils ports)
  filtered-port decompressed-port call-with-decompressed-port
  compressed-output-port call-with-compressed-output-port canonical-newline-port)

(define-delegates (guix utils source)
  go-to-location edit-expression delete-expression insert-expression
  find-definition-location find-definition-insertion-location)

(define %guix-source-root-directory
  ;; Where (guix utils) is, and the other modules of the channel with it.
  (and=> (search-path %load-path "guix/utils.scm")
         (lambda (file) (dirname (dirname file)))))
