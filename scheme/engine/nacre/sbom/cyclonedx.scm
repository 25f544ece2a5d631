;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Bills of materials in CycloneDX 1.5, as JSON.
(define-module (nacre sbom cyclonedx)
  #:use-module ((guix base32) #:select (nix-base32-string->bytevector))
  #:use-module ((guix base16) #:select (bytevector->base16-string))
  #:use-module ((guix licenses) #:select (license-name license-uri))
  #:use-module ((guix packages) #:select (package-home-page package-synopsis))
  #:use-module (nacre json)
  #:use-module (nacre sbom components)
  #:use-module (nacre sbom document)
  #:use-module (nacre sbom licenses)
  #:use-module (nacre sbom sources)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (document->cyclonedx))

(define %algorithms
  '((md5 . "MD5") (sha1 . "SHA-1") (sha256 . "SHA-256") (sha384 . "SHA-384")
    (sha512 . "SHA-512") (sha3-256 . "SHA3-256") (sha3-512 . "SHA3-512")
    (blake2b-256 . "BLAKE2b-256")))

(define %pack-reference "pack")

(define (hashes source)
  (match (and (source-hash-of-file? source)
              (assq-ref %algorithms (source-algorithm source)))
    (#f #())
    (algorithm
     (vector (json-object "alg" algorithm "content" (source-hash source))))))

(define (source-references source)
  (define commit (source-commit source))

  (map (lambda (url)
         (json-object "type" (if commit "vcs" "distribution")
                      "url" (if commit (string-append "git+" url "@" commit) url)
                      "hashes" (hashes source)
                      "comment" (and (not (source-hash-of-file? source))
                                     (string-append
                                      "its archive (NAR) has the "
                                      (symbol->string (source-algorithm source))
                                      " hash " (source-hash source)))))
       (source-urls source)))

(define (component-references component)
  (list->vector
   (append (match (and=> (component-package component) package-home-page)
             (#f  '())
             (url (list (json-object "type" "website" "url" url))))
           (match (component-source component)
             (#f     '())
             (source (source-references source))))))

(define (licenses component)
  ;; Either one expression or a list: an expression cannot hold names that SPDX lacks.
  (define (license->json license)
    (json-object
     "license" (match (license-spdx license)
                 ((and name (? string?) (not (? compound-expression?)))
                  (json-object "id" name))
                 (_
                  (json-object "name" (license-name license)
                               "url" (license-uri license))))))

  (match (component-licenses component)
    (() #())
    ((and ((= license-spdx (? string?)) ...)
          (or (_ _ . _)
              ((= license-spdx (? compound-expression?)))))
     (vector (json-object "expression" (license-expression component))))
    (all
     (list->vector (map license->json all)))))

(define (source->ancestor source)
  (json-object "type" "file"
               "name" (source-name source)
               "hashes" (hashes source)
               "purl" (source-purl source)
               "externalReferences" (list->vector (source-references source))))

(define (component->json component)
  (json-object "type" "library"
               "bom-ref" (component-id component)
               "name" (component-name component)
               "version" (component-version component)
               "description" (and=> (component-package component) package-synopsis)
               "scope" (if (component-required? component) "required" "optional")
               "licenses" (licenses component)
               "cpe" (component-cpe component)
               "purl" (component-purl component)
               "pedigree" (json-object
                           "ancestors" (list->vector
                                        (map source->ancestor
                                             (component-ancestors component))))
               "externalReferences" (component-references component)
               "properties" (list->vector
                             (map (lambda (input)
                                    (json-object "name" "nacre:built-with"
                                                 "value" (component-id input)))
                                  (component-built-with component)))))

(define (dependency reference components)
  (json-object "ref" reference
               "dependsOn" (list->vector (map component-id components))))

(define (identity->uuid identity)
  "Return a UUID of version 8, whose bits everybody may choose, made of IDENTITY, a
hash in nix-base32."
  (define bytes (nix-base32-string->bytevector identity))

  (define (set-bits! index mask bits)
    (bytevector-u8-set! bytes index
                        (logior bits (logand mask (bytevector-u8-ref bytes index)))))

  (set-bits! 6 #x0f #x80)
  (set-bits! 8 #x3f #x80)
  (let ((digits (bytevector->base16-string bytes)))
    (string-join (map (match-lambda
                        ((start end) (substring digits start end)))
                      '((0 8) (8 12) (12 16) (16 20) (20 32)))
                 "-")))

(define (tool document)
  (define text (document-tool document))

  (match (string-rindex text #\-)
    (#f    (json-object "type" "application" "name" text))
    (index (json-object "type" "application"
                        "name" (string-take text index)
                        "version" (string-drop text (1+ index))))))

(define (document->cyclonedx document)
  "Return DOCUMENT as JSON."
  (define components (document-components document))

  (json-object
   "bomFormat" "CycloneDX"
   "specVersion" "1.5"
   "serialNumber" (string-append "urn:uuid:"
                                 (identity->uuid (document-identity document)))
   "version" 1
   "metadata" (json-object
               "timestamp" %document-time
               "tools" (json-object "components" (vector (tool document)))
               "component" (json-object "type" "container"
                                        "bom-ref" %pack-reference
                                        "name" (document-name document)))
   "components" (list->vector (map component->json components))
   "dependencies" (list->vector
                   (cons (dependency %pack-reference (document-roots document))
                         (map (lambda (component)
                                (dependency (component-id component)
                                            (component-runs-with component)))
                              components)))))
