;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages nano)
  #:use-module (gnu packages ncurses)
  #:use-module (gnu packages pkg-config)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public nano
  (package
    (name "nano")
    (version "7.2")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://www.nano-editor.org/dist/v7/nano-"
                                        version ".tar.xz")
                         (string-append "mirror://debian/pool/main/n/nano/nano_"
                                        version ".orig.tar.xz")))
              (sha256
               (base32
                "09j5gb44yiv18fvn0iy17jnl9d5lh3gkry4kqv776a5xd0kl9ww6"))))
    (build-system gnu-build-system)
    (native-inputs (list pkg-config))
    (inputs (list ncurses))
    (synopsis "Small text editor for the terminal")
    (description
     "GNU Nano edits text on the terminal.  The most needed keys are shown below the text,
so that a newcomer can use it at once.")
    (home-page "https://www.nano-editor.org/")
    (license license:gpl3+)))
