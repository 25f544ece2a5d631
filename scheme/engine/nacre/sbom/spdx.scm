;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Bills of materials in SPDX 2.3, as JSON.
(define-module (nacre sbom spdx)
  #:use-module ((guix licenses) #:select (license-name license-uri))
  #:use-module ((guix packages) #:select (package-home-page package-synopsis))
  #:use-module (nacre json)
  #:use-module (nacre sbom components)
  #:use-module (nacre sbom document)
  #:use-module (nacre sbom licenses)
  #:use-module (nacre sbom sources)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (document->spdx))

(define %algorithms
  '((md5 . "MD5") (sha1 . "SHA1") (sha224 . "SHA224") (sha256 . "SHA256")
    (sha384 . "SHA384") (sha512 . "SHA512") (sha3-256 . "SHA3-256")
    (sha3-512 . "SHA3-512") (blake2b-256 . "BLAKE2b-256")))

(define %pack-id "SPDXRef-Pack")

(define (component-reference component)
  ;; Characters of components' identifiers that SPDX does not allow must stay distinct.
  (string-append "SPDXRef-Package-"
                 (string-concatenate
                  (map (lambda (char)
                         (if (string=? (string char) (spdx-name (string char)))
                             (string char)
                             (string-append "-x" (number->string (char->integer char) 16)
                                            "-")))
                       (string->list (component-id component))))))

(define (source-reference source)
  (string-append "SPDXRef-Source-" (source-hash source)))

(define (checksums source)
  (match (and (source-hash-of-file? source)
              (assq-ref %algorithms (source-algorithm source)))
    (#f #())
    (algorithm
     (vector (json-object "algorithm" algorithm
                          "checksumValue" (source-hash source))))))

(define (download-location source)
  (match (source-urls source)
    (() "NOASSERTION")
    ((url . _)
     (match (source-commit source)
       (#f     url)
       (commit (string-append "git+" url "@" commit))))))

(define (source-information source)
  ;; Of trees, whose hash is not that of a file.
  (and (not (source-hash-of-file? source))
       (string-append "The archive (NAR) of the source has the "
                      (symbol->string (source-algorithm source)) " hash "
                      (source-hash source) ".")))

(define (reference category type locator)
  (and locator
       (json-object "referenceCategory" category
                    "referenceType" type
                    "referenceLocator" locator)))

(define (references . all)
  (list->vector (filter identity all)))

(define (component->package component)
  (define package (component-package component))
  (define source (component-source component))
  (define license (or (license-expression component) "NOASSERTION"))

  (json-object "SPDXID" (component-reference component)
               "name" (component-name component)
               "versionInfo" (component-version component)
               "supplier" "NOASSERTION"
               "downloadLocation" (if source (download-location source) "NOASSERTION")
               "checksums" (if source (checksums source) #())
               "sourceInfo" (and=> source source-information)
               "homepage" (and=> package package-home-page)
               "summary" (and=> package package-synopsis)
               "licenseConcluded" "NOASSERTION"
               "licenseDeclared" license
               "copyrightText" "NOASSERTION"
               "comment" (and (not (component-required? component))
                              "Others are built with it; it need not be in the pack.")
               "externalRefs"
               (references
                (reference "PACKAGE-MANAGER" "purl" (component-purl component))
                (reference "SECURITY" "cpe23Type" (component-cpe component)))))

(define (without-files package)
  ;; By default, SPDX assumes that a package lists its files.
  (append package '(("filesAnalyzed" . #f))))

(define (source->package source)
  (json-object "SPDXID" (source-reference source)
               "name" (source-name source)
               "packageFileName" (source-name source)
               "primaryPackagePurpose" "ARCHIVE"
               "supplier" "NOASSERTION"
               "downloadLocation" (download-location source)
               "checksums" (checksums source)
               "sourceInfo" (source-information source)
               "licenseConcluded" "NOASSERTION"
               "licenseDeclared" "NOASSERTION"
               "copyrightText" "NOASSERTION"
               "externalRefs"
               (references
                (reference "PACKAGE-MANAGER" "purl" (source-purl source)))))

(define (pack->package document)
  (json-object "SPDXID" %pack-id
               "name" (document-name document)
               "primaryPackagePurpose" "CONTAINER"
               "supplier" "NOASSERTION"
               "downloadLocation" "NOASSERTION"
               "licenseConcluded" "NOASSERTION"
               "licenseDeclared" "NOASSERTION"
               "copyrightText" "NOASSERTION"))

(define (relationship element type related)
  (json-object "spdxElementId" element
               "relationshipType" type
               "relatedSpdxElement" related))

(define (component-relationships component)
  (define self (component-reference component))

  (append (map (lambda (input)
                 (relationship self "DEPENDS_ON" (component-reference input)))
               (component-runs-with component))
          (map (lambda (input)
                 (relationship (component-reference input) "BUILD_DEPENDENCY_OF" self))
               (component-built-with component))
          (map (lambda (source)
                 (relationship self "GENERATED_FROM" (source-reference source)))
               (component-ancestors component))))

(define (extracted-licenses component)
  (filter-map (lambda (license)
                (and (not (license-spdx license))
                     (json-object
                      "licenseId" (license-reference component license)
                      "name" (license-name license)
                      "extractedText" (string-append "See " (license-uri license))
                      "seeAlsos" (if (string-prefix? "file:" (license-uri license))
                                     #()
                                     (vector (license-uri license))))))
              (component-licenses component)))

(define (document->spdx document)
  "Return DOCUMENT as JSON."
  (define components (document-components document))

  (define sources
    (delete-duplicates (append-map component-ancestors components)
                       (lambda (a b) (string=? (source-hash a) (source-hash b)))))

  (json-object
   "spdxVersion" "SPDX-2.3"
   "dataLicense" "CC0-1.0"
   "SPDXID" "SPDXRef-DOCUMENT"
   "name" (document-name document)
   "documentNamespace" (string-append "https://spdx.org/spdxdocs/"
                                      (percent-encode (document-name document)) "-"
                                      (document-identity document))
   "creationInfo" (json-object
                   "created" %document-time
                   "creators" (vector (string-append "Tool: " (document-tool document))))
   "packages" (list->vector
               (map without-files
                    (cons (pack->package document)
                          (append (map component->package components)
                                  (map source->package sources)))))
   "hasExtractedLicensingInfos" (list->vector
                                 (append-map extracted-licenses components))
   "relationships" (list->vector
                    (append (list (relationship "SPDXRef-DOCUMENT" "DESCRIBES" %pack-id))
                            (map (lambda (root)
                                   (relationship %pack-id "CONTAINS"
                                                 (component-reference root)))
                                 (document-roots document))
                            (append-map component-relationships components)))))
