;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages version-control)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages curl)
  #:use-module (gnu packages tls)
  #:use-module (gnu packages xml)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module (guix utils)
  #:use-module ((guix licenses) #:prefix license:))

(define-public git-minimal
  (package
    (name "git-minimal")
    (version "2.39.5")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://www.kernel.org/pub/software/scm/git/git-"
                                        version ".tar.xz")
                         (string-append "mirror://debian/pool/main/g/git/git_"
                                        version ".orig.tar.xz")))
              (sha256
               (base32
                "0nbb0qwjqhy2v22a4rp25v18czirlybnh9ikra3akx4d6wnak3f5"))))
    (build-system gnu-build-system)
    (inputs (list curl expat openssl zlib))
    (arguments
     (list
      #:tests? #f                       ;hours
      #:make-flags
      #~(list (string-append "prefix=" #$output)
              "sysconfdir=/etc" (string-append "CC=" #$(cc-for-target))
              "INSTALL_SYMLINKS=1"
              "NO_PERL=1" "NO_PYTHON=1" "NO_TCLTK=1" "NO_GETTEXT=1")
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            ;; The makefile finds out by itself what there is.
            (lambda* (#:key inputs #:allow-other-keys)
              (call-with-output-file "config.mak"
                (lambda (port)
                  (format port "SHELL_PATH = ~a~%"
                          (search-input-file inputs "libexec/sh"))))))
          (add-after 'install 'install-completion
            (lambda _
              (let ((directory (string-append #$output
                                              "/share/bash-completion/completions")))
                (mkdir-p directory)
                (copy-file "contrib/completion/git-completion.bash"
                           (string-append directory "/git"))))))))
    (native-search-paths (package-native-search-paths curl))
    (synopsis "Version control, without the commands in Perl")
    (description
     "Git keeps the history of a tree of files, in branches that are merged, and exchanges
it with other repositories.  This package lacks the commands that are written in Perl,
Python and Tcl, the manual, and the translations of messages.")
    (home-page "https://git-scm.com/")
    (license license:gpl2)))
