;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages perl)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix search-paths)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public perl
  (package
    (name "perl")
    (version "5.36.0")
    (source (origin
              (method url-fetch)
              (uri (list (string-append "https://www.cpan.org/src/5.0/perl-"
                                        version ".tar.xz")
                         (string-append "mirror://debian/pool/main/p/perl/perl_"
                                        version ".orig.tar.xz")))
              (sha256
               (base32
                "1w5w3542s9xsn6wvwybr8xjvw18h9qaclb2b82365qp8pv66sf0g"))))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;they take an hour, and want a network
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            ;; What it would find out about the machine that builds is given.
            (lambda* (#:key inputs #:allow-other-keys)
              (let ((library (string-append #$output "/lib/perl5"))
                    (shell   (search-input-file inputs "libexec/sh")))
                (define (flag name value)
                  (string-append "-D" name "=" value))

                (invoke "bash" "./Configure" "-des"
                        (flag "prefix" #$output)
                        (flag "privlib" (string-append library "/" #$version))
                        (flag "archlib" (string-append library "/" #$version
                                                       "/linux"))
                        (flag "sitelib" (string-append library "/site_perl"))
                        (flag "sitearch" (string-append library
                                                        "/site_perl/linux"))
                        (flag "sh" shell)
                        (flag "startsh" (string-append "#!" shell))
                        "-Darchname=linux" "-Dmyhostname=localhost"
                        "-Dmydomain=.localdomain" "-Dcf_by=nacre"
                        "-Dcf_email=nacre@localhost" "-Dperladmin=nacre@localhost"
                        "-Dcf_time=1970-01-01" "-Dosvers=6" "-Dmyuname=linux"
                        "-Dcc=gcc" "-Doptimize=-O2"
                        "-Dlocincpth=" "-Dloclibpth=" "-Dglibpth="
                        (flag "libpth"
                              (dirname (search-input-file inputs "lib/libm.so.6")))
                        "-Dlibs=-lm -ldl -lpthread"
                        "-Dperllibs=-lm -ldl -lpthread"
                        "-Ui_db" "-Ui_gdbm" "-Ui_ndbm" "-Ui_dbm"
                        "-Dman1dir=none" "-Dman3dir=none"))))
          (add-after 'install 'delete-manuals
            (lambda _
              (for-each delete-file (find-files #$output "\\.pod$"))))
          (add-after 'install 'forget-build-tools
            (lambda _
              (let ((configuration
                     (find-files (string-append #$output "/lib")
                                 "^Config(_heavy\\.pl|\\.pm|\\.pod)$")))
                (forget-imported-programs configuration)
                (substitute* configuration
                  (("^((lib|glib|plib|inc|usrinc|timeinc|libs|lddl|xlib)(s?path|pth|c)=).*"
                    _ variable)
                   (string-append variable "''\n")))))))))
    (native-search-paths
     (list (search-path-specification
            (variable "PERL5LIB")
            (files '("lib/perl5/site_perl")))))
    (synopsis "Practical Extraction and Report Language")
    (description
     "Perl is a programming language for text and everything around it.")
    (home-page "https://www.perl.org/")
    (license license:perl-license)))
