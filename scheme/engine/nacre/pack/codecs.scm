;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The program that compresses for the builders of packs, built from source: a pack's derivation
;;; decides its bytes, not the libraries of the machine.
(define-module (nacre pack codecs)
  #:use-module ((gnu packages compression) #:select (bzip2 xz zstd-static))
  #:use-module ((guix build-system gnu) #:select (gnu-build-system))
  #:use-module ((guix download) #:select (url-fetch))
  #:use-module ((guix gexp) #:select (gexp local-file ungexp ungexp-splicing))
  #:use-module ((guix licenses)
                #:select (bsd-2 bsd-3 expat gpl3+ public-domain)
                #:prefix license:)
  #:use-module ((guix packages)
                #:select (base32 origin package package-license package-source))
  #:export (codecs))

(define libdeflate-source
  (origin
    (method url-fetch)
    (uri "mirror://debian/pool/main/libd/libdeflate/libdeflate_1.14.orig.tar.gz")
    (sha256
     (base32 "1b08926xm4izapy207bpg2i224vk6gvxrair1xxl5hrpij4xzrw9"))))

(define lzlib-source
  (origin
    (method url-fetch)
    (uri "mirror://debian/pool/main/l/lzlib/lzlib_1.13.orig.tar.xz")
    (sha256
     (base32 "0vnfnqqri8gvgxgvjz4624vnc21chl46wirc7dxh5nd3iw14l7ri"))))

;; The Makefile's names of their directories, and the sources.
(define %libraries
  `(("BZIP2" ,(package-source bzip2))
    ("DEFLATE" ,libdeflate-source)
    ("LZLIB" ,lzlib-source)
    ("XZ" ,(package-source xz))
    ("ZSTD" ,(package-source zstd-static))))

(define codecs
  (package
    (name "nacre-codecs")
    (version "1")
    (source (local-file "codecs" "nacre-codecs-source" #:recursive? #t))
    (build-system gnu-build-system)
    (arguments
     (list
      #:tests? #f                       ;a pack is tested as a whole
      ;; It comes out stripped.
      #:strip-binaries? #f
      #:make-flags
      #~(list "CC=gcc"
              #$@(map (lambda (library)
                        (string-append (car library) "=libraries/" (car library)))
                      %libraries))
      #:phases
      #~(modify-phases %standard-phases
          (replace 'configure
            (lambda _
              (for-each (lambda (name source)
                          (let ((directory (string-append "libraries/" name)))
                            (mkdir-p directory)
                            (invoke "tar" "-xf" source "-C" directory
                                    "--strip-components=1")))
                        '#$(map car %libraries)
                        '#$(map cadr %libraries))))
          (replace 'install
            (lambda _
              (install-file "nacre-codecs" (string-append #$output "/bin")))))))
    (synopsis "Compresses what packs hold")
    (description
     "This program compresses blocks of memory by zstd, libdeflate, liblzma, libbz2 and
lzlib for nacre's builders of packs.")
    (home-page "")
    (license (list license:gpl3+ license:bsd-2 license:bsd-3 license:expat license:public-domain
                   (package-license bzip2)))))
