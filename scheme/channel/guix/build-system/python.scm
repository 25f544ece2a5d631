;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build system of Python packages that have a 'setup.py'.
(define-module (guix build-system python)
  #:use-module (guix build-system)
  #:use-module (guix build-system gnu)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:export (%python-build-system-modules
            default-python
            python-build
            python-build-system))

(define %python-build-system-modules
  `((guix build python-build-system)
    ,@%default-gnu-imported-modules))

(define (default-python)
  "Return the default Python package."
  ;; Late, because Python itself is made by a build system.
  (module-ref (resolve-interface '(gnu packages python)) 'python))

(define (default-shell)
  (module-ref (resolve-interface '(gnu packages bash)) 'bash-minimal))

(define* (lower name #:key (python (default-python)) #:allow-other-keys
                #:rest arguments)
  (apply lower-with-standard-packages name python-build '(#:python)
         ;; The programs that are installed run by way of a script.
         #:extra-build-inputs `(("python" ,python)
                                ("bash" ,(default-shell)))
         arguments))

(define* (builder-arguments #:key
                            system
                            (configure-flags ''())
                            (tests? #t)
                            (test-target "test")
                            (use-setuptools? #t))
  "Return the keyword arguments of the builder that a package may give, with their
defaults."
  (list #:configure-flags (phases->gexp configure-flags)
        #:use-setuptools? use-setuptools?
        #:test-target test-target
        #:tests? tests?))

(define python-build
  ;; What builds and installs a source by its 'setup.py'.
  (phase-based-build 'python-build builder-arguments
                     %python-build-system-modules
                     '((guix build python-build-system)
                       (guix build utils))))

(define python-build-system
  (build-system
    (name 'python)
    (description "The build system of Python packages with a setup.py")
    (lower lower)))
