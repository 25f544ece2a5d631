;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; (guix graph): walking over graphs, and what back ends are given.

(use-modules (guix graph)
             (guix scripts graph)
             (guix monads)
             (guix packages)
             (guix store)
             (guix tests)
             (gnu packages base)
             (srfi srfi-1)
             (srfi srfi-64)
             (ice-9 match))

(load "lib/check.scm")

;; A graph of symbols: each with what it refers to.
(define-syntax-rule (alist-type table)
  (node-type (name "test")
             (description "a graph for tests")
             (identifier (lift1 symbol->string %store-monad))
             (label symbol->string)
             (edges (lift1 (lambda (node) (or (assq-ref table node) '()))
                           %store-monad))))

(define %diamond
  '((a b c) (b d) (c d) (d e)))

(define %cycle
  '((a b) (b c) (c a)))

(define (run mvalue)
  (run-with-store (open-connection) mvalue))

(define* (exported type sinks #:rest options)
  "Return what a back end is called with for the graph: nodes, then edges."
  (let ((nodes '())
        (edges '()))
    (define recorder
      (graph-backend "recorder" "for tests" (const #t) (const #t)
                     (lambda (id label port) (set! nodes (cons id nodes)))
                     (lambda (source target port)
                       (set! edges (cons (string-append source target) edges)))))

    (run (apply export-graph sinks #f #:node-type type #:backend recorder options))
    (list (reverse nodes) (reverse edges))))

(define (written backend type sinks)
  (call-with-output-string
    (lambda (port)
      (run (export-graph sinks port #:node-type type
                         #:backend (lookup-backend backend))))))

(define %diamond-type (alist-type %diamond))
(define %cycle-type (alist-type %cycle))

(checks "graph"
 (test-equal "a node comes once, the nearest first, with its edges"
   '(("a" "b" "c" "d" "e") ("ab" "ac" "bd" "cd" "de"))
   (exported %diamond-type '(a)))

 (test-equal "a cycle ends"
   '(("a" "b" "c") ("ab" "bc" "ca"))
   (exported %cycle-type '(a)))

 (test-equal "nodes that are too far are left out, and edges to them"
   '(("a" "b" "c") ("ab" "ac"))
   (exported %diamond-type '(a) #:max-depth 1))

 (test-equal "the distance is that of the shortest way"
   '(("a" "b" "d" "c" "e") ("ab" "ad" "bc" "de" "cd"))
   (exported (alist-type '((a b d) (b c) (c d) (d e))) '(a) #:max-depth 2))

 (test-equal "edges can be turned round"
   '(("a" "b" "c") ("ba" "cb" "ac"))
   (exported %cycle-type '(a) #:reverse-edges? #t))

 (test-equal "a shortest path"
   '(a b d e)
   (run (shortest-path 'a 'e %diamond-type)))

 (test-equal "no path"
   #f
   (run (shortest-path 'e 'a %diamond-type)))

 (test-equal "a path to itself"
   '(a)
   (run (shortest-path 'a 'a %cycle-type)))

 (test-equal "edges and back edges of a set of nodes"
   '((b c) (b c) ())
   (run (mlet %store-monad ((edges (node-edges %diamond-type '(a b c d e)))
                            (back  (node-back-edges %diamond-type '(a b c d e))))
          (return (list (edges 'a) (back 'd) (edges 'e))))))

 (test-equal "what is reachable, without the start"
   '((b c d e) 4)
   (run (mlet %store-monad ((edges (node-edges %diamond-type '(a b c d e))))
          (return (list (sort (node-transitive-edges '(a) edges)
                              (lambda (a b) (string<? (symbol->string a)
                                                      (symbol->string b))))
                        (node-reachable-count '(a) edges))))))

 (test-equal "depth first"
   '(e d c b a)
   (traverse/depth-first cons '() '(a)
                         (lambda (node)
                           (match node
                             ('a '(b c)) ('b '()) ('c '(d)) ('d '(e)) ('e '())))))

 (test-assert "text of Graphviz quotes its names"
   (string-contains (written "graphviz"
                             (node-type
                              (inherit %diamond-type)
                              (label (const "a \"quoted\" \\ name")))
                             '(e))
                    "label = \"a \\\"quoted\\\" \\\\ name\""))

 (test-assert "so does a page: no text ends its script"
   (not (string-contains (written "d3js"
                                  (node-type
                                   (inherit %diamond-type)
                                   (label (const "</script><script>alert(1)")))
                                  '(e))
                         "</script><script>alert")))

 (test-assert "and XML"
   (string-contains (written "graphml"
                             (node-type
                              (inherit %diamond-type)
                              (label (const "<&>")))
                             '(e))
                    "&lt;&amp;&gt;"))

 (test-equal "an edge comes once in a bill of materials"
   1
   (length ((@ (ice-9 regex) list-matches) "dependsOn"
            (written "cyclonedx-json" (alist-type '((a b b))) '(a)))))

 (test-assert "back ends are looked up by name"
   (and (eq? %graphviz-backend (lookup-backend "graphviz"))
        (not (false-if-exception (lookup-backend "paper")))))

 (test-equal "ten types"
   10
   (length (delete-duplicates (map node-type-name %node-types))))

 (test-assert "packages and their inputs"
   (let* ((p0 (dummy-package "p0"))
          (p1 (dummy-package "p1" (inputs (list p0))))
          (p2 (dummy-package "p2" (native-inputs (list p1)))))
     (equal? (list p2 p1 p0)
             (run (shortest-path p2 p0 %package-node-type)))))

 (test-assert "a bag has what its build system adds"
   (run (mlet %store-monad ((edges (node-edges %bag-node-type (list hello))))
          (return (pair? (edges hello)))))))
