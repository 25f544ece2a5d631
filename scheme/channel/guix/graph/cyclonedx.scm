;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; A graph as a bill of materials in CycloneDX 1.5.  'nacre pack --sbom' writes one with
;;; licenses, sources and hashes; a graph has names, versions and edges alone.
(define-module (guix graph cyclonedx)
  #:use-module (guix graph backend)
  #:use-module (nacre json)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%cyclonedx-backend))

(define (component node)
  (match node
    ((id . label)
     (let ((at (string-index label #\@)))
       (json-object "type" (if at "library" "file")
                    "bom-ref" id
                    "name" (if at (string-take label at) label)
                    "version" (and at (string-drop label (1+ at))))))))

(define (edge-table edges)
  "Return a hash table from the identifier of a node to those of its targets, in order."
  (let ((table (make-hash-table)))
    (for-each (match-lambda
                ((source . target)
                 (hash-set! table source
                            (cons target (hash-ref table source '())))))
              (reverse edges))
    table))

(define (write-bill name nodes edges port)
  (define targets (edge-table edges))

  (write-json
   (json-object
    "bomFormat" "CycloneDX"
    "specVersion" "1.5"
    "version" 1
    "metadata" (json-object
                "component" (json-object "type" "application"
                                         "bom-ref" "graph"
                                         "name" name))
    "components" (list->vector (map component nodes))
    "dependencies" (list->vector
                    (map (match-lambda
                           ((id . _)
                            (json-object "ref" id
                                         "dependsOn" (list->vector
                                                      (hash-ref targets id '())))))
                         nodes)))
   port)
  (newline port))

(define %cyclonedx-backend
  (collecting-backend "cyclonedx-json"
                      "a bill of materials in CycloneDX, with the edges as dependencies"
                      write-bill))
