;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Formats of graphs that are written node by node: those of Graphviz, of databases that
;;; speak Cypher, and GraphML.
(define-module (guix graph text)
  #:use-module (guix graph backend)
  #:use-module (ice-9 textual-ports)
  #:export (%graphviz-backend
            %cypher-backend
            %graphml-backend))

(define special? (char-set #\" #\\ #\newline))

(define (quoted str)
  "Return STR in double quotes, with backslashes before what would end it."
  (if (string-any special? str)
      (string-append "\""
                     (string-concatenate
                      (map (lambda (char)
                             (case char
                               ((#\" #\\) (string #\\ char))
                               ((#\newline) "\\n")
                               (else (string char))))
                           (string->list str)))
                     "\"")
      (string-append "\"" str "\"")))

(define (quoted-id id)
  (quoted (identifier->string id)))

;; 'format' takes longer than all else.
(define (put port . strings)
  (for-each (lambda (str) (put-string port str)) strings))


;;;
;;; Graphviz.
;;;

;; Dark enough to be seen on white.
(define %colors
  #("#c0392b" "#8e44ad" "#2457a5" "#0e7c7b" "#2e7d32" "#8a6d00" "#b3541e" "#a0326a"
    "#455a64"))

(define (edge-color id)
  "Return the color of the edges that start from ID: the same in each run."
  (let ((str (identifier->string id)))
    (vector-ref %colors
                (modulo (string-fold (lambda (char sum)
                                       (modulo (+ (* 31 sum) (char->integer char))
                                               1000003))
                                     7
                                     ;; Store items differ at their beginning.
                                     (string-take str (min 24 (string-length str))))
                        (vector-length %colors)))))

(define %graphviz-backend
  (graph-backend
   "graphviz"
   "a graph in the language of Graphviz: pipe it to 'dot -Tsvg'"
   (lambda (name port)
     (put port "digraph " (quoted (string-append "nacre " name)) " {\n"))
   (lambda (port)
     (put port "}\n"))
   (lambda (id label port)
     (put port "  " (quoted-id id) " [label = " (quoted label)
          ", shape = box, fontname = \"sans\"];\n"))
   (lambda (source target port)
     (put port "  " (quoted-id source) " -> " (quoted-id target)
          " [color = \"" (edge-color source) "\"];\n"))))


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
     (put port "MERGE (p:Package { id: " (quoted-id id) " }) SET p.name = "
          (quoted label) ";\n"))
   (lambda (source target port)
     ;; Either end may come later.
     (put port "MERGE (a:Package { id: " (quoted-id source) " }) MERGE (b:Package { id: "
          (quoted-id target) " }) MERGE (a)-[:NEEDS]->(b);\n"))))


;;;
;;; GraphML.
;;;

(define xml-special? (char-set #\& #\< #\> #\"))

(define (xml-quoted str)
  (define (quote-character char)
    (case char
      ((#\&) "&amp;")
      ((#\<) "&lt;")
      ((#\>) "&gt;")
      ((#\") "&quot;")
      (else (string char))))

  (if (string-any xml-special? str)
      (string-concatenate (map quote-character (string->list str)))
      str))

(define (xml-id id)
  (xml-quoted (identifier->string id)))

(define %graphml-backend
  (graph-backend
   "graphml"
   "an XML document, which programs that draw and analyze graphs import"
   (lambda (name port)
     (put port "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\"
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"
         xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns \
http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">
  <key id=\"label\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>
  <graph id=\"" (xml-quoted name) "\" edgedefault=\"directed\">\n"))
   (lambda (port)
     (put port "  </graph>\n</graphml>\n"))
   (lambda (id label port)
     (put port "    <node id=\"" (xml-id id) "\"><data key=\"label\">"
          (xml-quoted label) "</data></node>\n"))
   (lambda (source target port)
     (put port "    <edge source=\"" (xml-id source) "\" target=\"" (xml-id target)
          "\"/>\n"))))
