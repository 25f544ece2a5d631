;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build side of packages of Emacs Lisp: their files are compiled where they
;;; are installed, in a directory of the package's own below that in which Emacs
;;; looks for libraries.
(define-module (guix build emacs-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (guix build emacs-utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 regex)
  #:export (%standard-phases
            %default-include
            %default-exclude
            elpa-directory
            emacs-build))

(define %site-lisp "/share/emacs/site-lisp")

;; Which files of the source are installed, by their names relative to it.
(define %default-include
  '("^[^/]*\\.el$" "^[^/]*\\.info$" "^doc/.*\\.info$"))
(define %default-exclude
  '("^\\.dir-locals\\.el$" "^[^/]*tests?\\.el$"))

(define (elpa-name name+version)
  ;; Emacs knows packages without the prefix that ours have.
  (if (string-prefix? "emacs-" name+version)
      (string-drop name+version (string-length "emacs-"))
      name+version))

(define (elpa-directory output)
  "Return the directory of OUTPUT, of the store, that has the package's files."
  (string-append output %site-lisp "/"
                 (elpa-name (strip-store-file-name output))))

(define (package-name name)
  (call-with-values (lambda () (package-name->name+version name))
    (lambda (name version) (elpa-name name))))

(define* (expand-load-path #:key inputs #:allow-other-keys)
  "Let Emacs find the libraries of INPUTS, each in a directory of its own, and
those of the source."
  (define (subdirectories directory)
    (cons directory
          (find-files directory
                      (lambda (file st)
                        (and (eq? 'directory (stat:type st))
                             (not (string=? file directory))))
                      #:directories? #t)))

  (let ((directories (search-path-as-list (list (string-drop %site-lisp 1))
                                          (map cdr inputs))))
    ;; The empty element at the end stands for what Emacs brings itself.
    (setenv "EMACSLOADPATH"
            (string-append
             (list->search-path-as-string
              (cons (getcwd) (append-map subdirectories directories)) ":")
             ":"))))

(define (selected-files directory include exclude)
  (define (matches-any? name regexps)
    (any (lambda (regexp) (string-match regexp name)) regexps))

  (filter (lambda (name)
            (and (matches-any? name include)
                 (not (matches-any? name exclude))))
          (map (lambda (file)
                 (string-drop file (+ 1 (string-length directory))))
               (find-files directory))))

(define* (install #:key outputs (include %default-include)
                  (exclude %default-exclude) #:allow-other-keys)
  "Install the files whose names match a regexp of INCLUDE and none of EXCLUDE;
manuals go where manuals are."
  (let* ((out    (assoc-ref outputs "out"))
         (target (elpa-directory out))
         (files  (selected-files "." include exclude)))
    (when (null? files)
      (error "no file of the source is to be installed" include exclude))
    (for-each (lambda (file)
                (install-file file
                              (if (string-suffix? ".info" file)
                                  (string-append out "/share/info")
                                  (dirname (string-append target "/" file)))))
              files)))

(define* (make-autoloads #:key name outputs #:allow-other-keys)
  "Generate what lets Emacs load the installed files when they are needed."
  (emacs-generate-autoloads (package-name name)
                            (elpa-directory (assoc-ref outputs "out"))))

(define* (build #:key outputs #:allow-other-keys)
  "Compile the installed files."
  (emacs-byte-compile-directory (elpa-directory (assoc-ref outputs "out"))))

(define* (check #:key tests? (test-command '("make" "check"))
                #:allow-other-keys)
  "Run TEST-COMMAND, a list of strings, if TESTS? is true."
  (if tests?
      (apply invoke test-command)
      (format #t "test suite not run~%")))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (add-after 'unpack 'expand-load-path expand-load-path)
    (delete 'bootstrap)
    (delete 'configure)
    (delete 'build)
    (replace 'check check)
    (replace 'install install)
    (add-after 'install 'make-autoloads make-autoloads)
    ;; Bytecode holds the names of the files that it was made from.
    (add-after 'make-autoloads 'build build)))

(define* (emacs-build #:key inputs (phases %standard-phases)
                      #:allow-other-keys #:rest args)
  "Build a package of Emacs Lisp by the phases PHASES; ARGS are those of
'gnu-build', and #:include, #:exclude, and #:test-command."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
