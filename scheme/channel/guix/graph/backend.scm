;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What writes a graph in one format.
(define-module (guix graph backend)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (graph-backend
            graph-backend?
            graph-backend-name
            graph-backend-description
            graph-backend-prologue
            graph-backend-epilogue
            graph-backend-node
            graph-backend-edge
            collecting-backend
            identifier->string))

(define-record-type <graph-backend>
  (graph-backend name description prologue epilogue node edge)
  graph-backend?
  (name        graph-backend-name)        ;string
  (description graph-backend-description) ;string
  (prologue    graph-backend-prologue)    ;name of the graph, port
  (epilogue    graph-backend-epilogue)    ;port
  (node        graph-backend-node)        ;identifier, label, port
  (edge        graph-backend-edge))       ;identifiers of both ends, port

(define (identifier->string id)
  (if (string? id) id (object->string id)))

(define (collecting-backend name description write-graph)
  "Return a back end that calls WRITE-GRAPH once it has the whole graph, with its name,
the list of (IDENTIFIER . LABEL) of its nodes, strings, that of (SOURCE . TARGET) of its
edges, each once, both in the order in which they came, and the port."
  (define graphs (make-weak-key-hash-table)) ;port -> #(name nodes edges seen)

  (define (prologue name port)
    (hashq-set! graphs port (vector name '() '() (make-hash-table))))

  (define (node id label port)
    (let ((graph (hashq-ref graphs port)))
      (vector-set! graph 1 (acons (identifier->string id) label
                                  (vector-ref graph 1)))))

  (define (edge source target port)
    (match (hashq-ref graphs port)
      ((and graph #(_ _ edges seen))
       (let ((edge (cons (identifier->string source) (identifier->string target))))
         (unless (hash-ref seen edge)
           (hash-set! seen edge #t)
           (vector-set! graph 2 (cons edge edges)))))))

  (define (epilogue port)
    (match (hashq-ref graphs port)
      (#(name nodes edges _)
       (hashq-remove! graphs port)
       (write-graph name (reverse nodes) (reverse edges) port))))

  (graph-backend name description prologue epilogue node edge))
