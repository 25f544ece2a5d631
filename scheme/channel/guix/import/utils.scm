;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Packages made from what other programs wrote.
(define-module (guix import utils)
  #:use-module (guix build-system)
  #:use-module (guix diagnostics)
  #:use-module (guix download)
  #:use-module (guix git-download)
  #:use-module (guix i18n)
  #:use-module (guix licenses)
  #:use-module (guix packages)
  #:use-module (gnu packages)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (alist->package))

(define (spec->input specification)
  "Return the input (LABEL PACKAGE [OUTPUT]) for SPECIFICATION."
  (call-with-values (lambda () (specification->package+output specification))
    (lambda (package output)
      (if (string=? output "out")
          (list (package-name package) package)
          (list (package-name package) package output)))))

(define (lookup-build-system name)
  "Return the build system called NAME: that of the module (guix build-system NAME)."
  (define symbol (string->symbol name))
  (define module
    (false-if-exception (resolve-interface `(guix build-system ,symbol))))

  (or (and module
           (any (match-lambda
                  ((? (lambda (variable) (variable-bound? variable)) variable)
                   (let ((value (variable-ref variable)))
                     (and (build-system? value)
                          (eq? symbol (build-system-name value))
                          value)))
                  (_ #f))
                (module-map (lambda (name variable) variable) module)))
      (raise (formatted-message (G_ "~a: unknown build system") name))))

(define (lookup-license name)
  "Return the license whose variable is called NAME, or whose SPDX identifier it is."
  (define (license-of variable)
    (let ((value (and (variable-bound? variable) (variable-ref variable))))
      (and (license? value) value)))

  (define licenses (resolve-interface '(guix licenses)))

  (or (and=> (module-variable licenses (string->symbol name)) license-of)
      (find (lambda (license) (equal? name (license-spdx license)))
            (filter-map license-of
                        (module-map (lambda (name variable) variable) licenses)))
      (raise (formatted-message (G_ "~a: unknown license") name))))

(define (source->origin source)
  (match source
    ((or #f 'null) #f)
    (_
     (origin
       (method (match (assoc-ref source "method")
                 ("url-fetch" url-fetch)
                 ("git-fetch" git-fetch)
                 (other
                  (raise (formatted-message (G_ "~a: unknown method of a source")
                                            other)))))
       (uri (match (assoc-ref source "uri")
              ((? string? uri) uri)
              (#(uris ...) uris)
              ((fields ...)
               (git-reference (url (assoc-ref fields "url"))
                              (commit (assoc-ref fields "commit"))))))
       (file-name (assoc-ref source "file-name"))
       (sha256 (match (assoc-ref source "sha256")
                 ((("base32" . hash)) (base32 hash))
                 ((("base64" . hash)) (base64 hash))
                 (other
                  (raise (formatted-message (G_ "~s: not the hash of a source")
                                            other)))))))))

(define (plain value)
  "Return VALUE with lists in place of vectors."
  (match value
    (#(elements ...) (map plain elements))
    (_ value)))

(define* (alist->package meta #:optional (known-inputs '()))
  "Return the package that META describes, an alist from names of fields to values as JSON
has them; inputs are specifications, but for those in KNOWN-INPUTS, which become symbols."
  (define (field name)
    (match (assoc-ref meta name)
      ('null #f)
      (value value)))

  (define (inputs-of name)
    (map (lambda (input)
           (if (member input known-inputs)
               (string->symbol input)
               (spec->input input)))
         (plain (or (field name) '()))))

  (package
    (name (field "name"))
    (version (field "version"))
    (source (source->origin (field "source")))
    (properties (map (match-lambda
                       ((key . value) (cons (string->symbol key) (plain value))))
                     (or (field "properties") '())))
    (build-system (lookup-build-system (field "build-system")))
    (arguments (append-map (match-lambda
                             ((key . value)
                              (list (symbol->keyword (string->symbol key))
                                    (plain value))))
                           (or (field "arguments") '())))
    (native-inputs (inputs-of "native-inputs"))
    (inputs (inputs-of "inputs"))
    (propagated-inputs (inputs-of "propagated-inputs"))
    (home-page (field "home-page"))
    (synopsis (field "synopsis"))
    (description (field "description"))
    (license (lookup-license (field "license")))))
