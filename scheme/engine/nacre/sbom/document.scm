;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; A bill of materials, before it is written in one format or another.
(define-module (nacre sbom document)
  #:use-module (srfi srfi-9)
  #:export (document
            document-name
            document-identity
            document-tool
            document-components
            document-roots
            %document-time))

(define-record-type <document>
  (document name identity tool components roots)
  document?
  (name       document-name)            ;of the pack
  (identity   document-identity)        ;hash part of the profile's derivation
  (tool       document-tool)            ;"NAME-VERSION"
  (components document-components)      ;<component>*, sorted
  (roots      document-roots))          ;those that the manifest names

;; The time of every file in the store.
(define %document-time "1970-01-01T00:00:01Z")
