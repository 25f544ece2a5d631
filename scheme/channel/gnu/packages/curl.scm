;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages curl)
  #:use-module ((gnu packages bootstrap) #:select (%bootstrap-perl))
  #:use-module (gnu packages compression)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages tls)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public curl
  (package
    (name "curl")
    (version "7.88.1")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://curl.se/download/curl-"
                                        version ".tar.gz")
                         (string-append "mirror://debian/pool/main/c/curl/curl_"
                                        version ".orig.tar.gz")))
              (sha256
               (base32
                "1izkpf1fspa9br4v85gjm0lsl6yfiq0zh448bcyx7ibbwdr8pcyd"))))
    (build-system gnu-build-system)
    (native-inputs (list %bootstrap-perl pkg-config))
    (inputs (list openssl zlib))
    (arguments
     (list
      #:tests? #f                       ;they take longer than all the rest
      #:configure-flags
      ;; The certificates are those that OpenSSL's variables name.
      #~(list "--disable-static" "--with-openssl"
              "--without-ca-bundle" "--without-ca-path" "--with-ca-fallback")
      #:phases
      #~(modify-phases %standard-phases
          (add-after 'configure 'forget-build-tools
            ;; The script that prints them would keep the shell of the build.
            (lambda _
              (substitute* "curl-config"
                (("'(CONFIG_SHELL|SHELL)=[^']*' ?") "")))))))
    (native-search-paths (package-native-search-paths openssl))
    (synopsis "Fetch and send files by their addresses")
    (description
     "curl transfers data from and to servers by HTTPS, FTP and two dozen other protocols.
Its library does the same for other programs.")
    (home-page "https://curl.se/")
    (license (license:non-copyleft "file://COPYING"))))
