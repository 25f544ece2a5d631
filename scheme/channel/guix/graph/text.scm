;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Formats of graphs that are written node by node: those of Graphviz, of databases that speak
;;; Cypher, and GraphML.
(define-module (guix graph text)
  #:use-module (guix graph backend)
  #:use-module (ice-9 match)
  #:export (%graphviz-backend
            %cypher-backend
            %graphml-backend))

(define* (quoted str #:optional (quote "\""))
  "Return STR in double quotes, with backslashes before what would end it."
  (string-append quote
                 (string-concatenate
                  (map (lambda (char)
                         (case char
                           ((#\" #\\) (string #\\ char))
                           ((#\newline) "\\n")
                           (else (string char))))
                       (string->list str)))
                 quote))

(define (quoted-id id)
  (quoted (identifier->string id)))


;;;
;;; Graphviz.
;;;

;; Dark enough to be seen on white.
(define %colors
  #("#c0392b" "#8e44ad" "#2457a5" "#0e7c7b" "#2e7d32" "#8a6d00" "#b3541e" "#a0326a" "#455a64"))

(define (edge-color id)
  "Return the color of the edges that start from ID: the same in each run."
  (define sum
    (string-fold (lambda (char sum)
                   (modulo (+ (* 31 sum) (char->integer char)) 1000003))
                 7 (identifier->string id)))

  (vector-ref %colors (modulo sum (vector-length %colors))))

(define %graphviz-backend
  (graph-backend
   "graphviz"
   "a graph in the language of Graphviz: pipe it to 'dot -Tsvg'"
   (lambda (name port)
     (format port "digraph ~a {~%" (quoted (string-append "nacre " name))))
   (lambda (port)
     (display "}\n" port))
   (lambda (id label port)
     (format port "  ~a [label = ~a, shape = box, fontname = \"sans\"];~%"
             (quoted-id id) (quoted label)))
   (lambda (source target port)
     (format port "  ~a -> ~a [color = \"~a\"];~%"
             (quoted-id source) (quoted-id target) (edge-color source)))))


;;;
;;; Cypher.
;;;

(define %cypher-backend
  (graph-backend
   "cypher"
   "statements in Cypher, which put the graph into a graph database"
   (const #t)
   (const #t)
   (lambda (id label port)
     (format port "MERGE (p:Package { id: ~a }) SET p.name = ~a;~%"
             (quoted-id id) (quoted label)))
   (lambda (source target port)
     ;; Either end may come later.
     (format port "MERGE (a:Package { id: ~a });~%" (quoted-id source))
     (format port "MERGE (b:Package { id: ~a });~%" (quoted-id target))
     (format port "MATCH (a:Package { id: ~a }), (b:Package { id: ~a }) \
MERGE (a)-[:NEEDS]->(b);~%"
             (quoted-id source) (quoted-id target)))))


;;;
;;; GraphML.
;;;

(define (xml-quoted str)
  (string-concatenate
   (map (lambda (char)
          (case char
            ((#\&) "&amp;")
            ((#\<) "&lt;")
            ((#\>) "&gt;")
            ((#\") "&quot;")
            (else (string char))))
        (string->list str))))

(define (xml-id id)
  (xml-quoted (identifier->string id)))

(define %graphml-backend
  (graph-backend
   "graphml"
   "an XML document, which programs that draw and analyze graphs import"
   (lambda (name port)
     (display "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\"
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"
         xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns \
http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">
  <key id=\"label\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>
" port)
     (format port "  <graph id=\"~a\" edgedefault=\"directed\">~%" (xml-quoted name)))
   (lambda (port)
     (display "  </graph>\n</graphml>\n" port))
   (lambda (id label port)
     (format port "    <node id=\"~a\"><data key=\"label\">~a</data></node>~%"
             (xml-id id) (xml-quoted label)))
   (lambda (source target port)
     (format port "    <edge source=\"~a\" target=\"~a\"/>~%"
             (xml-id source) (xml-id target)))))
