;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build side of packages that Meson configures and Ninja builds.
(define-module (guix build meson-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (ice-9 match)
  #:export (%standard-phases
            meson-build))

(define* (configure #:key outputs (configure-flags '()) (build-type "debugoptimized")
                    #:allow-other-keys)
  "Let Meson prepare the directory 'build', beside the source, for the outputs."
  (define (directory-flag option output suffix)
    (match (assoc-ref outputs output)
      (#f '())
      (directory (list (string-append "--" option "=" directory suffix)))))

  (let* ((source (getcwd))
         (out    (assoc-ref outputs "out"))
         (flags  `(,(string-append "--prefix=" out)
                   "--libdir=lib"
                   ,(string-append "--buildtype=" build-type)
                   ;; Programs need the libraries that are installed with them.
                   ,(string-append "-Dc_link_args=-Wl,-rpath=" out "/lib")
                   ,(string-append "-Dcpp_link_args=-Wl,-rpath=" out "/lib")
                   ,@(directory-flag "bindir" "bin" "/bin")
                   ,@(directory-flag "includedir" "include" "/include")
                   ;; Nothing is downloaded in a build.
                   "--wrap-mode=nofallback"
                   ,@configure-flags
                   ,source)))
    ;; What Meson writes is not to depend on the order of Python's sets.
    (setenv "PYTHONHASHSEED" "0")
    (mkdir "../build")
    (chdir "../build")
    (apply invoke "meson" "setup" flags)))

(define (jobs parallel?)
  (number->string (if parallel? (parallel-job-count) 1)))

(define* (build #:key (parallel-build? #t) #:allow-other-keys)
  "Run Ninja."
  (invoke "ninja" "-j" (jobs parallel-build?)))

(define* (check #:key tests? (parallel-tests? #t) (test-options '())
                #:allow-other-keys)
  "Run the tests, with TEST-OPTIONS of 'meson test', if TESTS? is true."
  (if tests?
      (begin
        (setenv "MESON_TESTTHREADS" (jobs parallel-tests?))
        (apply invoke "meson" "test" "--print-errorlogs" "-t" "0" test-options))
      (format #t "test suite not run~%")))

(define* (install #:rest _)
  "Run 'ninja install'."
  (invoke "ninja" "install"))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (replace 'configure configure)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)))

(define* (meson-build #:key inputs (phases %standard-phases)
                      #:allow-other-keys #:rest args)
  "Build a package by the phases PHASES; ARGS are those of 'gnu-build', and
#:build-type and #:test-options."
  ;; The directory of the source is not the current one when files of licenses
  ;; are looked for.
  (apply gnu:gnu-build #:inputs inputs #:phases phases #:out-of-source? #t args))
