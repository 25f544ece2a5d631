;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Packages that are described in JSON: 'nacre build -f FILE.json'.
(define-module (nacre json-packages)
  #:use-module ((guix diagnostics) #:select (&fix-hint formatted-message))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix import utils) #:select (alist->package))
  #:use-module ((nacre datum) #:select (read-json))
  #:use-module ((nacre interpreter) #:select (nearest-name))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (json->packages))

(define %required-fields
  '("name" "version" "source" "build-system" "home-page" "synopsis" "description"
    "license"))

(define %optional-fields
  '("arguments" "inputs" "native-inputs" "propagated-inputs" "properties"))

(define (raise-with-hint hint message . arguments)
  (raise (make-compound-condition
          (apply formatted-message message arguments)
          (condition (&fix-hint (hint hint))))))

(define (check-fields object file)
  (define known (append %required-fields %optional-fields))

  (for-each (match-lambda
              ((field . _)
               (unless (member field known)
                 (raise-with-hint
                  (match (nearest-name field known)
                    (#f   (format #f (G_ "fields are ~a") (string-join known ", ")))
                    (near (format #f (G_ "did you mean '~a'?") near)))
                  (G_ "~a: a package has no field '~a'") file field))))
            object)
  (for-each (lambda (field)
              (unless (assoc field object)
                (raise-with-hint (G_ "add it, as in a package in Scheme")
                                 (G_ "~a: the package lacks the field '~a'")
                                 file field)))
            %required-fields))

(define (check-source object file)
  (match (assoc-ref object "source")
    ((? string? address)
     (raise-with-hint
      (G_ "write { \"method\": \"url-fetch\", \"uri\": ..., \
\"sha256\": { \"base32\": ... } }; 'nacre hash FILE' prints the hash")
      (G_ "~a: the source '~a' has no hash") file address))
    (_ #t)))

(define (json->packages text file)
  "Return the package that TEXT, the contents of FILE, describes in JSON; a list of them
if it is an array."
  (define (object->package object)
    (match object
      ((((? string?) . _) ...)
       (check-fields object file)
       (check-source object file)
       (alist->package object))
      (_
       (raise (formatted-message (G_ "~a: a package is an object of JSON, not ~s")
                                 file object)))))

  (match (read-json text file)
    (#(objects ...) (map object->package objects))
    (object         (object->package object))))
