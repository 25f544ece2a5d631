;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Licences of components, in the terms of SPDX.
(define-module (nacre sbom licenses)
  #:use-module ((guix licenses) #:select (license-name license?))
  #:use-module ((guix packages) #:select (package-license))
  #:use-module (nacre channel)
  #:use-module (nacre sbom components)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (license-spdx
            component-licenses
            license-reference
            license-expression
            compound-expression?
            spdx-name))

(define license-spdx
  ;; License -> its SPDX expression, or #f if it has none, or the channel does not have them.
  (channel-value '(guix licenses) 'license-spdx (const #f)))

(define (component-licenses component)
  "Return the licences of COMPONENT, which hold all at once."
  (match (and=> (component-package component) package-license)
    ((? license? license) (list license))
    ((licenses ...) (filter license? licenses))
    (_ '())))

(define (spdx-name text)
  "Return TEXT as a part of an identifier of SPDX."
  (string-map (lambda (char)
                (if (or (char<=? #\a char #\z) (char<=? #\A char #\Z)
                        (char<=? #\0 char #\9) (memv char '(#\. #\-)))
                    char
                    #\-))
              text))

(define (license-reference component license)
  "Return the identifier of LICENSE, which SPDX has no name for, in a document.  It has
COMPONENT in it: the place of its text may be relative to the source."
  (string-append "LicenseRef-" (spdx-name (component-id component))
                 "-" (spdx-name (license-name license))))

(define (compound-expression? expression)
  (and (string-index expression #\space) #t))

(define (license-expression component)
  "Return the SPDX license expression of COMPONENT, or #f if nothing is known."
  (define (expression license)
    (match (license-spdx license)
      (#f (license-reference component license))
      ((? compound-expression? choice) (string-append "(" choice ")"))
      (name name)))

  (match (component-licenses component)
    (() #f)
    ((license)
     (or (license-spdx license) (license-reference component license)))
    (licenses
     (string-join (delete-duplicates (map expression licenses)) " AND "))))
