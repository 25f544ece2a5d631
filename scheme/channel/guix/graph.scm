;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Directed graphs of packages, derivations, store items or whatever else: how to walk
;;; over them, and how to write them in a format for other programs.
(define-module (guix graph)
  #:use-module (guix diagnostics)
  #:use-module (guix graph backend)
  #:use-module (guix graph cyclonedx)
  #:use-module (guix graph page)
  #:use-module (guix graph text)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:re-export (graph-backend
               graph-backend?
               graph-backend-name
               graph-backend-description
               %graphviz-backend
               %d3js-backend
               %cypher-backend
               %graphml-backend
               %cyclonedx-backend)
  #:export (node-type
            node-type?
            node-type-identifier
            node-type-label
            node-type-edges
            node-type-convert
            node-type-name
            node-type-description

            node-edges
            node-back-edges
            traverse/depth-first
            node-transitive-edges
            node-reachable-count
            shortest-path

            %graph-backends
            lookup-backend
            export-graph))

(define-record-type* <node-type> node-type make-node-type
  node-type?
  this-node-type
  (identifier  node-type-identifier)    ;node -> monadic value that 'equal?' compares
  (label       node-type-label)         ;node -> string
  (edges       node-type-edges)         ;node -> monadic list of nodes
  (convert     node-type-convert        ;any object -> monadic list of nodes
               (default (lift1 list %store-monad)))
  (name        node-type-name)          ;string
  (description node-type-description))  ;string


;;;
;;; Tables of nodes.
;;;

;; Strings and lists that are equal are the same node.  Records are never compared by
;; their fields, which takes long and may not end.
(define (structural? node)
  (or (string? node) (pair? node) (number? node)))

(define (make-node-table)
  (cons (make-hash-table) (make-hash-table)))

(define (node-table-ref table node default)
  (if (structural? node)
      (hash-ref (car table) node default)
      (hashq-ref (cdr table) node default)))

(define (node-table-set! table node value)
  (if (structural? node)
      (hash-set! (car table) node value)
      (hashq-set! (cdr table) node value)))


;;;
;;; Walking over a graph.
;;;

(define (collect-edges type nodes add!)
  "Return as a monadic value a procedure that returns the list of nodes for a node: ADD!
is called with a procedure, which adds a node to the list of a node, and the ends of each
edge that starts from one of NODES, of TYPE."
  (define table (make-node-table))

  (define (cons-to! node other)
    (node-table-set! table node
                     (cons other (node-table-ref table node '()))))

  (mlet %store-monad ((targets (mapm %store-monad (node-type-edges type) nodes)))
    (for-each (lambda (node targets)
                (for-each (lambda (target) (add! cons-to! node target))
                          targets))
              nodes targets)
    (return (lambda (node)
              (reverse (node-table-ref table node '()))))))

(define (node-edges type nodes)
  "Return as a monadic value a procedure that returns what one of NODES, of TYPE, refers
to."
  (collect-edges type nodes
                 (lambda (cons-to! source target) (cons-to! source target))))

(define (node-back-edges type nodes)
  "Return as a monadic value a procedure that returns those of NODES, of TYPE, that refer
to a node."
  (collect-edges type nodes
                 (lambda (cons-to! source target) (cons-to! target source))))

(define (traverse/depth-first proc seed nodes node-edges)
  "Call PROC with each node that NODE-EDGES, a procedure from a node to a list of nodes,
leads to from NODES, NODES included, and the previous result, starting from SEED.  Each
node comes once, a node before those that it leads to."
  (define seen (make-node-table))

  (let loop ((nodes nodes) (result seed))
    (match nodes
      (() result)
      ((node . rest)
       (if (node-table-ref seen node #f)
           (loop rest result)
           (begin
             (node-table-set! seen node #t)
             (loop (append (node-edges node) rest)
                   (proc node result))))))))

(define (node-transitive-edges nodes node-edges)
  "Return the list of nodes that NODE-EDGES leads to from NODES, without these."
  (define given (make-node-table))

  (for-each (lambda (node) (node-table-set! given node #t)) nodes)
  (remove (lambda (node) (node-table-ref given node #f))
          (traverse/depth-first cons '() nodes node-edges)))

(define (node-reachable-count nodes node-edges)
  "Return the number of nodes that NODE-EDGES leads to from NODES, without these."
  (length (node-transitive-edges nodes node-edges)))

(define (make-breadth-first identifier edges)
  "Return a monadic procedure that walks over the graph whose nodes have IDENTIFIER and
EDGES, the nearest nodes first.  It takes a list of nodes, the greatest distance from
them, and a procedure that it calls with a node, its identifier, and the node that led to
it, or #f; if that returns true, the walk stops and its value is #t, else it is #f."
  (lambda (nodes max-depth visit)
    (define seen (make-hash-table))

    (define (visit-level nodes depth next)
      ;; NODES are pairs of a node and its predecessor; NEXT, reversed, is the next level.
      (match nodes
        (()
         (if (null? next)
             (store-return #f)
             (visit-level (reverse next) (1+ depth) '())))
        (((node . from) . rest)
         (mlet %store-monad ((id (identifier node)))
           (cond ((hash-ref seen id)
                  (visit-level rest depth next))
                 ((begin (hash-set! seen id #t) (visit node id from))
                  (return #t))
                 ((>= depth max-depth)
                  (visit-level rest depth next))
                 (else
                  (mlet %store-monad ((targets (edges node)))
                    (visit-level rest depth
                                 (fold (lambda (target next)
                                         (alist-cons target node next))
                                       next targets)))))))))

    (visit-level (map (lambda (node) (cons node #f)) nodes) 0 '())))

(define (shortest-path node1 node2 type)
  "Return as a monadic value a shortest list of nodes from NODE1 to NODE2, both of TYPE,
or #f if no path leads there."
  (define predecessors (make-node-table))
  (define identifier (node-type-identifier type))

  (define (path-to node path)
    (match (node-table-ref predecessors node #f)
      (#f   (cons node path))
      (from (path-to from (cons node path)))))

  (define end #f)

  (mlet* %store-monad ((goal (identifier node2))
                       (found? ((make-breadth-first identifier (node-type-edges type))
                                (list node1) +inf.0
                                (lambda (node id from)
                                  (when from
                                    (node-table-set! predecessors node from))
                                  (and (equal? id goal)
                                       (begin (set! end node) #t))))))
    (return (and found? (path-to end '())))))


;;;
;;; Writing a graph.
;;;

(define %graph-backends
  (list %graphviz-backend
        %d3js-backend
        %cypher-backend
        %graphml-backend
        %cyclonedx-backend))

(define (lookup-backend name)
  "Return the back end called NAME; raise an error if there is none."
  (define names (map graph-backend-name %graph-backends))

  (or (find (lambda (backend) (string=? name (graph-backend-name backend)))
            %graph-backends)
      (raise (make-compound-condition
              (formatted-message (G_ "~a: unknown graph backend") name)
              (condition
               (&fix-hint
                (hint (match (nearest-name name names)
                        (#f   (string-append (G_ "it is one of ")
                                             (string-join names ", ")))
                        (near (string-append (G_ "did you mean '") near "'?"))))))))))

(define* (export-graph sinks port
                       #:key reverse-edges? node-type (max-depth +inf.0)
                       (backend %graphviz-backend))
  "Write to PORT, by BACKEND, the graph of NODE-TYPE that starts from SINKS, a list of
nodes, without those that are farther than MAX-DEPTH from all of them.  If REVERSE-EDGES?
is true, edges are written from their ends to their starts.  Return #t as a monadic
value."
  (define identifier (node-type-identifier node-type))
  (define shown (make-hash-table))      ;identifiers
  (define nodes '())                    ;pairs of a node and its identifier

  (define (note! node id from)
    (hash-set! shown id #t)
    (set! nodes (acons node id nodes))
    #f)

  ;; They may be costly; the walk and the writer both need them.
  (define known-edges (make-node-table))

  (define (edges node)
    (match (node-table-ref known-edges node #f)
      (#f
       (mlet %store-monad ((targets ((node-type-edges node-type) node)))
         (node-table-set! known-edges node targets)
         (return targets)))
      (targets (store-return targets))))

  (define (target-identifiers node)
    (mlet %store-monad ((targets (edges node)))
      (mapm %store-monad identifier targets)))

  (define emit-node (graph-backend-node backend))
  (define emit-edge (graph-backend-edge backend))

  (define emit
    (match-lambda
      ((node . id)
       (mlet %store-monad ((target-ids (target-identifiers node)))
         (emit-node id ((node-type-label node-type) node) port)
         (for-each (lambda (target)
                     (cond ((not (hash-ref shown target)) #f)
                           (reverse-edges? (emit-edge target id port))
                           (else (emit-edge id target port))))
                   target-ids)
         (return #t)))))

  (mbegin %store-monad
    ((make-breadth-first identifier edges) sinks max-depth note!)
    (begin
      ((graph-backend-prologue backend) (node-type-name node-type) port)
      (mapm %store-monad emit (reverse nodes)))
    (begin
      ((graph-backend-epilogue backend) port)
      (with-monad %store-monad (return #t)))))
