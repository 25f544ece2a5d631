;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages pkg-config)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix search-paths)
  #:use-module (guix build-system gnu)
  #:use-module (guix build-system trivial)
  #:use-module (guix memoization)
  #:use-module ((guix licenses) #:prefix license:)
  #:export (pkg-config
            pkg-config-for-target))

(define-public %pkg-config
  (package
    (name "pkg-config")
    (version "0.29.2")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://pkg-config.freedesktop.org/releases/pkg-config-"
                          version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/p/pkg-config/pkg-config_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "14fmwzki1rlz8bs2p810lk6jqdxsk966d8drgsjmi54cd00rrikg"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;they need what their shell has in /bin
      #:configure-flags
      ;; GLib itself is built with pkg-config.
      #~(list "--with-internal-glib" "--disable-host-tool")))
    (native-search-paths
     (list (search-path-specification
            (variable "PKG_CONFIG_PATH")
            (files '("lib/pkgconfig" "lib64/pkgconfig" "share/pkgconfig")))))
    (synopsis "Tell how to compile and link with libraries")
    (description
     "pkg-config prints the options that a compiler needs to use a library, as the
library's own file tells them.")
    (home-page "https://www.freedesktop.org/wiki/Software/pkg-config/")
    (license license:gpl2+)))

(define cross-pkg-config
  (mlambda (target)
    "Return the pkg-config that finds the libraries that are for TARGET."
    (package
      (inherit %pkg-config)
      (name (string-append "pkg-config-" target))
      (source #f)
      (build-system trivial-build-system)
      (arguments
       (list #:builder
             (let ((name (string-append target "-pkg-config")))
               #~(begin
                   (mkdir #$output)
                   (mkdir (string-append #$output "/bin"))
                   (symlink #$(file-append %pkg-config "/bin/pkg-config")
                            (string-append #$output "/bin/" #$name))))))
      ;; The path holds what is for TARGET, and nothing of this machine.
      (native-search-paths '())
      (search-paths (package-native-search-paths %pkg-config)))))

(define (pkg-config-for-target target)
  "Return the pkg-config for packages that are built for TARGET, which may be #f."
  (if target
      (cross-pkg-config target)
      %pkg-config))

;; A native input of packages that runs here, but depends on what they are built for.
(define-syntax pkg-config
  (identifier-syntax
   (pkg-config-for-target (%current-target-system))))
