;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages python)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages dbm)
  #:use-module (gnu packages libffi)
  #:use-module (gnu packages ncurses)
  #:use-module (gnu packages readline)
  #:use-module (gnu packages sqlite)
  #:use-module (gnu packages tcl)
  #:use-module (gnu packages tls)
  #:use-module (gnu packages xml)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix search-paths)
  #:use-module (guix utils)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:)
  #:export (guix-pythonpath-search-path))

(define* (guix-pythonpath-search-path version)
  "Return the search path of modules for the Python of VERSION, a string."
  (search-path-specification
   (variable "GUIX_PYTHONPATH")
   (files (list (string-append "lib/python" (version-major+minor version)
                               "/site-packages")))))

;; What Python runs when it starts: look for modules on GUIX_PYTHONPATH.
(define sitecustomize.py
  (plain-file
   "sitecustomize.py"
   "# Add to sys.path the directories on GUIX_PYTHONPATH that are for this version
# of Python: after PYTHONPATH and the standard library, before site-packages.
import os
import site
import sys


def add_guix_pythonpath():
    version = 'python%d.%d' % sys.version_info[:2]
    directories = [directory
                   for directory in os.environ.get('GUIX_PYTHONPATH', '').split(':')
                   if version in directory.split('/')]
    own = os.path.dirname(os.path.abspath(__file__))
    before = list(sys.path)
    for directory in directories:
        site.addsitedir(directory)      # reads '.pth' files, too
    added = [entry for entry in sys.path if entry not in before]
    position = before.index(own) if own in before else len(before)
    sys.path[:] = before[:position] + added + before[position:]


add_guix_pythonpath()
"))

(define-public python-3.9
  (package
    (name "python")
    (version "3.9.2")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://www.python.org/ftp/python/"
                                        version "/Python-" version ".tar.xz")
                         (string-append
                          "mirror://debian/pool/main/p/python3.9/python3.9_"
                          version ".orig.tar.xz")))
              (sha256
               (base32
                "0z94vv5qhlwvcgc4sy9sdiqs0220s84wx3b62vslh5419z2k881w"))))
    (build-system gnu-build-system)
    (inputs (list bzip2 expat gdbm libffi ncurses openssl readline sqlite tcl
                  xz zlib))
    (arguments
     (list
      #:tests? #f                       ;they take an hour, and want a network
      #:configure-flags
      #~(list "--enable-shared"
              "--with-ensurepip=no"
              "--with-system-expat"
              "--with-system-ffi"
              (string-append "--with-openssl=" #$(this-package-input "openssl"))
              "OPT=-O2 -DNDEBUG -fwrapv -Wall"
              (string-append "LDFLAGS=-Wl,-rpath=" #$output "/lib"))
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'enable-bytecode-determinism
            (lambda _
              (setenv "PYTHONHASHSEED" "0")))
          (add-after 'unpack 'delete-tests
            ;; They are half of the library, of use to who changes Python.
            (lambda _
              (for-each delete-file-recursively
                        (find-files "Lib"
                                    (lambda (file st)
                                      (and (eq? 'directory (stat:type st))
                                           (member (basename file)
                                                   '("test" "tests"
                                                     "idle_test"))))
                                    #:directories? #t))))
          (add-after 'unpack 'name-shell
            ;; The one that 'system' of the C library runs: an image need not have
            ;; '/bin/sh'.
            (lambda* (#:key inputs #:allow-other-keys)
              (substitute* "Lib/subprocess.py"
                (("'/bin/sh'")
                 (string-append "'" (search-input-file inputs "libexec/sh") "'")))))
          (add-after 'unpack 'search-inputs
            ;; 'setup.py' looks for libraries in the directories of the
            ;; compiler's command line; let it look where the compiler does.
            (lambda _
              (substitute* "setup.py"
                (("^    def add_ldflags_cppflags\\(self\\):\n" all)
                 (string-append
                  all "\
        for variable, dirs in (('C_INCLUDE_PATH', self.compiler.include_dirs),
                               ('LIBRARY_PATH', self.compiler.library_dirs)):
            for directory in reversed(os.environ.get(variable, '').split(':')):
                add_dir_to_list(dirs, directory)
")))))
          (add-after 'unpack 'compile-later
            ;; 'make install' compiles every module three times, and records
            ;; the times of the sources, which the store does not keep.
            (lambda _
              (substitute* "Makefile.pre.in"
                (("\\$\\(DESTDIR\\)\\$\\(LIBDEST\\)/compileall.py") "-c pass"))))
          (add-after 'install 'install-sitecustomize
            (lambda* (#:key outputs #:allow-other-keys)
              (copy-file #+sitecustomize.py
                         (string-append (assoc-ref outputs "out")
                                        "/lib/python3.9/site-packages/"
                                        "sitecustomize.py"))))
          (add-after 'install-sitecustomize 'delete-unneeded-files
            (lambda* (#:key outputs #:allow-other-keys)
              (let* ((out    (assoc-ref outputs "out"))
                     (config (string-append out "/bin/python3.9-config")))
                (for-each delete-file
                          (find-files (string-append out "/lib")
                                      (string-join
                                       '("^libpython3\\.9\\.a$"
                                         ;; for other systems
                                         "^fetch_macholib"
                                         "^wininst-.*\\.exe$"
                                         ;; test modules, and what doesn't work
                                         "^_(ctypes_|xx)?test.*\\.so$"
                                         "_failed\\.so$")
                                       "|")))
                ;; Of its two versions, take the one that needs no shell.
                (delete-file config)
                (copy-file (car (find-files out "^python-config\\.py$")) config)
                (chmod config #o755))))
          (add-after 'delete-unneeded-files 'forget-build-tools
            ;; What Python knows of its own build serves to build extensions:
            ;; by the tools in $PATH, not by those that made Python.
            (lambda* (#:key outputs #:allow-other-keys)
              (let ((out (assoc-ref outputs "out")))
                (substitute* (find-files
                              (string-append out "/lib")
                              "^(_sysconfigdata_.*\\.py|Makefile|makesetup|install-sh)$")
                  (((string-append "#! ?" (%store-directory) "[^[:space:]]+/bin/"))
                   "#!/bin/")
                  (((string-append (%store-directory)
                                   "/[0-9a-z]{32}-[^/[:space:]]+/bin/"))
                   "")))))
          (add-after 'forget-build-tools 'compile-modules
            (lambda* (#:key outputs #:allow-other-keys)
              (let* ((out     (assoc-ref outputs "out"))
                     (library (string-append out "/lib/python3.9")))
                (for-each delete-file (find-files library "\\.pyc$"))
                ;; With '-B': what the compiler itself imports would be written
                ;; with the time of its source, and then be taken for done.
                (invoke (string-append out "/bin/python3.9")
                        "-B" "-m" "compileall" "-q" "-f"
                        "--invalidation-mode" "unchecked-hash" library)))))))
    (native-search-paths
     (list (guix-pythonpath-search-path version)))
    (synopsis "High-level, dynamically typed programming language")
    (description
     "Python is a programming language that is easy to read, with a large
standard library and many more libraries around it.")
    (home-page "https://www.python.org/")
    (license license:psfl)))

(define-public python-3 python-3.9)
(define-public python python-3)
