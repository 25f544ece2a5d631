;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Software bills of materials: the components of a manifest's packages, from the package graph
;;; alone.  Nothing is built for it.
(define-module (nacre sbom)
  #:use-module ((guix derivations) #:select (derivation-file-name))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix profiles) #:select (profile-derivation))
  #:use-module ((guix store) #:select (run-with-store store-path-hash-part))
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module (nacre json)
  #:use-module (nacre pack)
  #:use-module (nacre pack options)
  #:use-module (nacre sbom components)
  #:use-module (nacre sbom cyclonedx)
  #:use-module (nacre sbom document)
  #:use-module (nacre sbom spdx)
  #:use-module (ice-9 match)
  #:export (%sbom-formats
            manifest->sbom))

;; Name -> procedure from a <document> to JSON.
(define %sbom-formats
  `((spdx      . ,document->spdx)
    (cyclonedx . ,document->cyclonedx)))

(define* (manifest->sbom store manifest format
                         #:key system target (tool "nacre"))
  "Return, as a string, the bill of materials of MANIFEST in FORMAT, one of
%sbom-formats.  TOOL is the name, and version after a hyphen, of the program that makes it."
  (match (lookup format %sbom-formats (G_ "format of bills of materials"))
    ((_ . document->json)
     (let ((system (or system (%current-system))))
       (define profile
         (run-with-store store
           (profile-derivation manifest #:system system #:target target)))

       (define-values (components roots)
         (manifest-components manifest system target))

       (string-append
        (call-with-output-string
          (lambda (port)
            (write-json
             (document->json
              (document (manifest->pack-name manifest)
                        (store-path-hash-part (derivation-file-name profile))
                        tool components roots))
             port)))
        "\n")))))
