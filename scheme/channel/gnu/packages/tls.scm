;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages tls)
  #:use-module (gnu packages bootstrap)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix search-paths)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public openssl
  (package
    (name "openssl")
    (version "1.1.1w")
    (source (origin
              (method url-fetch)
              (uri (list (string-append
                          "https://www.openssl.org/source/openssl-"
                          version ".tar.gz")
                         (string-append
                          "mirror://debian/pool/main/o/openssl/openssl_"
                          version ".orig.tar.gz")))
              (sha256
               (base32
                "1j3anw4554lk3m9cvjngvh1c2gbdkhgiz160jnnm7n5l1jarhc6g"))))
    (build-system gnu-build-system)
    (native-inputs (list %bootstrap-perl))
    (arguments
     (list
      #:tests? #f                       ;they double the time to compile
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            (lambda* (#:key outputs (configure-flags '()) #:allow-other-keys)
              (let* ((out (assoc-ref outputs "out"))
                     (lib (string-append out "/lib")))
                (apply invoke "perl" "./Configure" "linux-x86_64"
                       "shared" "no-tests" "-O2"
                       (string-append "--prefix=" out)
                       (string-append "--openssldir=" out
                                      "/share/openssl-" #$version)
                       "--libdir=lib"
                       (string-append "-Wl,-rpath," lib)
                       ;; Not the program behind the wrapper that this Perl is.
                       "PERL=perl"
                       configure-flags))))
          (replace 'install
            ;; Without the manuals, which take longer than the compilation.
            (lambda* (#:key outputs #:allow-other-keys)
              (invoke "make" "install_sw" "install_ssldirs")))
          (add-after 'install 'delete-unneeded-files
            (lambda* (#:key outputs #:allow-other-keys)
              (let ((out (assoc-ref outputs "out")))
                (for-each delete-file
                          (find-files (string-append out "/lib") "\\.a$"))
                ;; The scripts would keep the Perl of the build in the closure.
                (delete-file (string-append out "/bin/c_rehash"))
                (delete-file-recursively
                 (string-append out "/share/openssl-" #$version "/misc"))))))))
    (native-search-paths
     (list (search-path-specification
            (variable "SSL_CERT_DIR")
            (separator #f)
            (files '("etc/ssl/certs")))
           (search-path-specification
            (variable "SSL_CERT_FILE")
            (file-type 'regular)
            (separator #f)
            (files '("etc/ssl/certs/ca-certificates.crt")))))
    (synopsis "Cryptography and TLS")
    (description
     "OpenSSL has two libraries, one of TLS for connections that nobody else
reads or changes, and one of the cryptography behind it, and a program to use
both.")
    (home-page "https://www.openssl.org/")
    (license license:openssl)))
