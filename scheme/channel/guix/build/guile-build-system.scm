;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build side of packages that are nothing but Guile modules: they are put
;;; where Guile looks for modules, and compiled.
(define-module (guix build guile-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:export (target-guile-effective-version
            %standard-phases
            guile-build))

(define* (target-guile-effective-version #:optional guile)
  "Return the effective version, such as \"3.0\", of the Guile in the directory
GUILE, or of that in $PATH."
  (let* ((program (if guile (string-append guile "/bin/guile") "guile"))
         (pipe    (open-pipe* OPEN_READ program "--no-auto-compile"
                              "-c" "(display (effective-version))"))
         (line    (read-line pipe)))
    (unless (and (zero? (status:exit-val (close-pipe pipe)))
                 (string? line))
      (error "cannot tell the version of Guile" program))
    line))

(define (compile-module file go directory options)
  ;; Not all Guiles come with 'guild'.
  (mkdir-p (dirname go))
  (invoke "guile" "--no-auto-compile" "-L" directory "-c"
          (object->string
           `(begin
              (use-modules (system base compile))
              (compile-file ,file
                            #:output-file ,go
                            #:opts ',options)))))

(define* (build #:key outputs (source-directory ".")
                (compile-options '())
                (scheme-file-regexp "\\.scm$")
                (not-compiled-file-regexp #f)
                #:allow-other-keys)
  "Install the files below SOURCE-DIRECTORY whose names match SCHEME-FILE-REGEXP,
and what comes out of compiling them with COMPILE-OPTIONS, a property list: all but
those whose names match NOT-COMPILED-FILE-REGEXP."
  (let* ((out     (assoc-ref outputs "out"))
         (version (target-guile-effective-version))
         (modules (string-append out "/share/guile/site/" version))
         (objects (string-append out "/lib/guile/" version "/site-ccache")))
    (define (compiled? file)
      (not (and not-compiled-file-regexp
                (string-match not-compiled-file-regexp file))))

    (define (installed-files)
      (with-directory-excursion source-directory
        (map (lambda (file)
               (string-drop file 2))              ;"./"
             (find-files "." scheme-file-regexp))))

    (when (null? (installed-files))
      (error "no Scheme file in the source" source-directory))
    (for-each (lambda (file)
                (install-file (string-append source-directory "/" file)
                              (dirname (string-append modules "/" file))))
              (installed-files))
    (for-each (lambda (file)
                ;; The compiler keeps file names as they are given: let those be
                ;; of the place where the source stays.
                (compile-module (string-append modules "/" file)
                                (string-append objects "/"
                                               (string-drop-right file 4) ".go")
                                modules compile-options))
              (filter compiled? (installed-files)))))

(define* (install-documentation #:key name outputs
                                (documentation-file-regexp
                                 "^(README.*|.*\\.html|.*\\.org|.*\\.md)$")
                                #:allow-other-keys)
  "Install the files at the top of the source that DOCUMENTATION-FILE-REGEXP
matches."
  (let ((target (string-append (assoc-ref outputs "out") "/share/doc/" name)))
    (for-each (lambda (file)
                (install-file file target))
              (filter (lambda (file)
                        (string=? "." (dirname file)))
                      (find-files "." documentation-file-regexp)))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (replace 'build build)
    (delete 'check)
    (replace 'install install-documentation)))

(define* (guile-build #:key inputs (phases %standard-phases)
                      #:allow-other-keys #:rest args)
  "Build a package of Guile modules by the phases PHASES; ARGS are those of
'gnu-build', and those that the phase 'build' knows."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
