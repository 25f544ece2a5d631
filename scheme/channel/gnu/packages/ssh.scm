;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages ssh)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages crypto)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages tls)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public openssh
  (package
    (name "openssh")
    (version "9.2p1")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://cdn.openbsd.org/pub/OpenBSD/OpenSSH/"
                                        "portable/openssh-" version ".tar.gz")
                         (string-append "mirror://debian/pool/main/o/openssh/openssh_"
                                        version ".orig.tar.gz")))
              (sha256
               (base32
                "0ingf6fxzg2fcf6k68bvh0lc460jn0macvf5w585zd2zcpqxnriz"))))
    (build-system gnu-build-system)
    (native-inputs (list pkg-config))
    (inputs (list libxcrypt openssl zlib))
    (arguments
     (list
      #:tests? #f                       ;they need a user and a server
      #:configure-flags
      #~(list "--sysconfdir=/etc/ssh" "--with-privsep-path=/var/empty"
              "--with-pid-dir=/run")
      #:phases
      #~(modify-phases %standard-phases
          (replace 'install
            ;; Nothing is written to /etc and /var.
            (lambda _
              (substitute* "Makefile"
                ((".*\\$\\(DESTDIR\\)\\$\\(PRIVSEP_PATH\\).*") ""))
              (invoke "make" "install-nosysconf")
              (install-file "contrib/ssh-copy-id" (string-append #$output "/bin"))
              (chmod (string-append #$output "/bin/ssh-copy-id") #o555)
              (install-file "contrib/ssh-copy-id.1"
                            (string-append #$output "/share/man/man1")))))))
    (synopsis "Log in and copy files over the network, encrypted")
    (description
     "OpenSSH runs commands and shells on other machines, copies files to and from them
and forwards connections, all of it encrypted.  It has the client, the server, and tools
that make and keep keys.  Its settings are in /etc/ssh.")
    (home-page "https://www.openssh.com/")
    (license (license:non-copyleft "file://LICENCE"))))
