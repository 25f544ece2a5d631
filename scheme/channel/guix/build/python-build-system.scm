;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build side of 'python-build-system': packages with a 'setup.py'.
(define-module (guix build python-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (ice-9 format)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:export (%standard-phases
            add-installed-pythonpath
            site-packages
            python-version
            python-build))

(define (python-version python)
  "Return the version of PYTHON, the directory of a Python package, up to the
first two numbers: \"3.9\"."
  (let-values (((name version)
                (package-name->name+version (strip-store-file-name python))))
    (match (string-split version #\.)
      ((major minor _ ...) (string-append major "." minor)))))

(define (python-input inputs)
  "Return the directory of Python in INPUTS."
  (or (assoc-ref inputs "python")
      (assoc-ref inputs "python-minimal")
      (dirname (dirname (or (which "python3")
                            (error "python-build-system: no Python in inputs"))))))

(define (site-packages inputs outputs)
  "Return the directory, with a final slash, for modules in the \"out\" output."
  (string-append (assoc-ref outputs "out") "/lib/python"
                 (python-version (python-input inputs)) "/site-packages/"))

(define (add-installed-pythonpath inputs outputs)
  "Put the modules in the \"out\" output on GUIX_PYTHONPATH."
  (setenv "GUIX_PYTHONPATH"
          (string-join (cons (site-packages inputs outputs)
                             (search-path-as-string->list
                              (or (getenv "GUIX_PYTHONPATH") "")))
                       ":")))

(define setuptools-shim
  ;; Let a 'setup.py' that uses distutils understand setuptools' options.
  "import setuptools, tokenize
__file__ = 'setup.py'
code = getattr(tokenize, 'open', open)(__file__).read().replace('\\r\\n', '\\n')
exec(compile(code, __file__, 'exec'))")

(define (call-setuppy command params use-setuptools?)
  (unless (file-exists? "setup.py")
    (error "no setup.py found"))
  (format #t "running \"python setup.py\" with command ~s and parameters ~s~%"
          command params)
  (if use-setuptools?
      (apply invoke "python3" "-c" setuptools-shim command params)
      (apply invoke "python3" "./setup.py" command params)))

(define* (enable-bytecode-determinism #:rest _)
  "Let compiled modules not depend on the order of hash tables."
  (setenv "PYTHONHASHSEED" "0"))

(define* (ensure-no-mtimes-pre-1980 #:rest _)
  "Give a time that zip archives, and so wheels and eggs, can hold to files that
have an earlier one."
  (define early-1980 315619200)         ;1980-01-02 UTC

  (for-each (lambda (file)
              (let ((st (lstat file)))
                (unless (or (eq? 'symlink (stat:type st))
                            (<= early-1980 (stat:mtime st)))
                  (utime file early-1980 early-1980))))
            (find-files "." #:directories? #t)))

(define* (ensure-no-cythonized-files #:rest _)
  "Warn of C files that Cython generated: they should be made from their source."
  (for-each (lambda (file)
              (let ((generated (string-append (string-drop-right file 3) "c")))
                (when (file-exists? generated)
                  (format #t "possible Cythonized file found: ~a~%"
                          generated))))
            (find-files "." "\\.pyx$")))

(define* (build #:key (use-setuptools? #t) (configure-flags '())
                #:allow-other-keys)
  "Run 'setup.py build'."
  (call-setuppy "build" '() use-setuptools?))

(define* (install #:key inputs outputs (configure-flags '())
                  (use-setuptools? #t) #:allow-other-keys)
  "Run 'setup.py install'."
  (let ((out (assoc-ref outputs "out")))
    (call-setuppy "install"
                  `(,(string-append "--prefix=" out)
                    ,@(if use-setuptools?
                          '("--single-version-externally-managed" "--root=/")
                          '())
                    "--no-compile"
                    ,@configure-flags)
                  use-setuptools?)))

(define* (compile-bytecode #:key inputs outputs #:allow-other-keys)
  "Compile the installed modules, tests apart.  The store keeps no times, so let
the bytecode be valid without looking at its source's."
  (let ((directory (site-packages inputs outputs)))
    (when (directory-exists? directory)
      ;; A failure is not ours: some files are templates, or for Python 2.
      (system* "python3" "-m" "compileall" "-q" "-f"
               "-x" "/tests?/" "--invalidation-mode" "unchecked-hash" directory)
      ;; What a later phase imports must not add bytecode that holds times.
      (setenv "PYTHONDONTWRITEBYTECODE" "1"))))

(define* (check #:key tests? test-target (use-setuptools? #t)
                #:allow-other-keys)
  "Run 'setup.py TEST-TARGET' if TESTS? is true."
  (if tests?
      (call-setuppy test-target '() use-setuptools?)
      (format #t "test suite not run~%")))

(define* (add-install-to-pythonpath #:key inputs outputs #:allow-other-keys)
  "Let what follows find the installed modules."
  (add-installed-pythonpath inputs outputs))

(define* (add-install-to-path #:key outputs #:allow-other-keys)
  "Let what follows find the installed programs."
  (let ((out (assoc-ref outputs "out")))
    (setenv "PATH" (string-append out "/bin:" out "/sbin:" (getenv "PATH")))))

(define* (wrap #:key inputs outputs #:allow-other-keys)
  "Let the installed programs find the modules that they need."
  (define (programs directory)
    (filter (lambda (file)
              (and (executable-file? file)
                   (not (wrapped-program? file))))
            (find-files directory (lambda (file st)
                                    (eq? 'regular (stat:type st))))))

  (define variable
    (list "GUIX_PYTHONPATH" 'prefix
          (search-path-as-string->list (or (getenv "GUIX_PYTHONPATH") ""))))

  (for-each (lambda (directory)
              (for-each (lambda (program) (wrap-program program variable))
                        (programs directory)))
            (search-path-as-list '("bin" "sbin") (map cdr outputs))))

(define* (rename-pth-file #:key name inputs outputs #:allow-other-keys)
  "Give 'easy-install.pth' a name of the package's own, so that a profile can
hold many of them."
  (let* ((directory (site-packages inputs outputs))
         (file      (string-append directory "easy-install.pth"))
         (new       (string-append directory name ".pth")))
    (when (file-exists? file)
      (rename-file file new))))

(define sanity-check-program
  "import importlib, importlib.metadata, sys
failed = False
for dist in importlib.metadata.distributions(path=sys.argv[1:]):
    print('validating', dist.metadata['name'])
    for module in (dist.read_text('top_level.txt') or '').split():
        try:
            importlib.import_module(module.replace('/', '.'))
        except Exception as error:
            print('cannot import', module + ':', error)
            failed = True
sys.exit(1 if failed else 0)")

(define* (sanity-check #:key tests? inputs outputs #:allow-other-keys)
  "Check that the installed modules can be imported."
  (let ((directory (site-packages inputs outputs)))
    (when (directory-exists? directory)
      (with-directory-excursion "/tmp"
        (invoke "python3" "-c" sanity-check-program directory)))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (add-after 'unpack 'ensure-no-mtimes-pre-1980 ensure-no-mtimes-pre-1980)
    (add-after 'ensure-no-mtimes-pre-1980 'enable-bytecode-determinism
      enable-bytecode-determinism)
    (add-after 'enable-bytecode-determinism 'ensure-no-cythonized-files
      ensure-no-cythonized-files)
    (delete 'bootstrap)
    (delete 'configure)
    (replace 'build build)
    (delete 'check)
    (replace 'install install)
    (add-after 'install 'compile-bytecode compile-bytecode)
    (add-after 'compile-bytecode 'add-install-to-pythonpath
      add-install-to-pythonpath)
    (add-after 'add-install-to-pythonpath 'add-install-to-path
      add-install-to-path)
    (add-after 'add-install-to-path 'wrap wrap)
    ;; The tests of Python packages often run what is installed.
    (add-after 'wrap 'check check)
    (add-after 'check 'sanity-check sanity-check)
    (add-before 'strip 'rename-pth-file rename-pth-file)))

(define* (python-build #:key inputs (phases %standard-phases)
                       #:allow-other-keys #:rest args)
  "Build a Python package by the phases PHASES; ARGS are those of 'gnu-build',
and #:use-setuptools?."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
