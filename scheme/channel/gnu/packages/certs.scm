;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages certs)
  #:use-module (gnu packages tls)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public nss-certs
  (package
    (name "nss-certs")
    (version "20230311")
    ;; Mozilla's file in NSS 3.87, version 2.60, and later certificates that Debian adds.
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/c/ca-certificates/"
                                  "ca-certificates_" version "+deb12u1.tar.xz"))
              (sha256
               (base32
                "101jxv45ha31chszq131nynaycy30pf0c45w70j465ksazavpmjc"))))
    (build-system gnu-build-system)
    (native-inputs (list openssl))
    (arguments
     (list
      #:tests? #f                       ;there are none
      #:imported-modules `(,@%default-gnu-imported-modules
                           (guix build nss-certificates))
      #:modules '((guix build gnu-build-system)
                  (guix build nss-certificates)
                  (guix build utils)
                  (ice-9 binary-ports))
      #:phases
      #~(modify-phases %standard-phases
          (delete 'configure)
          (delete 'build)
          (replace 'install
            (lambda _
              (define directory
                (string-append #$output "/etc/ssl/certs"))

              (define (write-certificate name bytes)
                (call-with-output-file "certificate.der"
                  (lambda (port) (put-bytevector port bytes)))
                (invoke "openssl" "x509" "-inform" "der" "-in" "certificate.der"
                        "-out" (string-append directory "/" name ".pem")))

              (let ((certificates (trusted-certificates
                                   (call-with-input-file "mozilla/certdata.txt"
                                     read-objects #:encoding "UTF-8"))))
                (mkdir-p directory)
                (for-each write-certificate
                          (certificate-file-names (map car certificates))
                          (map cdr certificates))
                (for-each (lambda (file)
                            (copy-file file
                                       (string-append directory "/"
                                                      (basename file ".crt") ".pem")))
                          (find-files "mozilla/extra" "\\.crt$"))
                ;; OpenSSL looks for a certificate by the hash of its subject.
                (invoke "openssl" "rehash" directory)))))))
    (synopsis "Certificates of the authorities that browsers trust")
    (description
     "This package has the certificates of the authorities that Mozilla trusts to sign
those of web servers, one a file, under names by which OpenSSL finds them.  In a profile,
they are also joined in one file.")
    (home-page "https://wiki.mozilla.org/CA")
    (license license:mpl2.0)))
