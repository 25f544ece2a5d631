;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What a build script needs: files, search paths, phases, text substitution,
;;; running programs.  Imported into nearly every build, hence free of other
;;; (guix …) modules, and of everything that is slow to load.
(define-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 textual-ports)
  #:autoload   (ice-9 threads) (current-processor-count)
  #:use-module (rnrs bytevectors)
  #:re-export (alist-cons alist-delete)
  #:export (%store-directory
            store-file-name?
            strip-store-file-name
            package-name->name+version
            parallel-job-count

            directory-exists?
            executable-file?
            symbolic-link?
            elf-file?
            ar-file?
            gzip-file?
            tarball?
            compressor
            %xz-parallel-args
            reset-gzip-timestamp

            call-with-temporary-output-file
            call-with-ascii-input-file
            with-directory-excursion
            mkdir-p
            install-file
            make-file-writable
            copy-recursively
            delete-file-recursively
            file-name-predicate
            find-files
            false-if-file-not-found
            set-file-time
            dump-port

            search-path-as-list
            set-path-environment-variable
            search-path-as-string->list
            list->search-path-as-string
            which
            search-input-file
            search-input-directory
            search-error?
            search-error-path
            search-error-file

            every*
            alist-cons-before
            alist-cons-after
            alist-replace
            modify-phases

            with-atomic-file-replacement
            substitute
            substitute*
            patch-shebang
            patch-makefile-SHELL
            patch-/usr/bin/file
            remove-store-references
            forget-imported-programs
            built-from-source?
            built-from-source-first

            wrap-program
            wrapped-program?
            wrap-error?
            wrap-error-program
            wrap-error-type

            invoke
            invoke/quiet
            invoke-error?
            invoke-error-program
            invoke-error-arguments
            invoke-error-exit-status
            invoke-error-term-signal
            invoke-error-stop-signal
            report-invoke-error))


;;;
;;; The store and its file names.
;;;

(define (%store-directory)
  "Return the directory of the store, a string."
  (or (getenv "NIX_STORE") "/gnu/store"))

(define (store-file-name? file)
  "Return true if FILE, a file name, lies in the store."
  (string-prefix? (%store-directory) file))

(define (strip-store-file-name file)
  "Return FILE, a file name in the store, without the store's directory and the
hash; of a store item, \"NAME-VERSION\" remains."
  (string-drop file (+ (string-length (%store-directory)) 34)))

;; What builds start from, binaries of another distribution, is called so.
(define (built-from-source? file)
  "Return true unless FILE, a file name, lies in a store item that was imported as a
binary."
  (not (and (store-file-name? file)
            (> (string-length file) (+ (string-length (%store-directory)) 34))
            (string-prefix? "bootstrap-" (strip-store-file-name file)))))

(define (built-from-source-first files)
  "Return FILES, a list of file names, with those that were imported as binaries at
its end.  In either part the order stays."
  (let-values (((built imported) (partition built-from-source? files)))
    (append built imported)))

(define (package-name->name+version name)
  "Split NAME, a string such as \"foo-bar-1.2\", before the first hyphen that a
digit follows.  Return two values: \"foo-bar\" and \"1.2\", or NAME and #f when
there is no such hyphen."
  (let loop ((start 0))
    (let* ((hyphen (string-index name #\- start))
           (next   (and hyphen (+ hyphen 1))))
      (cond ((or (not hyphen) (>= next (string-length name)))
             (values name #f))
            ((char-numeric? (string-ref name next))
             (values (substring name 0 hyphen) (substring name next)))
            (else (loop next))))))

(define (parallel-job-count)
  "Return the number of jobs, an integer, that a build may run at a time."
  (match (getenv "NIX_BUILD_CORES")
    (#f  1)
    ("0" (current-processor-count))
    (str (or (string->number str) 1))))


;;;
;;; Kinds of files.
;;;

(define (file-has-type? file type)
  (let ((st (stat file #f)))
    (and st (eq? type (stat:type st)))))

(define (directory-exists? dir)
  "Return true if DIR is a directory, or a symbolic link to one."
  (file-has-type? dir 'directory))

(define (executable-file? file)
  "Return true if FILE is a regular file with an execution bit."
  (let ((st (stat file #f)))
    (and st
         (eq? 'regular (stat:type st))
         (not (zero? (logand #o111 (stat:perms st)))))))

(define (symbolic-link? file)
  "Return true if FILE is a symbolic link, dangling or not."
  (eq? 'symlink (stat:type (lstat file))))

(define (file-header-predicate . bytes)
  "Return a procedure that tells whether a file starts with BYTES."
  (define header (u8-list->bytevector bytes))
  (define length (bytevector-length header))

  (lambda (file)
    (and (not (directory-exists? file))
         (equal? header
                 (call-with-input-file file
                   (lambda (port) (get-bytevector-n port length))
                   #:binary #t)))))

(define elf-file? (file-header-predicate #x7f #x45 #x4c #x46))
(set-procedure-property! elf-file? 'documentation
                         "Return true if FILE is in the ELF format.")

(define ar-file? (file-header-predicate #x21 #x3c #x61 #x72 #x63 #x68 #x3e #x0a))
(set-procedure-property! ar-file? 'documentation
                         "Return true if FILE is an 'ar' archive.")

(define gzip-file? (file-header-predicate #x1f #x8b))
(set-procedure-property! gzip-file? 'documentation
                         "Return true if FILE is compressed by gzip.")

(define (tarball? file)
  "Return true if FILE has the name of a tarball."
  (->bool (string-match
           "\\.(tar(\\..*)?|tgz|tbz|tbz2|txz|tzst|tlz)$" file)))

(define (compressor file)
  "Return the name of the program that compressed FILE, as FILE's name tells it,
or #f for a name that tells nothing."
  (cond ((string-match "\\.t?gz$" file)   "gzip")
        ((string-match "\\.t?bz2?$" file) "bzip2")
        ((string-match "\\.t?lz$" file)   "lzip")
        ((string-match "\\.zip$" file)    "unzip")
        ((string-match "\\.t?xz$" file)   "xz")
        ((string-match "\\.t?zst$" file)  "zstd")
        (else #f)))

(define (%xz-parallel-args)
  "Return the options, a list of strings, that make 'xz' use several threads and
still write the same bytes whatever their number."
  (list "--memlimit=50%"
        (format #f "--threads=~a" (max 2 (parallel-job-count)))))

(define* (reset-gzip-timestamp file #:key (keep-mtime? #t))
  "Clear the time that the header of FILE, a gzip file, holds; return true if
there was something to clear.  FILE's own modification time stays when
KEEP-MTIME? is true."
  (define st (stat file))

  (define (clear port)
    (let ((header (make-bytevector 8)))
      (and (eqv? 8 (get-bytevector-n! port header 0 8))
           (not (zero? (bytevector-u32-ref header 4 (endianness little))))
           (begin
             (seek port 4 SEEK_SET)
             (put-bytevector port (make-bytevector 4 0))
             #t))))

  (let* ((port     (open-file file "r+b"))
         (cleared? (clear port)))
    (close-port port)
    (when (and cleared? keep-mtime?)
      (set-file-time file st))
    cleared?))


;;;
;;; Operations on files.
;;;

(define (call-with-temporary-output-file proc)
  "Call PROC with the name of a fresh temporary file and a port to write it;
close the port and delete the file when PROC is left."
  (let* ((port     (mkstemp (string-append (or (getenv "TMPDIR") "/tmp")
                                           "/guix-file.XXXXXX")))
         (template (port-filename port)))
    (dynamic-wind
      (const #t)
      (lambda () (proc template port))
      (lambda ()
        (false-if-exception (close-port port))
        (false-if-exception (delete-file template))))))

(define (call-with-ascii-input-file file proc)
  "Open FILE so that each byte reads as one character, and call PROC with the
port."
  (call-with-input-file file proc #:encoding "ISO-8859-1"))

(define-syntax-rule (with-directory-excursion dir body ...)
  "Evaluate BODY with DIR as the current directory."
  (let ((previous (getcwd)))
    (dynamic-wind
      (lambda () (chdir dir))
      (lambda () body ...)
      (lambda () (chdir previous)))))

(define (mkdir-p dir)
  "Create directory DIR and the directories above it that don't exist yet."
  (define (make-component dir)
    (catch 'system-error
      (lambda () (mkdir dir))
      (lambda args
        (unless (and (= EEXIST (system-error-errno args))
                     (directory-exists? dir))
          (apply throw args)))))

  (fold (lambda (component parent)
          (let ((dir (string-append parent component)))
            (make-component dir)
            (string-append dir "/")))
        (if (string-prefix? "/" dir) "/" "")
        (remove string-null? (string-split dir #\/)))
  *unspecified*)

(define (install-file file directory)
  "Copy FILE into DIRECTORY, which is created where it is missing."
  (mkdir-p directory)
  (copy-file file (string-append directory "/" (basename file))))

(define (make-file-writable file)
  "Let FILE's owner write it."
  (chmod file (logior #o200 (stat:perms (lstat file)))))

(define (set-file-time file stat)
  "Give FILE the access and modification times of STAT."
  (utime file
         (stat:atime stat) (stat:mtime stat)
         (stat:atimensec stat) (stat:mtimensec stat)))

(define* (dump-port in out #:optional len
                    #:key (buffer-size 16384)
                    (progress (lambda (total continue) (continue))))
  "Copy LEN bytes, or all of them, from port IN to port OUT through a buffer of
BUFFER-SIZE bytes.  After each buffer call PROGRESS with the number of bytes
copied so far and a thunk that goes on."
  (define buffer (make-bytevector buffer-size))

  (define (wanted total)
    (if len (min buffer-size (- len total)) buffer-size))

  (let loop ((total 0))
    (let ((count (if (zero? (wanted total))
                     (eof-object)
                     (get-bytevector-n! in buffer 0 (wanted total)))))
      (unless (eof-object? count)
        (put-bytevector out buffer 0 count)
        (progress (+ total count)
                  (lambda () (loop (+ total count))))))))

(define (directory-entries dir)
  "Return the names in DIR, sorted, without \".\" and \"..\"."
  (let ((stream (opendir dir)))
    (let loop ((names '()))
      (match (readdir stream)
        ((? eof-object?)
         (closedir stream)
         (sort names string<?))
        ((or "." "..") (loop names))
        (name (loop (cons name names)))))))

(define* (copy-recursively source destination
                           #:key (log (current-output-port))
                           (follow-symlinks? #f)
                           (copy-file copy-file)
                           (keep-mtime? #f)
                           (keep-permissions? #t)
                           (select? (const #t)))
  "Copy SOURCE, a directory or a file, to DESTINATION.  Symbolic links are copied
as such unless FOLLOW-SYMLINKS? is true; modification times and permissions are
kept if KEEP-MTIME? and KEEP-PERMISSIONS? say so; regular files are copied by
COPY-FILE.  A file below SOURCE for which (SELECT? FILE STAT) is false is left
out.  Each file is reported to the port LOG, unless it is #f."
  (define get-stat (if follow-symlinks? stat lstat))

  (define (keep-attributes st destination)
    (when keep-permissions?
      (chmod destination (stat:perms st)))
    (when keep-mtime?
      (set-file-time destination st)))

  (define (replace-by-link source destination)
    (false-if-exception (delete-file destination))
    (symlink (readlink source) destination))

  (define (copy-directory source destination st)
    (mkdir-p destination)
    (for-each (lambda (entry)
                (let* ((file (string-append source "/" entry))
                       (st   (get-stat file)))
                  (when (select? file st)
                    (copy file (string-append destination "/" entry) st))))
              (directory-entries source))
    (when keep-permissions?
      ;; A directory that we can't write would be in the way later on.
      (chmod destination (logior #o200 (stat:perms st))))
    (when keep-mtime?
      (set-file-time destination st)))

  (define (copy source destination st)
    (case (stat:type st)
      ((directory) (copy-directory source destination st))
      (else
       (when log
         (format log "`~a' -> `~a'~%" source destination))
       (if (eq? 'symlink (stat:type st))
           (replace-by-link source destination)
           (begin
             (copy-file source destination)
             (keep-attributes st destination))))))

  (copy source destination (get-stat source)))

(define* (delete-file-recursively dir #:key follow-mounts?)
  "Delete DIR, a directory or a file, with all that it holds; never follow a
symbolic link, nor go to another device unless FOLLOW-MOUNTS? is true.  What
can't be deleted is reported, not an error."
  (define device (stat:dev (lstat dir)))

  (define (warn file args)
    (format (current-error-port) "warning: failed to delete ~a: ~a~%"
            file (strerror (system-error-errno (cons 'system-error args)))))

  (define-syntax-rule (attempt file expression)
    (catch 'system-error
      (lambda () expression)
      (lambda (key . args) (warn file args))))

  (let delete ((file dir))
    (attempt file
             (let ((st (lstat file)))
               (cond ((not (eq? 'directory (stat:type st)))
                      (delete-file file))
                     ((or follow-mounts? (= device (stat:dev st)))
                      (for-each (lambda (entry)
                                  (delete (string-append file "/" entry)))
                                (directory-entries file))
                      (rmdir file)))))))

(define (file-name-predicate regexp)
  "Return a predicate for 'find-files': true for a file whose base name matches
REGEXP, a string."
  (let ((rx (make-regexp regexp)))
    (lambda (file stat)
      (->bool (regexp-exec rx (basename file))))))

(define* (find-files dir #:optional (pred (const #t))
                     #:key (stat lstat) directories? fail-on-error?)
  "Return the sorted list of the files below DIR that satisfy PRED: either a
regular expression for the base name, or a procedure of a file name and what
STAT returns for it.  Directories are listed if DIRECTORIES? is true.  With STAT
left at 'lstat', symbolic links are not followed.  A file that can't be examined
is skipped with a warning, or an error if FAIL-ON-ERROR? is true."
  (define matches?
    (if (procedure? pred) pred (file-name-predicate pred)))

  (define (visit file result)
    (let ((st (stat file)))
      (if (eq? 'directory (stat:type st))
          (fold (lambda (entry result)
                  (safe-visit (string-append file "/" entry) result))
                (if (and directories? (matches? file st))
                    (cons file result)
                    result)
                (directory-entries file))
          (if (matches? file st) (cons file result) result))))

  (define (safe-visit file result)
    (catch 'system-error
      (lambda () (visit file result))
      (lambda args
        (when fail-on-error?
          (apply throw args))
        (format (current-error-port) "find-files: ~a: ~a~%"
                file (strerror (system-error-errno args)))
        result)))

  (sort (safe-visit dir '()) string<?))

(define-syntax-rule (false-if-file-not-found exp)
  "Evaluate EXP; return #f if it fails because a file doesn't exist."
  (catch 'system-error
    (lambda () exp)
    (lambda args
      (if (= ENOENT (system-error-errno args))
          #f
          (apply throw args)))))


;;;
;;; Search paths.
;;;

(define* (search-path-as-list files input-dirs
                              #:key (type 'directory) pattern)
  "Return the list of the directories (or of whatever TYPE names) FILES in each
of INPUT-DIRS that exist.  With PATTERN, a regular expression, return instead
the files of that TYPE below them whose base name matches it."
  (define (of-type? file)
    (file-has-type? file type))

  (define (matches dir)
    (if (directory-exists? dir)
        (find-files dir
                    (let ((name? (file-name-predicate pattern)))
                      (lambda (file st)
                        (and (eq? type (stat:type st)) (name? file st))))
                    #:stat stat
                    #:directories? (eq? type 'directory))
        '()))

  (append-map (lambda (input)
                (append-map (lambda (file)
                              (let ((file (string-append input "/" file)))
                                (cond (pattern         (matches file))
                                      ((of-type? file) (list file))
                                      (else            '()))))
                            files))
              (delete-duplicates input-dirs)))

(define (list->search-path-as-string lst separator)
  "Join LST, a list of file names, by SEPARATOR; without one, return its first
element."
  (if separator
      (string-join lst separator)
      (match lst
        ((head _ ...) head)
        (() ""))))

(define* (search-path-as-string->list path #:optional (separator #\:))
  "Split PATH, the value of a search path variable, at each SEPARATOR."
  (if separator
      (string-tokenize path (char-set-complement (char-set separator)))
      (list path)))

(define* (set-path-environment-variable env-var files input-dirs
                                        #:key (separator ":")
                                        (type 'directory) pattern)
  "Set the environment variable ENV-VAR to the search path of FILES in
INPUT-DIRS, joined by SEPARATOR; unset it if there are none.  TYPE and PATTERN
are those of 'search-path-as-list'."
  (let ((value (list->search-path-as-string
                (search-path-as-list files input-dirs
                                     #:type type #:pattern pattern)
                separator)))
    (cond ((string-null? value)
           (unsetenv env-var)
           (format #t "environment variable `~a' unset~%" env-var))
          (else
           (setenv env-var value)
           (format #t "environment variable `~a' set to `~a'~%"
                   env-var value)))))

(define (which program)
  "Return the file name of PROGRAM as found in $PATH, or #f."
  (find executable-file?
        (map (lambda (dir) (string-append dir "/" program))
             (search-path-as-string->list (or (getenv "PATH") "")))))

(define-condition-type &search-error &error
  search-error?
  (path search-error-path)
  (file search-error-file))

(define (search-input inputs file exists?)
  (match inputs
    (((_ . directories) ...)
     (or (find exists?
               (map (lambda (dir) (string-append dir "/" file)) directories))
         (raise (condition
                 (&search-error (path directories) (file file))))))))

(define (search-input-file inputs file)
  "Return the name of FILE, such as \"bin/sh\", in the first of INPUTS, an alist
of labels and directories, that holds it; raise a '&search-error' if none does."
  (search-input inputs file file-exists?))

(define (search-input-directory inputs directory)
  "Like 'search-input-file', for a directory."
  (search-input inputs directory directory-exists?))


;;;
;;; Association lists and phases.
;;;

(define (every* pred lst)
  "Return true if PRED is true for every element of LST; unlike 'every', call it
for all of them even after a failure."
  (fold (lambda (element result)
          (let ((ok? (pred element)))
            (and ok? result)))
        #t
        lst))

(define* (alist-cons-before reference key value alist
                            #:optional (key=? equal?))
  "Insert the pair KEY, VALUE before the first element of ALIST whose key is
REFERENCE, or at the end if there is none."
  (let-values (((before after)
                (break (lambda (pair) (key=? reference (car pair))) alist)))
    (append before (alist-cons key value after))))

(define* (alist-cons-after reference key value alist
                           #:optional (key=? equal?))
  "Insert the pair KEY, VALUE after the first element of ALIST whose key is
REFERENCE, or at the end if there is none."
  (let-values (((before after)
                (break (lambda (pair) (key=? reference (car pair))) alist)))
    (match after
      ((reference rest ...)
       (append before (cons reference (alist-cons key value rest))))
      (()
       (append before (list (cons key value)))))))

(define* (alist-replace key value alist #:optional (key=? equal?))
  "Return ALIST with VALUE for KEY, which it has to hold."
  (let-values (((before after)
                (break (lambda (pair) (key=? key (car pair))) alist)))
    (match after
      ((_ rest ...)
       (append before (alist-cons key value rest)))
      (()
       (error "alist-replace: no such key" key)))))

;; The operations are recognized by name, not by binding: 'delete' is bound to
;; one thing or another in the modules that use this, the others to nothing.
(define-syntax modify-phases
  (lambda (s)
    "Modify PHASES, an alist of names and procedures, by CLAUSES in turn:

  (delete NAME)
  (replace NAME PROCEDURE)
  (add-before NAME NEW-NAME PROCEDURE)
  (add-after NAME NEW-NAME PROCEDURE)"
    (syntax-case s ()
      ((_ phases)
       #'phases)
      ((_ phases (operation argument ...) rest ...)
       (with-syntax
           ((phases
             (syntax-case #'(operation argument ...) ()
               ((delete name)
                (eq? 'delete (syntax->datum #'delete))
                #'(alist-delete name phases))
               ((replace name new)
                (eq? 'replace (syntax->datum #'replace))
                #'(alist-replace name new phases))
               ((add-before name new-name new)
                (eq? 'add-before (syntax->datum #'add-before))
                #'(alist-cons-before name new-name new phases))
               ((add-after name new-name new)
                (eq? 'add-after (syntax->datum #'add-after))
                #'(alist-cons-after name new-name new phases))
               (_
                (syntax-violation 'modify-phases "unknown clause" s
                                  #'(operation argument ...))))))
         #'(modify-phases phases rest ...))))))


;;;
;;; Text.
;;;

(define (with-atomic-file-replacement file proc)
  "Call PROC with a port to read FILE and one to write what replaces it; FILE
keeps its permissions, and all of its contents if PROC fails."
  (let* ((mode     (stat:perms (stat file)))
         (out      (mkstemp (string-append file ".XXXXXX")))
         (template (port-filename out)))
    (with-throw-handler #t
      (lambda ()
        (call-with-input-file file
          (lambda (in)
            (let ((result (proc in out)))
              (close-port out)
              (chmod template mode)
              (rename-file template file)
              result))))
      (lambda _
        (false-if-exception (delete-file template))))))

(define (file->string+encoding file)
  "Return two values: FILE's contents, and their encoding: UTF-8 if they are
valid as such, else ISO-8859-1, which keeps all bytes as they are."
  (let* ((bytes (call-with-input-file file get-bytevector-all #:binary #t))
         (bytes (if (eof-object? bytes) #vu8() bytes)))
    (catch 'decoding-error
      (lambda ()
        (values (utf8->string bytes) "UTF-8"))
      (lambda _
        (values (bytevector->string bytes "ISO-8859-1") "ISO-8859-1")))))

(define bytevector->string
  (lambda (bytes encoding)
    (let ((port (open-bytevector-input-port bytes)))
      (set-port-encoding! port encoding)
      (let ((str (get-string-all port)))
        (if (eof-object? str) "" str)))))

(define (split-lines str)
  "Return the list of STR's lines, each with its newline."
  (let loop ((start 0) (lines '()))
    (let ((newline (string-index str #\newline start)))
      (cond (newline
             (loop (+ newline 1)
                   (cons (substring str start (+ newline 1)) lines)))
            ((= start (string-length str))
             (reverse! lines))
            (else
             (reverse! (cons (substring str start) lines)))))))

;; The C library's regular expressions stop at NUL; let this stand for it.
(define %nul-substitute #\xE000)

(define (exchange-char str from to)
  (if (string-index str from)
      (string-map (lambda (chr) (if (eqv? chr from) to chr)) str)
      str))

(define (substitute file pattern+procs)
  "Replace in FILE every line that matches the pattern of an element of
PATTERN+PROCS, a list of pairs of a regular expression (a string or a regexp)
and a procedure.  The procedure gets the line and the list of its matches, and
returns what takes the line's place.  A FILE in which nothing changes is not
touched."
  (define rx+procs
    (map (match-lambda
           (((? regexp? rx) . proc) (cons rx proc))
           ((pattern . proc) (cons (make-regexp pattern regexp/extended) proc)))
         pattern+procs))

  (define (edit line)
    (fold (lambda (rx+proc line)
            (match (list-matches (car rx+proc) line)
              (()      line)
              (matches ((cdr rx+proc) line matches))))
          line
          rx+procs))

  (define (edit-line line)
    (exchange-char (edit (exchange-char line #\nul %nul-substitute))
                   %nul-substitute #\nul))

  (let-values (((contents encoding) (file->string+encoding file)))
    (let ((result (string-concatenate
                   (map edit-line (split-lines contents)))))
      (unless (string=? result contents)
        (with-atomic-file-replacement file
          (lambda (in out)
            (set-port-encoding! out encoding)
            (put-string out result)))))))

(define-syntax let-matches
  ;; Bind each variable to a part of a match, in order; '_' binds nothing.
  (syntax-rules (_)
    ((let-matches index match () body ...)
     (let () body ...))
    ((let-matches index match (_ vars ...) body ...)
     (let-matches (+ 1 index) match (vars ...) body ...))
    ((let-matches index match (var vars ...) body ...)
     (let ((var (match:substring match index)))
       (let-matches (+ 1 index) match (vars ...) body ...)))))

(define (replace-matches line matches replacement)
  "Return LINE with each of MATCHES replaced by what REPLACEMENT, a procedure,
returns for it."
  (let loop ((start 0) (matches matches) (pieces '()))
    (match matches
      (()
       (string-concatenate-reverse pieces (substring line start)))
      ((m rest ...)
       (loop (match:end m)
             rest
             (cons* (replacement m)
                    (substring line start (match:start m))
                    pieces))))))

(define-syntax substitute*
  (syntax-rules ()
    "Replace in FILE, a file name or a list of them, whatever matches REGEXP, an
extended regular expression that is tried on each line, by the string that BODY
returns.  WHOLE is bound to the text that matched, PART … to what its groups
matched; '_' binds nothing.  Several clauses apply one after the other.

  (substitute* \"Makefile\"
    ((\"^prefix = .*$\")
     (string-append \"prefix = \" out \"\\n\"))
    ((\"-l([a-z]+)\" _ library)
     (string-append \"-L\" (assoc-ref dirs library) \" -l\" library)))"
    ((substitute* file ((regexp match-var ...) body ...) ...)
     (let ((pattern+procs
            (list (cons regexp
                        (lambda (line matches)
                          (replace-matches
                           line matches
                           (lambda (m)
                             (let-matches 0 m (match-var ...) body ...)))))
                  ...)))
       (match file
         ((names (... ...))
          (for-each (lambda (name) (substitute name pattern+procs)) names))
         (name
          (substitute name pattern+procs)))))))

(define-syntax-rule (keeping-mtime keep? file body ...)
  "Evaluate BODY; then, if KEEP? is true, give FILE the times it had before."
  (let ((st (stat file)))
    body ...
    (when keep?
      (set-file-time file st))))

(define (shebang-line file)
  "Return the first line of FILE if it starts with \"#!\", else #f."
  (call-with-ascii-input-file file
    (lambda (port)
      (and (eqv? #\# (read-char port))
           (eqv? #\! (read-char port))
           (let ((line (read-line port)))
             (and (string? line)
                  (string-append "#!" line)))))))

(define shebang-rx
  (make-regexp "^#![[:blank:]]*([^[:space:]]+)[[:blank:]]*(.*)$"))

(define (parse-shebang line)
  "Return two values: the interpreter that LINE, a \"#!\" line, names, and its
arguments, a string.  \"env\" stands for the program that it would run.  Return
#f and #f if LINE makes no sense."
  (define (parse interpreter arguments)
    (if (string=? "env" (basename interpreter))
        (let ((words (drop-while (lambda (word) (string-prefix? "-" word))
                                 (string-tokenize arguments))))
          (match words
            ((program rest ...) (values program (string-join rest)))
            (()                 (values #f #f))))
        (values interpreter arguments)))

  (let ((m (regexp-exec shebang-rx line)))
    (if m
        (parse (match:substring m 1) (string-trim-right (match:substring m 2)))
        (values #f #f))))

(define (replace-first-line file line)
  (with-atomic-file-replacement file
    (lambda (in out)
      (set-port-encoding! in "ISO-8859-1")
      (set-port-encoding! out "ISO-8859-1")
      (read-line in)
      (put-string out line)
      (newline out)
      (dump-port in out))))

(define* (patch-shebang file
                        #:optional
                        (path (search-path-as-string->list (getenv "PATH")))
                        #:key (keep-mtime? #t)
                        (keep? store-file-name?))
  "If FILE starts with \"#!\" and an interpreter that KEEP? rejects, by default one
that isn't in the store, replace it by the program of the same name in PATH, a list
of directories.  Return true if FILE was changed.  FILE's modification time stays if
KEEP-MTIME? is true."
  (define (find-program name)
    (find executable-file?
          (map (lambda (dir) (string-append dir "/" name)) path)))

  (define (patch interpreter arguments)
    (let ((program (find-program (basename interpreter))))
      (cond ((not program)
             (format (current-error-port)
                     "patch-shebang: ~a: warning: no binary for interpreter `~a' found in $PATH~%"
                     file (basename interpreter))
             #f)
            ((string=? program interpreter)
             #f)
            (else
             (format (current-error-port)
                     "patch-shebang: ~a: changing `~a' to `~a'~%"
                     file interpreter program)
             (keeping-mtime keep-mtime? file
               (replace-first-line file
                                   (string-append
                                    "#!" program
                                    (if (string-null? arguments) "" " ")
                                    arguments)))
             #t))))

  (let ((line (shebang-line file)))
    (and line
         (let-values (((interpreter arguments) (parse-shebang line)))
           (and interpreter
                (not (keep? interpreter))
                (patch interpreter arguments))))))

(define* (patch-makefile-SHELL file #:key (keep-mtime? #t))
  "Let the SHELL variable of FILE, a makefile, name the shell of that name in
$PATH instead of one in a fixed directory."
  (keeping-mtime keep-mtime? file
    (substitute* file
      (("^ *SHELL[[:blank:]]*:?=[[:blank:]]*([[:graph:]]*/)([[:graph:]]+)(.*)$"
        line dir shell arguments)
       (let ((program (and (not (store-file-name? dir)) (which shell))))
         (if program
             (begin
               (format (current-error-port)
                       "patch-makefile-SHELL: ~a: changing `SHELL' from `~a~a' to `~a'~%"
                       file dir shell program)
               (string-append "SHELL = " program arguments))
             line))))))

(define* (patch-/usr/bin/file file
                              #:key (file-command (which "file"))
                              (keep-mtime? #t))
  "Replace \"/usr/bin/file\" in FILE by FILE-COMMAND."
  (if file-command
      (keeping-mtime keep-mtime? file
        (substitute* file
          (("/usr/bin/file")
           (begin
             (format (current-error-port)
                     "patch-/usr/bin/file: ~a: changing `/usr/bin/file' to `~a'~%"
                     file file-command)
             file-command))))
      (format (current-error-port)
              "patch-/usr/bin/file: warning: no 'file' command, ~a not patched~%"
              file)))

(define* (remove-store-references file
                                  #:optional (store (%store-directory)))
  "Overwrite the hashes of all file names in STORE that occur in FILE, of any
format, by letters that are no hash, so that FILE refers to no store item."
  (define prefix (string->utf8 (string-append store "/")))
  (define prefix-length (bytevector-length prefix))
  (define hash-chars (string->char-set "0123456789abcdfghijklmnpqrsvwxyz"))

  (define bytes
    (let ((bytes (call-with-input-file file get-bytevector-all #:binary #t)))
      (if (eof-object? bytes) #vu8() bytes)))
  (define last-start (- (bytevector-length bytes) prefix-length 33))

  (define (prefix-at? start)
    (let loop ((i 0))
      (or (= i prefix-length)
          (and (= (bytevector-u8-ref prefix i)
                  (bytevector-u8-ref bytes (+ start i)))
               (loop (+ i 1))))))

  (define (hash-at? start)
    (and (= 45 (bytevector-u8-ref bytes (+ start 32)))
         (let loop ((i 0))
           (or (= i 32)
               (and (char-set-contains?
                     hash-chars
                     (integer->char (bytevector-u8-ref bytes (+ start i))))
                    (loop (+ i 1)))))))

  (define (erase-hash! start)
    (do ((i 0 (+ i 1))) ((= i 32))
      (bytevector-u8-set! bytes (+ start i) (char->integer #\e))))

  (define changed?
    (let loop ((i 0) (changed? #f))
      (cond ((> i last-start) changed?)
            ((and (prefix-at? i) (hash-at? (+ i prefix-length)))
             (erase-hash! (+ i prefix-length))
             (loop (+ i prefix-length 33) #t))
            (else (loop (+ i 1) changed?)))))

  (when changed?
    (with-atomic-file-replacement file
      (lambda (in out)
        (put-bytevector out bytes)))))


;;;
;;; Running programs.
;;;

(define-condition-type &invoke-error &error
  invoke-error?
  (program      invoke-error-program)
  (arguments    invoke-error-arguments)
  (exit-status  invoke-error-exit-status)
  (term-signal  invoke-error-term-signal)
  (stop-signal  invoke-error-stop-signal))

(define (raise-invoke-error program arguments status)
  (raise (condition
          (&invoke-error (program program)
                         (arguments arguments)
                         (exit-status (status:exit-val status))
                         (term-signal (status:term-sig status))
                         (stop-signal (status:stop-sig status))))))

(define (invoke program . args)
  "Run PROGRAM with ARGS, strings; return #t if it succeeds, else raise an
'&invoke-error'."
  (let ((status (apply system* program args)))
    (unless (zero? status)
      (raise-invoke-error program args status))
    #t))

(define* (report-invoke-error c #:optional (port (current-error-port)))
  "Tell on PORT what C, an '&invoke-error', is about."
  (format port "command ~s failed with ~:[signal~;status~] ~a~%"
          (cons (invoke-error-program c) (invoke-error-arguments c))
          (invoke-error-exit-status c)
          (or (invoke-error-exit-status c)
              (invoke-error-term-signal c)
              (invoke-error-stop-signal c))))

(define (invoke/quiet program . args)
  "Like 'invoke', but show what PROGRAM prints only if it fails."
  (define (run file)
    (let ((pid (primitive-fork)))
      (if (zero? pid)
          (exec-with-output file)
          (cdr (waitpid pid)))))

  (define (exec-with-output file)
    (dynamic-wind
      (const #t)
      (lambda ()
        (let ((fd (open-fdes file (logior O_WRONLY O_TRUNC))))
          (dup2 fd 1)
          (dup2 fd 2)
          (apply execlp program program args)))
      (lambda () (primitive-_exit 127))))

  (call-with-temporary-output-file
   (lambda (file port)
     (let ((status (run file)))
       (unless (zero? status)
         (format (current-error-port) "'~a~{ ~a~}' failed; its output was:~%"
                 program args)
         (call-with-ascii-input-file file
           (lambda (in)
             (dump-port in (current-error-port))))
         (raise-invoke-error program args status))
       #t))))


;;;
;;; Wrappers.
;;;

(define-condition-type &wrap-error &error
  wrap-error?
  (program wrap-error-program)
  (type    wrap-error-type))

(define (wrapped-program? program)
  "Return true if PROGRAM, a file name, is what a wrapper runs."
  (let ((name (basename program)))
    (and (string-prefix? "." name) (string-suffix? "-real" name))))

(define (variable-definition definition)
  "Return the shell command for DEFINITION: (VARIABLE [SEPARATOR] OPERATOR
(VALUE …)) with OPERATOR one of '=', 'prefix' and 'suffix'."
  (define (export variable separator operator values)
    (let ((value (string-join values separator)))
      (case operator
        ((=)
         (format #f "export ~a=\"~a\"" variable value))
        ((prefix)
         (format #f "export ~a=\"~a${~a:+~a}$~a\""
                 variable value variable separator variable))
        ((suffix)
         (format #f "export ~a=\"$~a${~a:+~a}~a\""
                 variable variable variable separator value)))))

  (match definition
    ((variable (and operator (or '= 'prefix 'suffix)) (values ...))
     (export variable ":" operator values))
    ((variable separator (and operator (or '= 'prefix 'suffix)) (values ...))
     (export variable separator operator values))))

(define (forget-imported-programs files)
  "Let FILES, which are text, name without their directories the programs that were
imported as binaries: whoever runs them has some in $PATH."
  (substitute* files
    (((string-append (%store-directory)
                     "/[0-9a-z]{32}-bootstrap-[^/[:space:]]+/s?bin/"))
     "")))

(define* (wrap-program prog #:key (sh (which "bash")) #:rest vars)
  "Move PROG to .PROG-real and put in its place a script for the shell SH that
sets environment variables and then runs it.  Each of VARS is

  (VARIABLE OPERATOR (VALUE …))   or   (VARIABLE SEPARATOR OPERATOR (VALUE …))

where OPERATOR is '=', 'prefix' or 'suffix', and SEPARATOR is \":\" by default.
A program that is wrapped already gets the additional variables."
  (define definitions
    (map variable-definition
         (match vars
           ((#:sh _ rest ...) rest)
           (_ vars))))

  (define real
    (string-append (dirname prog) "/." (basename prog) "-real"))

  (define (write-wrapper)
    (call-with-output-file prog
      (lambda (port)
        (format port "#!~a~%~{~a~%~}exec -a \"$0\" \"~a\" \"$@\"~%"
                sh definitions (canonicalize-path real))))
    (chmod prog #o755))

  (define (extend-wrapper)
    (let ((lines (split-lines (call-with-input-file prog get-string-all))))
      (call-with-output-file prog
        (lambda (port)
          (format port "~{~a~}~{~a~%~}~a"
                  (drop-right lines 1) definitions (last lines))))))

  (when (or (wrapped-program? prog) (not sh))
    (raise (condition
            (&wrap-error (program prog)
                         (type (if sh 'already-wrapped 'no-shell))))))
  (if (file-exists? real)
      (extend-wrapper)
      (begin
        (rename-file prog real)
        (write-wrapper))))

;;; Local Variables:
;;; eval: (put 'call-with-ascii-input-file 'scheme-indent-function 1)
;;; eval: (put 'with-atomic-file-replacement 'scheme-indent-function 1)
;;; eval: (put 'keeping-mtime 'scheme-indent-function 2)
;;; End:
