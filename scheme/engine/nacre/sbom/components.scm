;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The packages behind a manifest, and their dependencies.
;;;
;;; Only after a build is it known which of its inputs a package still refers to.  The inputs that it
;;; runs with are *required*; build inputs are listed too, but separately, so that the list has
;;; every package that may be in a pack.
(define-module (nacre sbom components)
  #:use-module ((guix build-system)
                #:select (bag-build-inputs bag-host-inputs bag-target
                          bag-target-inputs))
  #:use-module ((guix grafts) #:select (%graft?))
  #:use-module ((guix packages)
                #:select (bag-direct-inputs origin? package->bag package-name
                          package-native-inputs package-properties
                          package-replacement package-source
                          package-upstream-name package-version package?))
  #:use-module ((guix profiles)
                #:select (manifest-entry-item manifest-entry-name
                          manifest-entry-version manifest-transitive-entries))
  #:use-module (nacre sbom sources)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (manifest-components
            component?
            component-id
            component-name
            component-version
            component-package
            component-required?
            component-runs-with
            component-built-with
            component-source
            component-ancestors
            component-purl
            component-cpe))

(define-record-type <component>
  (make-component id name version package target)
  component?
  (id         component-id)             ;string, of this component alone
  (name       component-name)
  (version    component-version)
  (package    component-package)        ;<package>, or #f
  (target     component-target)         ;GNU triplet, or #f
  (required?  component-required? set-component-required!)
  (runs-with  component-runs-with set-component-runs-with!)   ;<component>*
  (built-with component-built-with set-component-built-with!) ;<component>*
  (ancestors  component-ancestors set-component-ancestors!))  ;<source>*

;; Inputs of build systems that their results keep references to: the C library, and the
;; interpreter that runs them.
(define %kept-implicit-inputs '("libc" "python" "guile"))

(define (kept? package bag)
  "Return a predicate of the build inputs of BAG, the bag of PACKAGE: true if PACKAGE
also runs with the input."
  (define native (map second (package-native-inputs package)))

  (match-lambda
    ((label thing . _)
     (and (not (bag-target bag))                  ;else it runs elsewhere
          (member label %kept-implicit-inputs)
          (not (memq thing native))))))

(define (by-id components)
  (sort (delete-duplicates components eq?)
        (lambda (a b) (string<? (component-id a) (component-id b)))))

(define (manifest-components manifest system target)
  "Return two values: the components that MANIFEST stands for on SYSTEM, or when
cross-built for TARGET if that is not #f, sorted by their identifiers; and those
among them that MANIFEST names."
  (define known (make-hash-table))      ;(package . target) -> component
  (define counts (make-hash-table))     ;identifier -> how many

  (define (new-component name version package target)
    (let* ((id    (string-append name "@" version
                                 (if target (string-append ":" target) "")))
           (count (1+ (hash-ref counts id 0)))
           (component (make-component (if (= count 1)
                                          id
                                          (string-append id "#" (number->string count)))
                                      name version package target)))
      (hash-set! counts id count)
      (set-component-required! component #f)
      (set-component-runs-with! component '())
      (set-component-built-with! component '())
      (set-component-ancestors! component '())
      component))

  (define (effective package)
    ;; What is built in place of PACKAGE.
    (or (and (%graft?) (package-replacement package)) package))

  (define (package-component original target)
    (let* ((package (effective original))
           (others  (hashq-ref known package '())))
      (or (assoc-ref others target)
          (let ((component (new-component (package-name package)
                                          (package-version package)
                                          package target)))
            (hashq-set! known package (alist-cons target component others))
            (connect! component)
            component))))

  (define (input-components inputs target)
    (map (lambda (package) (package-component package target))
         (filter-map (match-lambda
                       ((_ (? package? package) . _) package)
                       (_ #f))
                     inputs)))

  (define (connect! component)
    (let* ((package (component-package component))
           (bag     (package->bag package system (component-target component))))
      (define-values (kept built-with)
        (partition (kept? package bag) (bag-build-inputs bag)))

      (set-component-runs-with! component
        (by-id (append (input-components (bag-host-inputs bag) (bag-target bag))
                       (input-components (bag-target-inputs bag) #f)
                       (input-components kept #f))))
      (set-component-built-with! component
        (by-id (input-components built-with #f)))
      (set-component-ancestors! component
        (filter-map (match-lambda
                      ((_ (? origin? origin) . _)
                       (and (not (eq? origin (package-source package)))
                            (origin->source origin)))
                      (_ #f))
                    (bag-direct-inputs bag)))))

  (define (entry-component entry)
    (match (manifest-entry-item entry)
      ((? package? package)
       (package-component package target))
      (_
       (new-component (manifest-entry-name entry) (manifest-entry-version entry)
                      #f #f))))

  (let ((roots (by-id (map entry-component (manifest-transitive-entries manifest)))))
    (for-each require! roots)
    (values (by-id (append roots
                           (append-map (match-lambda
                                         ((_ . alist) (map cdr alist)))
                                       (hash-map->list cons known))))
            roots)))

(define (require! component)
  "Mark COMPONENT as required, and what it runs with."
  (unless (component-required? component)
    (set-component-required! component #t)
    (for-each require! (component-runs-with component))))


;;;
;;; Names of a component in other databases.
;;;

(define (component-source component)
  "Return the <source> of COMPONENT, or #f."
  (match (and=> (component-package component) package-source)
    ((? origin? origin) (origin->source origin))
    (_ #f)))

(define (component-purl component)
  "Return the package URL of COMPONENT."
  (string-append "pkg:guix/" (percent-encode (component-name component))
                 "@" (percent-encode (component-version component))
                 (match (component-target component)
                   (#f "")
                   (target (string-append "?target=" (percent-encode target))))))

(define (cpe-quote text)
  ;; The letters, digits, '_', '-' and '.' stand for themselves.
  (string-concatenate
   (map (lambda (char)
          (if (or (char<=? #\a char #\z) (char<=? #\0 char #\9)
                  (memv char '(#\_ #\- #\.)))
              (string char)
              (string #\\ char)))
        (string->list (string-downcase text)))))

(define (component-cpe component)
  "Return the name of COMPONENT in the Common Platform Enumeration, or #f.  The
properties cpe-vendor, cpe-name and cpe-version of its package override the
package's own fields."
  (match (component-package component)
    (#f #f)
    (package
      (define (property key)
        (assq-ref (package-properties package) key))

      (string-append "cpe:2.3:a:"
                     (or (and=> (property 'cpe-vendor) cpe-quote) "*") ":"
                     (cpe-quote (or (property 'cpe-name)
                                    (package-upstream-name package)))
                     ":"
                     (cpe-quote (or (property 'cpe-version)
                                    (package-version package)))
                     ":*:*:*:*:*:*:*"))))
