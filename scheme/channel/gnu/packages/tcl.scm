;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages tcl)
  #:use-module (gnu packages compression)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public tcl
  (package
    (name "tcl")
    (version "8.6.13")
    ;; Debian's file lacks the packages that come with Tcl.
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/t/tcl8.6/tcl8.6_"
                                  version "+dfsg.orig.tar.gz"))
              (sha256
               (base32
                "1m961zfx97gq9als8gpmdl91mfqy8f50szjng40xy99qgqkygg43"))))
    (build-system gnu-build-system)
    (inputs (list zlib))
    (arguments
     (list
      #:tests? #f                       ;they take minutes, and want a network
      #:configure-flags #~(list "CFLAGS=-O2")
      ;; A thousand files are installed; its own script takes long for each.
      #:make-flags #~(list "INSTALL=install -c")
      #:phases
      #~(modify-phases %standard-phases
          (add-before 'configure 'enter-directory
            (lambda _
              (chdir "unix")))
          (replace 'install
            (lambda* (#:key outputs make-flags #:allow-other-keys)
              (let ((out (assoc-ref outputs "out")))
                (apply invoke "make" "install-binaries" "install-libraries"
                       "install-tzdata" "install-msgs" "install-headers"
                       "install-private-headers" make-flags)
                (symlink "tclsh8.6" (string-append out "/bin/tclsh"))))))))
    (synopsis "The Tcl scripting language")
    (description
     "Tcl is a small scripting language, made to be embedded in programs and
extended by them.")
    (home-page "https://www.tcl.tk/")
    (license license:tcl/tk)))
