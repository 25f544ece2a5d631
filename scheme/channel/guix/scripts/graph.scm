;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The graphs that 'nacre graph' shows.
(define-module (guix scripts graph)
  #:use-module (guix build-system)
  #:use-module (guix build-system gnu)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix graph)
  #:use-module (guix i18n)
  #:use-module (guix memoization)
  #:use-module (guix modules)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix store)
  #:use-module (gnu packages)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (%package-node-type
            %reverse-package-node-type
            %bag-node-type
            %bag-with-origins-node-type
            %bag-emerged-node-type
            %reverse-bag-node-type
            %derivation-node-type
            %reference-node-type
            %referrer-node-type
            %module-node-type
            %node-types))

(define (node-label thing)
  (cond ((package? thing) (package-full-name thing))
        ((origin? thing)  (or (origin-actual-file-name thing) "source"))
        ((string? thing)  (basename thing))
        (else             (object->string thing))))

(define (check-package thing)
  (unless (package? thing)
    (raise (make-compound-condition
            (formatted-message (G_ "~s is not a package") thing)
            (condition
             (&fix-hint
              (hint (G_ "this type of graph starts from packages; '--type=references' \
and '--type=derivation' take store items, too")))))))
  thing)

(define package->nodes
  (lift1 (compose list check-package) %store-monad))

(define (input-things inputs)
  (map (match-lambda ((_ thing . _) thing)) inputs))

(define all-packages
  (mlambda ()
    "Return all packages of the collection, those too that are not listed."
    (fold-packages cons '() #:select? (const #t))))

(define (make-reverse-edges type)
  "Return a monadic procedure from a package to those that refer to it in the graph of
TYPE."
  (define back-edges
    ;; Neither the store nor the packages change meanwhile.
    (mlambdaq (store)
      (run-with-store store (node-back-edges type (all-packages)))))

  (lambda (package)
    (lambda (store)
      (values ((back-edges store) package) store))))


;;;
;;; Packages.
;;;

(define (package-edges package)
  (filter package? (input-things (package-direct-inputs package))))

(define %package-node-type
  (node-type
   (name "package")
   (description "packages and their inputs, without those that build systems add")
   (convert package->nodes)
   (identifier (lift1 object-address %store-monad))
   (label node-label)
   (edges (lift1 package-edges %store-monad))))

(define %reverse-package-node-type
  (node-type
   (inherit %package-node-type)
   (name "reverse-package")
   (description "packages and those whose input they are")
   (edges (make-reverse-edges %package-node-type))))


;;;
;;; Bags.
;;;

(define (bag-node-identifier thing)
  "Return as a monadic value the file name of the derivation, or store item, of THING."
  (mlet %store-monad ((lowered (lower-object thing)))
    (return (if (derivation? lowered)
                (derivation-file-name lowered)
                lowered))))

(define (bag-edges thing)
  (cond ((package? thing)
         (filter (lambda (input) (or (package? input) (origin? input)))
                 (input-things (bag-direct-inputs (package->bag thing)))))
        ((origin? thing)
         (cons (default-guile)
               (filter file-like? (or (origin-patches thing) '()))))
        (else '())))

(define (bag-package-edges thing)
  (filter package? (bag-edges thing)))

(define %bag-node-type
  (node-type
   (name "bag")
   (description "packages and all of their inputs")
   (convert package->nodes)
   (identifier bag-node-identifier)
   (label node-label)
   (edges (lift1 bag-package-edges %store-monad))))

(define %bag-with-origins-node-type
  (node-type
   (inherit %bag-node-type)
   (name "bag-with-origins")
   (description "packages, all of their inputs, and the origins of sources")
   (edges (lift1 bag-edges %store-monad))))

(define standard-package?
  (let ((standard (mlambda () (input-things (standard-packages)))))
    (lambda (thing)
      (memq thing (standard)))))

(define %bag-emerged-node-type
  (node-type
   (inherit %bag-node-type)
   (name "bag-emerged")
   (description "as 'bag', without what the tools that build everything are built with")
   (edges (lift1 (lambda (thing)
                   (if (standard-package? thing) '() (bag-package-edges thing)))
                 %store-monad))))

(define %reverse-bag-node-type
  (node-type
   (inherit %bag-node-type)
   (name "reverse-bag")
   (description "packages and those that are built with them")
   (edges (make-reverse-edges %bag-node-type))))


;;;
;;; Derivations.
;;;

(define (read-derivation-file file)
  (read-derivation-from-file file))

(define (derivation-edges node)
  (if (derivation? node)
      (append (map derivation-input-derivation (derivation-inputs node))
              (derivation-sources node))
      '()))

(define (thing->derivations thing)
  "Return as a monadic value the derivations that THING, a package, a derivation or the
name of a store item, stands for."
  (with-monad %store-monad
    (cond ((package? thing)
           (mlet %store-monad ((drv (package->derivation thing)))
             (return (list drv))))
          ((derivation-input? thing)
           (return (list (derivation-input-derivation thing))))
          ((derivation? thing)
           (return (list thing)))
          ((and (string? thing) (derivation-path? thing))
           (return (list (read-derivation-file thing))))
          ((string? thing)
           (mlet %store-monad ((derivers ((store-lift valid-derivers) thing)))
             (if (null? derivers)
                 (raise (formatted-message
                         (G_ "no derivation of '~a' is in the store") thing))
                 (return (list (read-derivation-file (first derivers)))))))
          (else
           (raise (formatted-message (G_ "~s has no derivation") thing))))))

(define %derivation-node-type
  (node-type
   (name "derivation")
   (description "derivations and their inputs")
   (convert thing->derivations)
   (identifier (lift1 (lambda (node)
                        (if (derivation? node) (derivation-file-name node) node))
                      %store-monad))
   (label (lambda (node)
            (store-path-package-name
             (if (derivation? node) (derivation-file-name node) node))))
   (edges (lift1 derivation-edges %store-monad))))


;;;
;;; Store items.
;;;

(define (check-item item thing)
  "Return as a monadic value ITEM, to which THING was lowered, if the store has it."
  (mlet %store-monad ((valid? ((store-lift valid-path?) item)))
    (if valid?
        (return item)
        (raise (make-compound-condition
                (formatted-message (G_ "'~a' is not in the store") item)
                (condition
                 (&fix-hint
                  (hint (if (package? thing)
                            (string-append (G_ "build it first: nacre build ")
                                           (package-full-name thing))
                            (G_ "build it first"))))))))))

(define (thing->items thing)
  "Return as a monadic value the store items that THING stands for: the outputs of a
package or a derivation, or itself."
  (mlet* %store-monad ((lowered (cond ((string? thing) (return thing))
                                      ((derivation-input? thing)
                                       (return (derivation-input-derivation thing)))
                                      ((derivation? thing) (return thing))
                                      (else (lower-object thing)))))
    (mapm %store-monad
          (lambda (item) (check-item item thing))
          (match lowered
            ((? derivation? drv) (map cdr (derivation->output-paths drv)))
            (item                (list item))))))

(define (others-of query)
  "Return a monadic procedure from an item to those that QUERY returns, without itself,
sorted."
  (lambda (item)
    (mlet %store-monad ((items ((store-lift query) item)))
      (return (sort (delete item items) string<?)))))

(define %reference-node-type
  (node-type
   (name "references")
   (description "store items and those that they refer to")
   (convert thing->items)
   (identifier (lift1 identity %store-monad))
   (label store-path-package-name)
   (edges (others-of references))))

(define %referrer-node-type
  (node-type
   (inherit %reference-node-type)
   (name "referrers")
   (description "store items and those that refer to them")
   (edges (others-of (lambda (store item)
                       (remove derivation-path? (referrers store item)))))))


;;;
;;; Modules.
;;;

(define (thing->modules thing)
  (match thing
    ((? package? package)
     (match (package-location package)
       (#f
        (raise (formatted-message (G_ "where ~a is defined is unknown")
                                  (package-full-name package))))
       (location
        (list (file-name->module-name (location-file location))))))
    (((? symbol?) ..1) (list thing))
    (_ (check-package thing))))

(define %module-node-type
  (node-type
   (name "module")
   (description "modules that define packages, and those that they use")
   (convert (lift1 thing->modules %store-monad))
   (identifier (lift1 identity %store-monad))
   (label object->string)
   (edges (lift1 (lambda (module)
                   (filter guix-module-name? (source-module-dependencies module)))
                 %store-monad))))


;;;
;;; All types.
;;;

(define %node-types
  (list %package-node-type
        %reverse-package-node-type
        %bag-node-type
        %bag-with-origins-node-type
        %bag-emerged-node-type
        %reverse-bag-node-type
        %derivation-node-type
        %reference-node-type
        %referrer-node-type
        %module-node-type))
