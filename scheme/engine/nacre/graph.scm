;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; 'nacre graph': graphs of what the user names, as text.
(define-module (nacre graph)
  #:use-module ((gnu packages) #:select (specification->package))
  #:use-module ((guix derivations) #:select (derivation-file-name derivation?))
  #:use-module ((guix diagnostics) #:select (&fix-hint formatted-message info))
  #:use-module ((guix graph)
                #:select (%graph-backends export-graph graph-backend-description
                          graph-backend-name lookup-backend node-type
                          node-type-convert node-type-description node-type-label
                          node-type-name shortest-path))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix monads) #:select (mapm))
  #:use-module ((guix packages) #:select (package-full-name package?))
  #:use-module ((guix scripts graph) #:select (%node-types))
  #:use-module ((guix store)
                #:select (%store-monad %store-prefix run-with-store store-lift))
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module ((nacre interpreter) #:select (nearest-name))
  #:use-module (nacre transformations)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:export (graph-types
            graph-backends
            graph->string
            graph-path))

(define (graph-types)
  "Return the types of graphs: a list of strings, names and descriptions in turn."
  (append-map (lambda (type)
                (list (node-type-name type) (node-type-description type)))
              %node-types))

(define (graph-backends)
  "Return the formats of graphs, likewise."
  (append-map (lambda (backend)
                (list (graph-backend-name backend)
                      (graph-backend-description backend)))
              %graph-backends))

(define (lookup-node-type name)
  "Return the type called NAME; raise an error if there is none."
  (define names (map node-type-name %node-types))

  (or (find (lambda (type) (string=? name (node-type-name type))) %node-types)
      (raise (make-compound-condition
              (formatted-message (G_ "~a: unknown type of graph") name)
              (condition
               (&fix-hint
                (hint (match (nearest-name name names)
                        (#f   (format #f (G_ "it is one of ~a") (string-join names ", ")))
                        (near (format #f (G_ "did you mean '~a'?") near))))))))))

(define (make-namer)
  "Return a procedure that returns a name for each package: NAME@VERSION, with a number
for those after the first that share it."
  (define names  (make-hash-table))     ;package -> string
  (define counts (make-hash-table))     ;string -> number of packages

  (lambda (package)
    (or (hashq-ref names package)
        (let* ((name  (package-full-name package))
               (count (1+ (hash-ref counts name 0)))
               (name* (if (= count 1)
                          name
                          (string-append name "#" (number->string count)))))
          (hash-set! counts name count)
          (hashq-set! names package name*)
          name*))))

(define (with-lasting-identifiers type)
  "Return TYPE with identifiers that are the same in each run; those of packages are
addresses in memory."
  (if (member (node-type-name type) '("package" "reverse-package"))
      (let ((name (make-namer)))
        (node-type
         (inherit type)
         (identifier (store-lift (lambda (store package) (name package))))))
      type))

(define (specification->object specification)
  (if (string-prefix? (string-append (%store-prefix) "/") specification)
      specification
      (specification->package specification)))

(define (flatten lists)
  (apply append lists))

(define (objects->nodes store type objects system)
  (run-with-store store
    (mapm %store-monad (node-type-convert type) objects)
    #:system system))

(define (all-objects specifications values transformations)
  "Return what SPECIFICATIONS and VALUES, pairs of a value and where it comes from, are,
with TRANSFORMATIONS, as 'options->transformation' takes them, applied to packages."
  (map (transformation transformations)
       (append (map specification->object specifications)
               (append-map (match-lambda
                             (((objects ..1) . origin) objects)
                             ((object . origin)        (list object)))
                           values))))

(define (graph->string store specifications values type backend max-depth system
                       transformations)
  "Return the graph of TYPE that starts from what SPECIFICATIONS and VALUES stand for, as
BACKEND writes it, without nodes that are farther than MAX-DEPTH, if that is not #f."
  (define system* (or system (%current-system)))
  (define type* (with-lasting-identifiers (lookup-node-type type)))
  (define backend* (lookup-backend backend))

  (parameterize ((%current-system system*))
    (let ((nodes (flatten (objects->nodes store type*
                                          (all-objects specifications values
                                                       transformations)
                                          system*))))
      (call-with-output-string
        (lambda (port)
          (run-with-store store
            (export-graph nodes port
                          #:node-type type* #:backend backend*
                          #:max-depth (or max-depth +inf.0))
            #:system system*))))))

(define (full-label type)
  (lambda (node)
    (cond ((derivation? node) (derivation-file-name node))
          ((string? node)     node)
          (else               ((node-type-label type) node)))))

(define (find-path store type from to system)
  "Return the labels of the nodes on a shortest way between the objects FROM and TO in the
graph of TYPE, or #f."
  (match (objects->nodes store type (list from to) system)
    (((from . _) (to . _))
     (and=> (run-with-store store (shortest-path from to type) #:system system)
            (lambda (path)
              (map (full-label type) path))))))

(define (find-path-through-bags store type from to system)
  "Do the same with the inputs that build systems add, if TYPE is that of packages, which
has only those that packages name."
  (and (string=? type "package")
       (let ((path (find-path store (lookup-node-type "bag") from to system)))
         (when path
           (info (G_ "what packages name does not lead there; this way has inputs that \
build systems add~%")))
         path)))

(define (graph-path store specifications values type system transformations)
  "Return the labels of the nodes on a shortest way from the first to the second of two
objects, a list of strings; raise an error if there is none."
  (define system* (or system (%current-system)))

  (define (name object)
    (if (package? object) (package-full-name object) object))

  (parameterize ((%current-system system*))
    (match (all-objects specifications values transformations)
      ((from to)
       (or (find-path store (lookup-node-type type) from to system*)
           (find-path-through-bags store type from to system*)
           (raise (make-compound-condition
                   (formatted-message (G_ "no path leads from '~a' to '~a'")
                                      (name from) (name to))
                   (condition
                    (&fix-hint
                     (hint (G_ "perhaps the other way round, or in another --type of \
graph"))))))))
      (objects
       (raise (formatted-message (G_ "--path takes two packages, not ~a")
                                 (length objects)))))))
