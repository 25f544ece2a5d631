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

(define* (lower name #:key (python (default-python)) #:allow-other-keys
                #:rest arguments)
  (apply lower-with-standard-packages name python-build '(#:python)
         #:extra-build-inputs `(("python" ,python))
         arguments))

(define* (python-build name inputs
                       #:key
                       guile source
                       (outputs '("out"))
                       (search-paths '())
                       (configure-flags ''())
                       (tests? #t)
                       (test-target "test")
                       (use-setuptools? #t)
                       (phases '%standard-phases)
                       (system (%current-system))
                       (imported-modules %python-build-system-modules)
                       (modules '((guix build python-build-system)
                                  (guix build utils)))
                       (substitutable? #t)
                       allowed-references
                       disallowed-references)
  "Return, as a monadic value, the derivation NAME that builds and installs SOURCE
by its 'setup.py'."
  (phase-based-derivation
   name inputs 'python-build
   #:source source #:outputs outputs #:search-paths search-paths
   #:system system #:guile guile
   #:imported-modules imported-modules #:modules modules
   #:phases phases
   #:substitutable? substitutable?
   #:allowed-references allowed-references
   #:disallowed-references disallowed-references
   #:arguments
   (list #:configure-flags (phases->gexp configure-flags)
         #:use-setuptools? use-setuptools?
         #:test-target test-target
         #:tests? tests?)))

(define python-build-system
  (build-system
    (name 'python)
    (description "The build system of Python packages with a setup.py")
    (lower lower)))
