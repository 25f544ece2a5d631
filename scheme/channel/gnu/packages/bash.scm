;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages bash)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix utils)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public bash
  (package
    (name "bash")
    (version "5.2.15")
    (source (origin
              (method url-fetch)
              (uri ;; With the 15 patches applied.
                   (string-append "mirror://debian/pool/main/b/bash/bash_" version
                                  ".orig.tar.gz"))
              (sha256
               (base32
                "0l8gc1bavrd896kx3hwcrlrly7m4jq8fr423kqai61yrx705ncbs"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;they need a terminal
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'install 'provide-sh
            (lambda _
              (symlink "bash" (string-append #$output "/bin/sh"))))
          (add-after 'install 'delete-what-names-build-tools
            ;; The script that reports faults, and makefiles of the examples.
            (lambda _
              (for-each delete-file
                        (append (find-files #$output "^bashbug")
                                (find-files (string-append #$output "/lib/bash")
                                            "^Makefile"))))))))
    (synopsis "The GNU shell")
    (description
     "Bash runs commands, interactively or from a script, in the language of the
standard shell with extensions.")
    (home-page "https://www.gnu.org/software/bash/")
    (license license:gpl3+)))

(define-public bash-minimal
  (package
    (inherit bash)
    (name "bash-minimal")
    (arguments
     (substitute-keyword-arguments (package-arguments bash)
       ((#:configure-flags _ #f)
        #~(list "--disable-nls" "--disable-readline" "--disable-history"
                "--disable-bang-history" "--disable-help-builtin"
                "--disable-progcomp" "--without-bash-malloc"))
       ((#:phases phases)
        #~(modify-phases #$phases
            (add-after 'provide-sh 'keep-shell-only
              (lambda _
                (for-each (lambda (directory)
                            (delete-file-recursively
                             (string-append #$output "/" directory)))
                          '("include" "lib" "share"))))))))
    (synopsis "The GNU shell, for scripts")
    (description
     "This is Bash for the scripts of other packages: without the editing of
command lines, translations and manuals.")))
