;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (nacre json)
             (nacre sbom)
             (nacre sbom components)
             (nacre sbom cyclonedx)
             (nacre sbom document)
             (nacre sbom licenses)
             (nacre sbom sources)
             (nacre sbom spdx)
             (gnu packages)
             (guix build-system trivial)
             (guix diagnostics)
             (guix download)
             (guix gexp)
             (guix git-download)
             (guix packages)
             (guix profiles)
             (guix store)
             ((guix licenses) #:prefix license:)
             (srfi srfi-1)
             (srfi srfi-34)
             (srfi srfi-35)
             (srfi srfi-64)
             (ice-9 match))

(load "lib/check.scm")

(define %sha256 "8b474321e5eda27119f3f916ec9078b772fd3b011b9a91f86a65a0984e731285")

(define (file-origin uri*)
  (origin
    (method url-fetch)
    (uri uri*)
    (sha256 (base16 %sha256))))

(define tree-origin
  (origin
    (method git-fetch)
    (uri (git-reference (url "https://example.org/x.git") (commit "v1")))
    (file-name "x-1-checkout")
    (sha256 (base16 %sha256))))

(define* (test-package name* #:key (inputs* '()) (propagated '()) (native '())
                       source* (license* license:gpl3+) (properties* '())
                       (version* "1"))
  (package
    (name name*) (version version*) (source source*)
    (build-system trivial-build-system)
    (inputs inputs*) (propagated-inputs propagated) (native-inputs native)
    (synopsis name*) (description name*) (license license*)
    (home-page "https://example.org") (properties properties*)))

(define tool (test-package "tool"))
(define library (test-package "library"))
(define plugin (test-package "plugin"))
(define program
  (test-package "program"
                #:source* (file-origin (list "file:///home/me/p.tar.gz"
                                             "https://example.org/p.tar.gz"))
                #:inputs* (list library tree-origin) #:native (list tool)
                #:propagated (list plugin)))

(define (components . packages)
  (manifest-components (packages->manifest packages) "x86_64-linux" #f))

(define (component package)
  (find (lambda (component) (eq? package (component-package component)))
        (components package)))

(define (json value)
  (call-with-output-string (lambda (port) (write-json value port))))

(define (document-of . packages)
  (call-with-values (lambda () (apply components packages))
    (lambda (components roots)
      (document "pack" "z92b6jg8c36qvhcpk1crsq5ld90sxdcj" "nacre-1" components roots))))

(define (member-of object . path)
  (fold (lambda (step value)
          (if (number? step) (vector-ref value step) (assoc-ref value step)))
        object path))

(define (elements object name)
  (vector->list (or (assoc-ref object name) #())))

(define (named name objects)
  (find (lambda (object) (equal? name (assoc-ref object "name"))) objects))

(checks "sbom"
 (test-equal "JSON is written with quotes and control characters escaped"
   "{\n  \"a\": [\n    \"x\\\"\\\\\\n\\u0001é\",\n    -1,\n    true\n  ],\n  \"b\": {}\n}"
   (json `(("a" . #("x\"\\\n\x01é" -1 #t)) ("b" . ()))))

 (test-equal "members without a value are left out"
   '(("a" . 1) ("c" . #t))
   (json-object "a" 1 "b" #f "c" #t "d" #() "e" '()))

 (test-equal "what a package is given to run with is required, what it is built with is not"
   '(("library@1" #t) ("plugin@1" #t) ("program@1" #t) ("tool@1" #f))
   (filter (lambda (entry) (not (string-prefix? "bootstrap-" (first entry))))
           (map (lambda (component)
                  (list (component-id component) (component-required? component)))
                (components program))))

 (test-equal "dependencies are separate from build dependencies"
   '(("library@1" "plugin@1") ("tool@1"))
   (let ((component (component program)))
     (list (map component-id (component-runs-with component))
           (filter (lambda (id) (string=? id "tool@1"))
                   (map component-id (component-built-with component))))))

 (test-equal "the C library is required"
   '("bootstrap-glibc@2.36")
   (filter-map (lambda (component)
                 (and (component-required? component)
                      (string-prefix? "bootstrap-" (component-name component))
                      (component-id component)))
               (components (specification->package "hello"))))

 (test-equal "packages that share name and version have identifiers of their own"
   '("same@1" "same@1#2")
   (map component-id
        (components (test-package "same") (test-package "same"))))

 (test-equal "a replacement takes its package's place"
   '("fixed@2")
   (filter (lambda (id) (string-prefix? "fixed" id))
           (map component-id
                (components (package
                              (inherit (test-package "fixed"))
                              (replacement (test-package "fixed" #:version* "2")))))))

 (test-equal "names of files of this machine are left out"
   '("https://example.org/p.tar.gz")
   (source-urls (component-source (component program))))

 (test-equal "package URLs"
   (list (string-append "pkg:generic/a%2Bb.tar.gz?checksum=sha256:" %sha256
                        "&download_url=https:%2F%2Fexample.org%2Fa%2Bb.tar.gz")
         "pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=amd64"
         "pkg:generic/x-1-checkout?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fx.git%40v1"
         #f)
   (map (compose source-purl origin->source)
        (list (file-origin "https://example.org/a+b.tar.gz")
              (file-origin "mirror://debian/pool/main/g/glibc/libc6_2.36-9+deb12u14_amd64.deb")
              tree-origin
              (file-origin "file:///x.tar.gz"))))

 (test-equal "names in the Common Platform Enumeration"
   '("cpe:2.3:a:*:program:1:*:*:*:*:*:*:*"
     "cpe:2.3:a:acme:c\\+\\+:2\\:1:*:*:*:*:*:*:*")
   (map (compose component-cpe component)
        (list program
              (test-package "x" #:properties* '((cpe-name . "C++")
                                                (cpe-vendor . "acme")
                                                (cpe-version . "2:1"))))))

 (test-equal "licences are expressions"
   '("GPL-3.0-or-later"
     "Artistic-1.0-Perl OR GPL-1.0-or-later"
     "MIT AND (Artistic-1.0-Perl OR GPL-1.0-or-later)"
     "LicenseRef-x-1-non-copyleft"
     #f)
   (map (lambda (license)
          (license-expression (component (test-package "x" #:license* license))))
        (list license:gpl3+ license:perl-license
              (list license:expat license:perl-license license:expat)
              (license:non-copyleft "file://COPYING")
              #f)))

 (test-equal "SPDX: a source's first address, its hash, the licence"
   `("https://example.org/p.tar.gz" "SHA256" ,%sha256 "GPL-3.0-or-later")
   (let ((program (named "program" (elements (document->spdx (document-of program))
                                             "packages"))))
     (list (member-of program "downloadLocation")
           (member-of program "checksums" 0 "algorithm")
           (member-of program "checksums" 0 "checksumValue")
           (member-of program "licenseDeclared"))))

 (test-equal "SPDX: sources among the inputs are packages; a tree's hash is not a file's"
   `("git+https://example.org/x.git@v1" #f)
   (let ((source (named "x-1-checkout" (elements (document->spdx (document-of program))
                                                 "packages"))))
     (list (member-of source "downloadLocation") (member-of source "checksums"))))

 (test-equal "SPDX: a licence without a name is listed"
   '("LicenseRef-x-1-non-copyleft" "See file://COPYING")
   (let ((license (member-of (document->spdx
                              (document-of
                               (test-package "x" #:license*
                                             (license:non-copyleft "file://COPYING"))))
                             "hasExtractedLicensingInfos" 0)))
     (list (member-of license "licenseId") (member-of license "extractedText"))))

 (test-equal "CycloneDX: licences are one expression, or a list"
   '(#((("license" . (("id" . "GPL-3.0-or-later")))))
     #((("expression" . "MIT AND GPL-3.0-or-later")))
     #((("license" . (("id" . "MIT"))))
       (("license" . (("name" . "non-copyleft") ("url" . "file://COPYING"))))))
   (map (lambda (license)
          (assoc-ref (named "x" (elements (document->cyclonedx
                                           (document-of (test-package "x" #:license* license)))
                                          "components"))
                     "licenses"))
        (list license:gpl3+
              (list license:expat license:gpl3+)
              (list license:expat (license:non-copyleft "file://COPYING")))))

 (test-equal "CycloneDX: the serial number is a UUID of version 8"
   36
   (let ((uuid (string-drop (assoc-ref (document->cyclonedx (document-of program))
                                       "serialNumber")
                            (string-length "urn:uuid:"))))
     (and (char=? #\8 (string-ref uuid 14))
          (memv (string-ref uuid 19) '(#\8 #\9 #\a #\b))
          (string-length uuid))))

 (test-assert "the same manifest has the same bill"
   (let* ((store (open-connection))
          (bill (lambda ()
                  (manifest->sbom store (specifications->manifest '("hello" "zlib"))
                                  'spdx))))
     (string=? (bill) (bill))))

 (test-equal "an unknown format is refused"
   '("cyclone: unknown format of bills of materials"
     "did you mean 'cyclonedx'?  Known ones are spdx, cyclonedx")
   (guard (c ((message-condition? c)
              (list (condition-message c) (condition-fix-hint c))))
     (manifest->sbom (open-connection) (packages->manifest '()) "cyclone"))))
