;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages irc)
  #:use-module (gnu packages bootstrap)
  #:use-module (gnu packages glib)
  #:use-module (gnu packages ncurses)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages tls)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system meson)
  #:use-module ((guix licenses) #:prefix license:))

(define-public irssi
  (package
    (name "irssi")
    (version "1.4.5")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://github.com/irssi/irssi/releases/download/"
                          version "/irssi-" version ".tar.xz")
                         (string-append
                          "mirror://debian/pool/main/i/irssi/irssi_"
                          version ".orig.tar.xz")))
              (sha256
               (base32
                "0qp05z2qfqhp5wawxqz7qwv2fh9sb801z032i5d7h8nn1b5m3abj"))))
    (build-system meson-build-system)
    (native-inputs (list pkg-config %bootstrap-perl))
    (inputs (list glib ncurses openssl))
    (arguments
     (list
      #:configure-flags
      #~(list "-Dwith-perl=no" "-Dwith-proxy=yes" "-Denable-true-color=yes")
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'unpack 'name-shell
            (lambda* (#:key inputs #:allow-other-keys)
              (substitute* "src/fe-common/core/fe-exec.c"
                (("/bin/sh") (search-input-file inputs "libexec/sh")))))
          (add-before 'check 'set-home
            (lambda _
              (setenv "HOME" (getcwd)))))))
    (synopsis "Chat on IRC in a terminal")
    (description
     "Irssi is a program for Internet Relay Chat in text terminals.  It can be
themed and extended.")
    (home-page "https://irssi.org/")
    (license license:gpl2+)))
