;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Records whose constructor is syntax: fields are given by name, may have
;;; defaults, may be evaluated late, and may be inherited from another record.
(define-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:use-module ((system syntax internal) #:select (syntax? syntax-expression))
  #:autoload   (guix diagnostics) (nearest-name)
  #:autoload   (ice-9 regex) (match:substring)
  #:autoload   (ice-9 rdelim) (read-line)
  #:export (define-record-type*
            this-record

            alist->record
            object->fields
            recutils->alist
            match-record
            match-record-lambda))

(define-syntax-rule (define-self-reference name)
  ;; Define NAME as the name of the record itself in a thunked field.
  (define-syntax-parameter name
    (lambda (s)
      (syntax-violation 'name "cannot be used outside of a record instantiation"
                        s))))

(define-self-reference this-record)


;;;
;;; Field specifications, at expansion time.
;;;

;; One field of a record type, as 'define-record-type*' declares it.  DEFAULT
;; and SANITIZER are syntax, or #f; KIND is 'plain', 'thunked' or 'delayed'.
(define-record-type <field>
  (make-field name getter default use-site? kind innate? sanitizer)
  field?
  (name      field-name)
  (getter    field-getter)
  (default   field-default)
  (use-site? field-use-site?)           ;defaults to the form's source location
  (kind      field-kind)
  (innate?   field-innate?)
  (sanitizer field-sanitizer))

(define (parse-field spec)
  (define (parse name getter properties)
    (let loop ((properties properties)
               (default #f) (use-site? #f) (kind 'plain) (innate? #f)
               (sanitizer #f))
      (syntax-case properties ()
        (()
         (make-field (syntax->datum name) getter default use-site? kind innate?
                     sanitizer))
        ((property rest ...)
         (syntax-case #'property ()
           ((key value)
            (eq? 'default (syntax->datum #'key))
            (loop #'(rest ...) #'value use-site? kind innate? sanitizer))
           ((key value)
            (eq? 'sanitize (syntax->datum #'key))
            (loop #'(rest ...) default use-site? kind innate? #'value))
           ((key)
            (case (syntax->datum #'key)
              ((thunked delayed)
               (loop #'(rest ...) default use-site? (syntax->datum #'key)
                     innate? sanitizer))
              ((innate)
               (loop #'(rest ...) default use-site? kind #t sanitizer))
              ((use-site)
               (loop #'(rest ...) #'#f #t kind innate? sanitizer))
              (else
               (syntax-violation 'define-record-type*
                                 "unknown field property" #'property))))
           (_
            (syntax-violation 'define-record-type*
                              "invalid field property" #'property)))))))

  (syntax-case spec ()
    ((name getter property ...)
     (and (identifier? #'name) (identifier? #'getter))
     (parse #'name #'getter #'(property ...)))
    (_
     (syntax-violation 'define-record-type* "invalid field specifier" spec))))

(define (fields-signature fields)
  ;; Code that is compiled against the record type depends on this.
  (string-hash (object->string
                (map (lambda (field)
                       (list (field-name field) (field-kind field)))
                     fields))
               (ash 1 29)))


;;;
;;; The syntactic constructor.
;;;

(define (record-syntax-error form-name message where form)
  (throw 'syntax-error (public-name form-name) message
         (or (source-of where) (source-of form))
         (syntax->datum form)
         (and (not (eq? where form)) (syntax->datum where))))

(define (public-name form-name)
  ;; A constructor that a macro calls has a '%' that users do not write.
  (string->symbol (string-trim (symbol->string form-name) #\%)))

(define (source-of form)
  ;; A form that a macro has taken apart is a pair of syntax objects; plain data
  ;; have their place as a property.
  (or (and (syntax? form)
           (syntax-source form))
      (match (if (syntax? form) (syntax-expression form) form)
        ((? pair? datum)
         (match (source-properties datum)
           (() #f)
           (properties properties)))
        (_ #f))))

(define (unknown-field-message name fields)
  (let ((nearest (nearest-name (symbol->string name)
                               (map (compose symbol->string field-name)
                                    fields))))
    (simple-format #f "extraneous field initializers ~a~a" (list name)
                   (if nearest
                       (string-append "; did you mean '" nearest "'?")
                       ""))))

(define (late-fields fields)
  (filter-map (lambda (field)
                (and (not (eq? 'plain (field-kind field)))
                     (cons (field-name field) (field-kind field))))
              fields))

(define (find-field name fields)
  (find (lambda (field) (eq? name (field-name field))) fields))

(define (parse-initializers form-name form clauses fields)
  "Return an alist of field name to (IDENTIFIER VALUE), in the order of
CLAUSES, the part of FORM that gives values; raise an error for names that are not
in FIELDS."
  (let loop ((clauses clauses) (result '()))
    (syntax-case clauses ()
      (()
       (reverse result))
      ((clause rest ...)
       (syntax-case #'clause ()
         ((name value)
          (identifier? #'name)
          (let ((symbol (syntax->datum #'name)))
            (unless (find-field symbol fields)
              (record-syntax-error form-name
                                   (unknown-field-message symbol fields)
                                   #'clause form))
            (when (assq symbol result)
              (record-syntax-error
               form-name
               (simple-format #f "duplicate field initializer '~a'" symbol)
               #'clause form))
            (loop #'(rest ...)
                  (acons symbol (list #'name #'value) result))))
         (_
          (record-syntax-error
           form-name
           (simple-format
            #f "invalid field specifier ~s; expected (FIELD VALUE)"
            (syntax->datum #'clause))
           #'clause form)))))))

(define (with-inherited-value name inherited value)
  "Return VALUE, the expression of a thunked field, with the identifier NAME, the field's,
bound to the value that INHERITED, code for a thunk of the parent, has for 'record'."
  #`(let-syntax ((#,name (identifier-syntax (#,inherited record))))
      #,value))

(define* (wrap-value field self value #:optional name inherited)
  "Return the code that computes from VALUE, an expression, the value that FIELD stores.
NAME and INHERITED are as 'with-inherited-value' takes them, if there is a parent."
  (let ((value (if (field-sanitizer field)
                   #`(#,(field-sanitizer field) #,value)
                   value)))
    (case (field-kind field)
      ((thunked)
       #`(lambda (record)
           (syntax-parameterize ((#,self
                                  (lambda (s)
                                    (syntax-case s ()
                                      (id
                                       (identifier? #'id)
                                       #'record)))))
             #,(if inherited
                   (with-inherited-value name inherited value)
                   value))))
      ((delayed) #`(delay #,value))
      (else value))))

(define (default-value field self form)
  (if (field-use-site? field)
      (match (source-of form)
        (#f #'#f)
        (source
         #`(quote #,(datum->syntax #'here
                                   (vector (assq-ref source 'filename)
                                           (assq-ref source 'line)
                                           (assq-ref source 'column))))))
      (wrap-value field self (field-default field))))

(define (constructor-transformer form-name ctor type signature self fields)
  "Return the transformer of the syntactic constructor FORM-NAME for records of
TYPE.  CTOR is the identifier of the positional constructor, SIGNATURE the
identifier bound to the signature of the fields."
  (define expected (fields-signature fields))

  (define (bindings initializers parent)
    ;; A field's value may use the fields before it in the form, and, if it is thunked and
    ;; can be inherited, the value that the field has in PARENT, an identifier or #f.
    (map (match-lambda
           ((symbol name value)
            (let ((field (find-field symbol fields))
                  (index (list-index (lambda (field)
                                       (eq? symbol (field-name field)))
                                     fields)))
              (list name
                    (wrap-value field self value name
                                (and parent
                                     (not (field-innate? field))
                                     #`(struct-ref #,parent #,index)))))))
         initializers))

  (define (construct form initializers parent)
    (define (argument field index)
      (match (assq (field-name field) initializers)
        ((_ name _) name)
        (#f
         (cond ((and parent (not (field-innate? field)))
                #`(struct-ref #,parent #,index))
               ((field-default field)
                (default-value field self form))
               (else #f)))))

    (let ((missing (filter-map
                    (lambda (field)
                      (and (not (assq (field-name field) initializers))
                           (not (field-default field))
                           (or (not parent) (field-innate? field))
                           (field-name field)))
                    fields)))
      (unless (null? missing)
        (record-syntax-error form-name
                             (simple-format
                              #f "missing field initializers ~a" missing)
                             form form)))
    #`(begin
        (unless (eq? #,signature #,expected)
          (signature-mismatch #,type))
        (#,ctor #,@(map argument fields (iota (length fields))))))

  (lambda (s)
    (syntax-case s ()
      ((_ (inherit parent) clause ...)
       (eq? 'inherit (syntax->datum #'inherit))
       (let ((initializers (parse-initializers form-name s #'(clause ...)
                                               fields)))
         #`(let* ((original (check-parent parent #,type))
                  #,@(bindings initializers #'original))
             #,(construct s initializers #'original))))
      ((_ clause ...)
       (let ((initializers (parse-initializers form-name s #'(clause ...)
                                               fields)))
         #`(let* #,(bindings initializers #f)
             #,(construct s initializers #f))))
      (_
       (record-syntax-error form-name "expected (FIELD VALUE) clauses" s s)))))

(define (check-parent record type)
  (if (and (struct? record) (eq? type (struct-vtable record)))
      record
      (throw 'wrong-type-arg (record-type-name type)
             "cannot inherit from ~S: not a record of this type"
             (list record) (list record))))

(define (signature-mismatch type)
  (throw 'record-abi-mismatch-error 'abi-check
         "record ABI mismatch; recompilation needed" (list type) '()))


;;;
;;; Definition.
;;;

(define (getter-definition type field)
  "Return the definitions of FIELD's getter on top of RAW, its plain one."
  (let ((getter (field-getter field)))
    (case (field-kind field)
      ((thunked) #`((define (#,getter record)
                      ((#,(raw-getter-name getter) record) record))))
      ((delayed) #`((define (#,getter record)
                      (force (#,(raw-getter-name getter) record)))))
      (else #'()))))

(define (raw-getter-name getter)
  (datum->syntax getter
                 (symbol-append '% (syntax->datum getter) '-real)))

(define-syntax define-record-type*
  (lambda (s)
    "Define a record type with a syntactic constructor:

  (define-record-type* TYPE SYNTACTIC-CONSTRUCTOR CONSTRUCTOR PREDICATE
    [THIS-IDENTIFIER]
    (FIELD GETTER PROPERTY ...) ...)

PROPERTY is one of (default VALUE), (thunked): evaluated each time the field is
read, with THIS-IDENTIFIER (by default 'this-record') bound to the record, and, in a
record that inherits, the field's name to the value that the parent would have;
(delayed): evaluated when first read; (innate): not inherited; (sanitize PROC):
PROC is applied to values that are given; (use-site): defaults to the place of
the constructor's form, as #(FILE LINE COLUMN)."
    (define (definition type syntactic-ctor ctor predicate self fields)
      (let* ((specs  (map parse-field fields))
             (symbol (syntax->datum syntactic-ctor))
             (names  (map (lambda (field)
                            (datum->syntax syntactic-ctor (field-name field)))
                          specs))
             (raw    (map (lambda (field)
                            (if (eq? 'plain (field-kind field))
                                (field-getter field)
                                (raw-getter-name (field-getter field))))
                          specs))
             (signature (datum->syntax
                         syntactic-ctor
                         (symbol-append '% symbol '-signature))))
        #`(begin
            (define-record-type #,type
              (#,ctor #,@names)
              #,predicate
              #,@(map list names raw))
            (define #,signature #,(fields-signature specs))
            (hashq-set! %late-fields #,type
                        '#,(datum->syntax #'here (late-fields specs)))
            #,@(append-map (lambda (field)
                             (getter-definition type field))
                           specs)
            (define-syntax #,syntactic-ctor
              (constructor-transformer '#,syntactic-ctor #'#,ctor #'#,type
                                       #'#,signature #'#,self
                                       (map parse-field
                                            (list #,@(map (lambda (field)
                                                            #`#'#,field)
                                                          fields))))))))

    (syntax-case s ()
      ((_ type syntactic-ctor ctor predicate self (field rest ...) ...)
       (and (identifier? #'self) (identifier? #'type))
       #`(begin
           (define-self-reference self)
           #,(definition #'type #'syntactic-ctor #'ctor #'predicate #'self
               #'((field rest ...) ...))))
      ((_ type syntactic-ctor ctor predicate (field rest ...) ...)
       (identifier? #'type)
       (definition #'type #'syntactic-ctor #'ctor #'predicate #'this-record
         #'((field rest ...) ...))))))


;;;
;;; Matching and conversions.
;;;

;; Record type -> alist of its thunked and delayed fields.
(define %late-fields (make-weak-key-hash-table))

(define (field-value record type name)
  "Return the value of the field NAME of RECORD, of TYPE, as its getter does."
  (let ((index (list-index (lambda (field) (eq? field name))
                           (record-type-fields type))))
    (unless index
      (throw 'wrong-type-arg (record-type-name type)
             "no such field: ~a" (list name) (list name)))
    (let ((value (struct-ref (check-parent record type) index)))
      (case (assq-ref (hashq-ref %late-fields type '()) name)
        ((thunked) (value record))
        ((delayed) (force value))
        (else      value)))))

(define-syntax match-record
  (lambda (s)
    "Bind each FIELD, or (FIELD VARIABLE), of RECORD, of TYPE, around BODY."
    (define (variable field)
      (syntax-case field ()
        ((name variable) #'variable)
        (name #'name)))

    (define (name field)
      (syntax-case field ()
        ((name variable) #'name)
        (name #'name)))

    (syntax-case s ()
      ((_ record type (field ...) body ...)
       (with-syntax (((variable ...) (map variable #'(field ...)))
                     ((name ...) (map name #'(field ...))))
         #'(let* ((r record)
                  (variable (field-value r type 'name)) ...)
             body ...))))))

(define-syntax-rule (match-record-lambda type (field ...) body ...)
  "Return a procedure of one record of TYPE that binds its FIELDs around BODY."
  (lambda (record)
    (match-record record type (field ...) body ...)))

(define* (alist->record alist make keys #:optional (multiple-value-keys '()))
  "Apply MAKE to the values of ALIST for KEYS.  Each of MULTIPLE-VALUE-KEYS gives
the list of all its values."
  (apply make
         (map (lambda (key)
                (if (member key multiple-value-keys)
                    (filter-map (match-lambda
                                  ((k . value)
                                   (and (equal? k key) value)))
                                alist)
                    (assoc-ref alist key)))
              keys)))

(define (object->fields object fields port)
  "Write OBJECT to PORT as a recutils record; FIELDS are pairs of a name and a
getter."
  (for-each (match-lambda
              ((name . getter)
               (simple-format port "~a: ~a~%" name (getter object))))
            fields)
  (newline port))

(define (recutils->alist port)
  "Read one recutils record from PORT; return an alist of name to value, or '()
at the end."
  (define (field line)
    (let ((colon (string-index line #\:)))
      (unless colon
        (error "unmatched line" line))
      (cons (substring line 0 colon)
            (string-trim (substring line (1+ colon))))))

  (define (extend result line)
    (match result
      (((name . value) . rest)
       (acons name (string-append value "\n" line) rest))))

  (let loop ((result '()))
    (let ((line (read-line port)))
      (cond ((or (eof-object? line)
                 (and (string-null? line) (pair? result)))
             (reverse result))
            ((or (string-null? line) (string-prefix? "#" line))
             (loop result))
            ((string-prefix? "+ " line)
             (loop (extend result (substring line 2))))
            ((string-prefix? "+" line)
             (loop (extend result (substring line 1))))
            (else
             (loop (cons (field line) result)))))))
