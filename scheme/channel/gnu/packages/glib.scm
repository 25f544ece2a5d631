;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages glib)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages libffi)
  #:use-module (gnu packages pcre)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages python)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix utils)
  #:use-module (guix build-system meson)
  #:use-module ((guix licenses) #:prefix license:))

(define-public glib
  (package
    (name "glib")
    (version "2.74.6")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://download.gnome.org/sources/glib/"
                          (version-major+minor version)
                          "/glib-" version ".tar.xz")
                         (string-append
                          "mirror://debian/pool/main/g/glib2.0/glib2.0_"
                          version ".orig.tar.xz")))
              (sha256
               (base32
                "1g3zfp3szr8lb3zhl62j2brkas2cfp8wh1mg78bfnqfj3kjzg706"))))
    (build-system meson-build-system)
    (outputs '("out"                    ;libraries
               "bin"))                  ;programs, of which some need Python
    (native-inputs (list pkg-config python))
    (inputs (list python))
    (propagated-inputs
     (list libffi pcre2 zlib))          ;glib-2.0.pc and others refer to them
    (arguments
     (list
      #:tests? #f                       ;they need a bus, and a time zone
      #:configure-flags
      #~(list "-Dtests=false" "-Dselinux=disabled" "-Dlibmount=disabled"
              "-Dnls=disabled" "-Dman=false" "-Dxattr=false")
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'name-shell
            (lambda* (#:key inputs #:allow-other-keys)
              (substitute* "glib/gspawn.c"
                (("\"/bin/sh\"")
                 (string-append "\"" (search-input-file inputs "libexec/sh")
                                "\"")))))
          (add-after 'install 'let-programs-be-in-path
            ;; Programs refer to libraries; so the files in which libraries
            ;; refer to programs can't.
            (lambda _
              (substitute* (find-files (string-append #$output "/lib/pkgconfig")
                                       "\\.pc$")
                (("^bindir=.*") "")
                (("=\\$\\{bindir\\}/") "=")))))))
    (synopsis "Library of what C lacks")
    (description
     "GLib provides data structures, an event loop, threads, text handling, input
and output, and an object system to programs in C.  The @code{bin} output has the
programs that serve to develop with it.")
    (home-page "https://wiki.gnome.org/Projects/GLib")
    (license license:lgpl2.1+)))
