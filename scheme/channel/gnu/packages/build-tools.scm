;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages build-tools)
  #:use-module (gnu packages python)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system copy)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public ninja
  (package
    (name "ninja")
    (version "1.11.1")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://github.com/ninja-build/ninja/archive/v"
                          version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/n/ninja-build/ninja-build_"
                          version ".orig.tar.gz")))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32
                "1shc83kpzimwvca1q7b9yph1455aqa1nys2273d1wgr16gk7lx1i"))))
    (build-system gnu-build-system)
    (native-inputs (list python))
    (arguments
     (list
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            (lambda* (#:key inputs #:allow-other-keys)
              (substitute* "src/subprocess-posix.cc"
                (("/bin/sh") (search-input-file inputs "libexec/sh")))))
          (replace 'build
            ;; It builds itself.
            (lambda _
              (invoke "python3" "configure.py" "--bootstrap")))
          (replace 'check
            (lambda* (#:key tests? #:allow-other-keys)
              (when tests?
                (invoke "./ninja" "-j" (number->string (parallel-job-count))
                        "ninja_test")
                ;; Too many processes and files for a build's limits.
                (invoke "./ninja_test"
                        "--gtest_filter=-SubprocessTest.SetWithLots"))))
          (replace 'install
            (lambda _
              (install-file "ninja" (string-append #$output "/bin")))))))
    (synopsis "Build system that is small and fast")
    (description
     "Ninja runs the commands that bring files up to date, many at a time, from
files that other programs write.")
    (home-page "https://ninja-build.org/")
    (license license:asl2.0)))

(define-public meson
  (package
    (name "meson")
    (version "1.0.1")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://github.com/mesonbuild/meson/releases/download/"
                          version "/meson-" version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/m/meson/meson_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "1hfk75wcrci7jhv9wbsjqghblrqnf1gbqmvwrhl8flbgvqqbf9nr"))))
    (build-system copy-build-system)
    (inputs (list python))
    (arguments
     (list
      #:install-plan
      #~'(("meson.py" "share/meson/")
          ("mesonbuild" "share/meson/")
          ("man/meson.1" "share/man/man1/"))
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'keep-runpaths
            ;; When it installs a program, Meson takes out of its RUNPATH the
            ;; libraries that it was linked with, as if these were all found in
            ;; the usual place.  Keep those that stay where they are.
            (lambda _
              (substitute* "mesonbuild/scripts/depfixer.py"
                (("if not \\(rpath_dir in rpath_dirs_to_remove")
                 (string-append "if rpath_dir.startswith(b'" (%store-directory)
                                "/') or not (rpath_dir in "
                                "rpath_dirs_to_remove")))))
          (add-after 'install 'install-command
            (lambda* (#:key inputs #:allow-other-keys)
              (let ((library (string-append #$output "/share/meson"))
                    (command (string-append #$output "/bin/meson")))
                (setenv "PYTHONHASHSEED" "0")     ;sets have an order
                (invoke "python3" "-B" "-m" "compileall" "-q" "-f"
                        "--invalidation-mode" "unchecked-hash" library)
                (mkdir-p (dirname command))
                (call-with-output-file command
                  (lambda (port)
                    (format port "#!~a~%~
import sys~%~
sys.path.insert(1, '~a')~%~
from mesonbuild.mesonmain import main~%~
sys.exit(main())~%"
                            (search-input-file inputs "bin/python3")
                            library)))
                (chmod command #o755)))))))
    (synopsis "Build system that is easy to use and fast")
    (description
     "Meson reads a description of a program in a language of its own, and writes
what Ninja needs to build it.")
    (home-page "https://mesonbuild.com/")
    (license license:asl2.0)))
