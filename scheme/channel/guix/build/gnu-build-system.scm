;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build side of 'gnu-build-system': the phases of "./configure && make &&
;;; make check && make install", and what runs them.  Each phase is a procedure
;;; that takes the keyword arguments of the build and picks those it knows.
(define-module (guix build gnu-build-system)
  #:use-module (guix build utils)
  #:use-module (guix build gremlin)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 format)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (%standard-phases
            %license-file-regexp
            %bootstrap-scripts
            dump-file-contents
            first-subdirectory
            gnu-build))


;;;
;;; Preparing the environment.
;;;

(define* (set-SOURCE-DATE-EPOCH #:rest _)
  "Let programs that put a date in their output put the same one always."
  (setenv "SOURCE_DATE_EPOCH" "1"))

(define (set-shell)
  "Name the shell to programs that would otherwise run /bin/sh, which a build
has not."
  (let ((shell (or (which "bash") (which "sh"))))
    (when shell
      (setenv "CONFIG_SHELL" shell)
      (setenv "SHELL" shell)
      (setenv "MAKEFLAGS" (string-append "SHELL=" shell)))))

(define* (set-paths #:key target inputs native-inputs
                    (search-paths '()) (native-search-paths '())
                    #:allow-other-keys)
  "Set PATH, and the search path variables that the inputs define."
  (define directories (map cdr inputs))
  (define native-directories (if native-inputs (map cdr native-inputs) '()))

  (define (set-search-paths search-paths directories)
    (for-each (match-lambda
                ((variable (files ...) separator type pattern)
                 (set-path-environment-variable variable files directories
                                                #:separator separator
                                                #:type type
                                                #:pattern pattern)))
              search-paths))

  ;; When cross-compiling, INPUTS hold programs for another machine.  What a package
  ;; asks for itself comes before what every build has.
  (set-path-environment-variable "PATH" '("bin" "sbin")
                                 (built-from-source-first
                                  (append native-directories
                                          (if target '() directories))))
  (set-search-paths search-paths directories)
  (set-search-paths native-search-paths native-directories)
  (set-shell))

(define* (install-locale #:key (locale "C.UTF-8") (locale-category LC_ALL)
                         #:allow-other-keys)
  "Use LOCALE, so that file names and texts may hold any character."
  (catch 'system-error
    (lambda ()
      (setlocale locale-category locale)
      (setenv "LC_ALL" locale)
      (format #t "using '~a' locale~%" locale))
    (lambda args
      (format #t "warning: no '~a' locale, staying with ASCII~%" locale))))

(define (first-subdirectory directory)
  "Return the name of the first subdirectory of DIRECTORY, or #f."
  (match (scandir directory
                  (lambda (file)
                    (and (not (member file '("." "..")))
                         (file-is-directory?
                          (string-append directory "/" file))))
                  string<?)
    ((first _ ...) (string-append directory "/" first))
    (_ #f)))

(define* (unpack #:key source #:allow-other-keys)
  "Unpack SOURCE, a tarball, a zip archive, a directory or a single file, and
enter what came out."
  (define (unpack-file source)
    (cond ((string-suffix? ".zip" source)
           (invoke "unzip" "-q" source))
          ((tarball? source)
           (invoke "tar" "xf" source))
          (else
           (mkdir "source")
           (copy-file source (string-append
                              "source/" (strip-store-file-name source))))))

  (cond ((not source)
         #t)
        ((file-is-directory? source)
         (mkdir "source")
         (copy-recursively source "source" #:keep-mtime? #t #:log #f)
         (for-each make-file-writable
                   (find-files "source"
                               (lambda (file st)
                                 (not (eq? 'symlink (stat:type st))))
                               #:directories? #t))
         (chdir "source"))
        (else
         (unpack-file source)
         (let ((directory (first-subdirectory ".")))
           (when directory
             (chdir directory))))))

(define %bootstrap-scripts
  '("bootstrap" "bootstrap.sh" "autogen.sh"))

(define* (bootstrap #:key (bootstrap-scripts %bootstrap-scripts)
                    #:allow-other-keys)
  "Generate 'configure' where the source has none but what it is made from: by
the first of BOOTSTRAP-SCRIPTS that exists, or by Autoconf."
  (define (run script)
    (format #t "running '~a'~%" script)
    (if (executable-file? script)
        (begin
          (patch-shebang script)
          (invoke (string-append "./" script)))
        (invoke "sh" script)))

  (define (run-script)
    ;; A directory may well have the name of a script.
    (let ((script (find (lambda (file)
                          (and (file-exists? file)
                               (not (file-is-directory? file))))
                        bootstrap-scripts)))
      (cond (script
             (setenv "NOCONFIGURE" "1")
             (run script)
             (unsetenv "NOCONFIGURE"))
            ((or (file-exists? "configure.ac") (file-exists? "configure.in"))
             (invoke "autoreconf" "-vif"))
            (else
             (format #t "no 'configure.ac' or anything like that found~%")))))

  (if (file-exists? "configure")
      (format #t "GNU build system bootstrapping not needed~%")
      (run-script)))

(define* (patch-usr-bin-file #:key native-inputs inputs
                             (patch-/usr/bin/file? #t)
                             #:allow-other-keys)
  "Replace \"/usr/bin/file\" in 'configure' scripts, which Libtool puts there."
  (when patch-/usr/bin/file?
    (for-each (lambda (file)
                (when (executable-file? file)
                  (patch-/usr/bin/file file)))
              (find-files "." "^configure$"))))

(define (regular-file? file st)
  (eq? 'regular (stat:type st)))

(define* (patch-source-shebangs #:key source #:allow-other-keys)
  "Let the scripts of the source run by the interpreters in $PATH."
  (for-each patch-shebang (find-files "." regular-file?)))

(define* (patch-generated-file-shebangs #:rest _)
  "Let the scripts and makefiles that 'configure' wrote use programs in $PATH."
  (for-each (lambda (file)
              (when (executable-file? file)
                (patch-shebang file)))
            (find-files "." regular-file?))
  (for-each patch-makefile-SHELL (find-files "." "^(GNUm|M|m)akefile$")))


;;;
;;; Building.
;;;

(define* (configure #:key build target native-inputs inputs outputs
                    (configure-flags '()) out-of-source?
                    #:allow-other-keys)
  "Run 'configure' for the outputs: what goes to a \"lib\", \"bin\", \"include\"
or \"doc\" output is told by the option for it."
  (define (package-name)
    (let-values (((name version)
                  (package-name->name+version
                   (strip-store-file-name (assoc-ref outputs "out")))))
      name))

  (define (directory-flag option output suffix)
    (match (assoc-ref outputs output)
      (#f '())
      (directory (list (string-append "--" option "=" directory suffix)))))

  (define (flags shell)
    `(,(string-append "CONFIG_SHELL=" shell)
      ,(string-append "SHELL=" shell)
      ,(string-append "--prefix=" (assoc-ref outputs "out"))
      "--enable-fast-install"
      ,@(directory-flag "bindir" "bin" "/bin")
      ,@(directory-flag "sbindir" "bin" "/sbin")
      ,@(directory-flag "libdir" "lib" "/lib")
      ,@(directory-flag "includedir" "include" "/include")
      ,@(if (assoc-ref outputs "doc")
            (directory-flag "docdir" "doc"
                            (string-append "/share/doc/" (package-name)))
            '())
      ,@(if build (list (string-append "--build=" build)) '())
      ,@(if target (list (string-append "--host=" target)) '())
      ,@configure-flags))

  (let* ((shell  (or (getenv "CONFIG_SHELL") (which "bash") (which "sh")))
         (flags  (flags shell))
         (source (getcwd)))
    (format #t "source directory: ~s (relative from build: ~s)~%"
            source (if out-of-source? (basename source) "."))
    (format #t "configure flags: ~s~%" flags)
    (when out-of-source?
      (mkdir "../build")
      (chdir "../build"))
    (apply invoke shell
           (if out-of-source?
               (string-append "../" (basename source) "/configure")
               "./configure")
           flags)))

(define (parallel-flags parallel?)
  (if parallel?
      (list "-j" (number->string (parallel-job-count)))
      '()))

(define* (build #:key (make-flags '()) (parallel-build? #t)
                #:allow-other-keys)
  "Run 'make'."
  (apply invoke "make" (append (parallel-flags parallel-build?) make-flags)))

(define* (dump-file-contents directory file-regexp
                             #:optional (port (current-error-port)))
  "Print to PORT the files below DIRECTORY whose base names match FILE-REGEXP."
  (for-each (lambda (file)
              (format port "~%--- ~a ----------------------------------------~%"
                      file)
              (call-with-ascii-input-file file
                (lambda (in) (dump-port in port))))
            (find-files directory file-regexp)))

(define* (check #:key target (make-flags '()) (tests? (not target))
                (test-target "check") (parallel-tests? #t)
                (test-suite-log-regexp "^test-suite\\.log$")
                #:allow-other-keys)
  "Run the test suite, 'make TEST-TARGET', if TESTS? is true; when it fails, show
its logs."
  (if tests?
      (guard (c ((invoke-error? c)
                 (dump-file-contents "." test-suite-log-regexp)
                 (raise c)))
        (apply invoke "make" test-target
               (append (parallel-flags parallel-tests?) make-flags)))
      (format #t "test suite not run~%")))

(define* (install #:key (make-flags '()) #:allow-other-keys)
  "Run 'make install'."
  (apply invoke "make" "install" make-flags))


;;;
;;; Going over what was installed.
;;;

(define* (patch-shebangs #:key inputs outputs (patch-shebangs? #t)
                         #:allow-other-keys)
  "Let the installed scripts run by interpreters from OUTPUTS and INPUTS.  One that was
imported as a binary is taken only if there is no other; the shell of the C library, to
which all programs refer anyway, comes before it."
  (define (programs directories)
    (search-path-as-list '("bin" "sbin") directories))

  (define path
    (let-values (((built imported)
                  (partition built-from-source? (map cdr inputs))))
      (append (programs (append (map cdr outputs) built))
              (search-shell inputs)
              (programs imported))))

  (define (preferred? interpreter)
    (or (built-from-source? interpreter)
        (member (dirname interpreter) (search-shell inputs))))

  (define (patch-programs directory)
    (for-each (lambda (file)
                (patch-shebang file path
                               #:keep? (lambda (interpreter)
                                         (and (store-file-name? interpreter)
                                              (preferred? interpreter)))))
              (find-files directory regular-file?)))

  (define (patch-scripts directory)
    ;; Also those that were patched in the source and are no programs of their own.
    (for-each (lambda (file)
                (patch-shebang file path #:keep? preferred?))
              (find-files directory regular-file?)))

  (when patch-shebangs?
    (let ((outputs (map cdr outputs)))
      (for-each patch-programs
                (search-path-as-list '("bin" "sbin" "libexec") outputs))
      (for-each patch-scripts outputs))))

(define (search-shell inputs)
  "Return a list of the directory of the shell that the C library among INPUTS has, or the
empty list."
  (map dirname
       (search-path-as-list '("libexec/sh") (map cdr inputs) #:type 'regular)))

(define (groups-of n lst)
  "Return LST cut into lists of at most N elements."
  (if (> (length lst) n)
      (cons (take lst n) (groups-of n (drop lst n)))
      (list lst)))

(define* (strip #:key target outputs (strip-binaries? #t)
                (strip-command (if target
                                   (string-append target "-strip")
                                   "strip"))
                (objcopy-command (if target
                                     (string-append target "-objcopy")
                                     "objcopy"))
                (strip-flags '("--strip-unneeded"
                               "--enable-deterministic-archives"))
                (strip-directories '("lib" "lib64" "libexec" "bin" "sbin"))
                #:allow-other-keys)
  "Remove debugging information and needless symbols from what lies in
STRIP-DIRECTORIES of OUTPUTS; the information goes to the \"debug\" output if
there is one."
  (define debug-output (assoc-ref outputs "debug"))

  (define (debug-file file)
    (string-append debug-output "/lib/debug" file ".debug"))

  (define (save-debug-info file)
    (mkdir-p (dirname (debug-file file)))
    (copy-file file (debug-file file))
    (invoke strip-command "--only-keep-debug" (debug-file file)))

  (define (add-debug-link file)
    (invoke objcopy-command "--enable-deterministic-archives"
            (string-append "--add-gnu-debuglink=" (debug-file file))
            file))

  (define (strip-files files)
    (for-each make-file-writable files)
    (for-each (lambda (files)
                (apply system* strip-command (append strip-flags files)))
              (groups-of 200 files)))

  (define (strip-directory directory)
    (let* ((files    (find-files directory
                                 (lambda (file st)
                                   (and (regular-file? file st)
                                        (or (elf-file? file)
                                            (ar-file? file))))))
           (programs (filter elf-file? (if debug-output files '()))))
      (unless (null? files)
        (format #t "stripping ~a files in ~s~%" (length files) directory)
        (for-each save-debug-info programs)
        (strip-files files)
        (for-each add-debug-link programs))))

  (when strip-binaries?
    (for-each strip-directory
              (search-path-as-list strip-directories
                                   (map cdr (alist-delete "debug" outputs))))))

(define* (validate-runpath #:key (validate-runpath? #t)
                           (elf-directories '("lib" "lib64" "libexec"
                                              "bin" "sbin"))
                           outputs #:allow-other-keys)
  "Check that the dynamic linker will find the libraries of every program and
library in ELF-DIRECTORIES of OUTPUTS."
  (define (sub-directories output)
    (search-path-as-list elf-directories (list output)))

  (define (valid? directory)
    (format #t "validating RUNPATH of binaries in ~s...~%" directory)
    (every* validate-needed-in-runpath
            (find-files directory
                        (lambda (file st)
                          (and (regular-file? file st) (elf-file? file))))))

  (if validate-runpath?
      (unless (every* valid?
                      (append-map sub-directories
                                  (map cdr (alist-delete "debug" outputs))))
        (error "RUNPATH validation failed"))
      (format #t "skipping RUNPATH validation~%")))

(define* (validate-documentation-location #:key outputs #:allow-other-keys)
  "Move manuals from 'man' and 'info' to 'share/man' and 'share/info'."
  (define (move output directory)
    (let ((source (string-append output "/" directory))
          (target (string-append output "/share/" directory)))
      (when (and (directory-exists? source) (not (symbolic-link? source)))
        (format #t "moving ~a to ~a~%" source target)
        (copy-recursively source target #:log #f)
        (delete-file-recursively source))))

  (for-each (match-lambda
              ((_ . output)
               (for-each (lambda (directory) (move output directory))
                         '("man" "info" "doc"))))
            outputs))

(define* (delete-info-dir-file #:key outputs #:allow-other-keys)
  "Delete the index of Info manuals: it belongs to a profile, not a package."
  (for-each (match-lambda
              ((_ . output)
               (let ((file (string-append output "/share/info/dir")))
                 (when (file-exists? file)
                   (delete-file file)))))
            outputs))

(define* (patch-dot-desktop-files #:key outputs inputs #:allow-other-keys)
  "Let '.desktop' files name programs by their absolute file names."
  (define (find-program name directories)
    (find executable-file?
          (search-path-as-list (list (string-append "bin/" name)
                                     (string-append "sbin/" name))
                               directories
                               #:type 'regular)))

  (define (absolute name output)
    (or (find-program name (cons output (map cdr inputs)))
        name))

  (for-each (match-lambda
              ((_ . output)
               (let ((directory (string-append output "/share/applications")))
                 (when (directory-exists? directory)
                   (substitute* (find-files directory "\\.desktop$")
                     (("^(Try)?Exec=([^/ \n][^ \n]*)" line try program)
                      (string-append (or try "") "Exec="
                                     (absolute program output))))))))
            outputs))

(define %license-file-regexp
  "^(COPYING.*|LICEN[CS]E.*|[Ll]icen[cs]e.*|Copy[Rr]ight(\\.(txt|md))?)$")

(define* (install-license-files #:key outputs out-of-source?
                                (license-file-regexp %license-file-regexp)
                                #:allow-other-keys)
  "Install the source's license files below share/doc, in the \"doc\" output if
there is one."
  (define regexp (make-regexp license-file-regexp))

  (define (license-files directory)
    (map (lambda (file) (string-append directory "/" file))
         (scandir directory
                  (lambda (file)
                    (and (regexp-exec regexp file)
                         (not (file-is-directory?
                               (string-append directory "/" file)))))
                  string<?)))

  (define (source-directory)
    (if out-of-source?
        (first-source-directory)
        "."))

  (define (first-source-directory)
    (string-append "../"
                   (find (lambda (name)
                           (not (member name '("." ".." "build"))))
                         (scandir ".." (lambda (name)
                                         (file-is-directory?
                                          (string-append "../" name)))
                                  string<?))))

  (match (license-files (source-directory))
    (()
     (format #t "no license files found~%"))
    (files
     (let* ((out (or (assoc-ref outputs "doc")
                     (assoc-ref outputs "out")
                     (cdar outputs)))
            (package (strip-store-file-name (or (assoc-ref outputs "out") out)))
            (directory (string-append out "/share/doc/" package)))
       (format #t "installing ~a license files in ~a~%"
               (length files) directory)
       (for-each (lambda (file) (install-file file directory)) files)))))

(define* (reset-gzip-timestamps #:key outputs #:allow-other-keys)
  "Clear the times in the headers of gzip files in OUTPUTS."
  (define (reset file)
    (make-file-writable file)
    (reset-gzip-timestamp file))

  (for-each (match-lambda
              ((_ . output)
               (for-each reset
                         (find-files output
                                     (lambda (file st)
                                       (and (regular-file? file st)
                                            (string-match
                                             "\\.(gz|tgz|svgz)$" file)
                                            (gzip-file? file)))))))
            outputs))

(define* (compress-documentation #:key outputs (compress-documentation? #t)
                                 (documentation-compressor "gzip")
                                 (documentation-compressor-flags
                                  '("--best" "--no-name"))
                                 (compressed-documentation-extension ".gz")
                                 #:allow-other-keys)
  "Compress the manuals in OUTPUTS, and let symbolic links to them follow."
  (define extension compressed-documentation-extension)

  (define (uncompressed? file)
    (not (string-suffix? extension file)))

  (define (retarget link)
    (let ((target (string-append (readlink link) extension)))
      (delete-file link)
      (symlink target (string-append link extension))))

  (define (compress directory)
    (let-values (((links files)
                  (partition symbolic-link?
                             (filter uncompressed? (find-files directory)))))
      (unless (null? files)
        (format #t "compressing documentation in '~a' with ~s...~%"
                directory documentation-compressor)
        ;; A manual that is one file under two names can't be compressed twice.
        (for-each (lambda (files)
                    (apply invoke documentation-compressor
                           (append documentation-compressor-flags
                                   '("-f") files)))
                  (groups-of 200 files)))
      (for-each retarget links)))

  (if compress-documentation?
      (for-each compress
                (search-path-as-list '("share/man" "share/info")
                                     (map cdr outputs)))
      (format #t "not compressing documentation~%")))


;;;
;;; Running the phases.
;;;

(define-syntax-rule (phases name ...)
  (list (cons 'name name) ...))

(define %standard-phases
  (phases set-SOURCE-DATE-EPOCH set-paths install-locale unpack
          bootstrap
          patch-usr-bin-file
          patch-source-shebangs configure patch-generated-file-shebangs
          build check install
          patch-shebangs strip
          validate-runpath
          validate-documentation-location
          delete-info-dir-file
          patch-dot-desktop-files
          install-license-files
          reset-gzip-timestamps
          compress-documentation))

(define (seconds-between start end)
  (let ((elapsed (time-difference end start)))
    (+ (time-second elapsed) (/ (time-nanosecond elapsed) 1e9))))

(define (dump-environment)
  "Write the environment to a file that a shell can read, for whoever examines
the directory of a failed build."
  (with-output-to-file (string-append (or (getenv "NIX_BUILD_TOP") ".")
                                      "/environment-variables")
    (lambda ()
      (for-each (lambda (definition)
                  (match (string-index definition #\=)
                    (#f #t)
                    (end (format #t "export ~a=~s~%"
                                 (substring definition 0 end)
                                 (substring definition (+ end 1))))))
                (environ)))))

(define (report-exception name exception)
  (format (current-error-port) "error: in phase '~a':~%" name)
  (print-exception (current-error-port) #f
                   (exception-kind exception) (exception-args exception)))

(define (run-phase name proc args)
  (define start (current-time time-monotonic))

  (define (report how)
    (format #t "phase `~a' ~a after ~,1f seconds~%"
            name how
            (seconds-between start (current-time time-monotonic)))
    (force-output))

  (format #t "starting phase `~a'~%" name)
  (force-output)
  (with-exception-handler
      (lambda (exception)
        (unless (invoke-error? exception) ;reported by our caller
          (report-exception name exception))
        (dump-environment)
        (report "failed")
        (raise-exception exception))
    (lambda ()
      (apply proc args)
      (report "succeeded"))))

(define* (gnu-build #:key (source #f) (outputs #f) (inputs #f)
                    (phases %standard-phases)
                    #:allow-other-keys
                    #:rest args)
  "Build SOURCE with INPUTS, an alist of labels and directories, into OUTPUTS, an
alist of output names and directories, by calling with ARGS the procedures of
PHASES, an alist, in order.  Exit with status 1 when a command fails."
  (define (run-phases)
    (for-each (match-lambda
                ((name . proc) (run-phase name proc args)))
              phases))

  (setvbuf (current-output-port) 'line)
  (setvbuf (current-error-port) 'line)

  ;; Encoding problems in what a build prints must not end it.
  (set-port-conversion-strategy! (current-output-port) 'substitute)
  (set-port-conversion-strategy! (current-error-port) 'substitute)

  (guard (c ((invoke-error? c)
             (report-invoke-error c)
             (exit 1)))
    (run-phases)
    #t))
