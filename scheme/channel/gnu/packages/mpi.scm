;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages mpi)
  #:use-module (gnu packages compression)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public openmpi
  (package
    (name "openmpi")
    (version "4.1.4")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/o/openmpi/openmpi_"
                                  version ".orig.tar.xz"))
              (sha256
               (base32
                "0qzjk47l3frr3xf0jv4025kh5zxvx01mwnys3ymlzsq1vgdygbnx"))))
    (build-system gnu-build-system)
    (inputs (list zlib))
    (arguments
     (list
      #:tests? #f                       ;they take longer than all the rest
      #:configure-flags
      #~(list "--disable-static" "--enable-mpi-fortran=no" "--disable-oshmem"
              "--disable-io-romio" "--with-package-string=Open MPI"
              "--with-hwloc=internal" "--with-libevent=internal"
              "--with-pmix=internal" "--without-verbs")
      #:phases
      #~(modify-phases %standard-phases
          (add-before 'configure 'name-builder
            ;; These are written in the programs that print what was built.
            (lambda _
              (setenv "HOSTNAME" "nacre")
              (setenv "USER" "nacre")))
          (add-after 'configure 'forget-build-tools
            ;; Else these programs would keep the compiler and the shell of the build in
            ;; the closure.
            (lambda _
              (substitute* (find-files "." "^(Makefile|.*_config\\.h|version\\.h)$")
                (("^([A-Z]+_(CC|CXX|FC|F77)_ABSOLUTE = ).*/" _ variable)
                 variable)
                (("'(CONFIG_SHELL|SHELL)=[^']*' ?") ""))))
          (add-after 'install 'delete-scripts-in-perl
            (lambda _
              (for-each delete-file
                        (find-files (string-append #$output "/bin") "\\.pl$")))))))
    (synopsis "Programs that run on many machines at once, in C")
    (description
     "Open MPI runs the processes of one program on many processors and machines, and
passes messages between them, as the standard MPI 3.1 says.  This package is for C; it
lacks Fortran, OpenSHMEM and ROMIO.")
    (home-page "https://www.open-mpi.org/")
    (license (license:non-copyleft "file://LICENSE"))))
