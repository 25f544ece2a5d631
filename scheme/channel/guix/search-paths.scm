;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Search paths: environment variables that name the files of a profile or of a build's inputs.
(define-module (guix search-paths)
  #:use-module (guix records)
  #:autoload   (guix build utils) (search-path-as-list)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (<search-path-specification>
            search-path-specification
            search-path-specification?
            this-search-path-specification
            search-path-specification-variable
            search-path-specification-files
            search-path-specification-separator
            search-path-specification-file-type
            search-path-specification-file-pattern

            $PATH
            $GUIX_EXTENSIONS_PATH
            $LIBRARY_PATH
            $PKG_CONFIG_PATH
            $C_INCLUDE_PATH
            $CPLUS_INCLUDE_PATH
            $OBJC_INCLUDE_PATH
            $OBJCPLUS_INCLUDE_PATH
            $TZDIR
            $SGML_CATALOG_FILES
            $XML_CATALOG_FILES
            $XDG_DATA_DIRS
            %gcc-search-paths
            %libxslt-search-paths
            $SSL_CERT_DIR
            $SSL_CERT_FILE

            search-path-specification->sexp
            sexp->search-path-specification
            string-tokenize*
            evaluate-search-paths
            environment-variable-definition
            search-path-definition
            set-search-paths))

(define-record-type* <search-path-specification>
  search-path-specification make-search-path-specification
  search-path-specification?
  this-search-path-specification
  (variable     search-path-specification-variable) ;string
  (files        search-path-specification-files)    ;relative names
  (separator    search-path-specification-separator ;#f: a single file
                (default ":"))
  (file-type    search-path-specification-file-type ;as 'stat:type' has it
                (default 'directory))
  (file-pattern search-path-specification-file-pattern ;#f or a regexp
                (default #f)))

(define $PATH
  (search-path-specification
   (variable "PATH")
   (files '("bin" "sbin"))))

(define $GUIX_EXTENSIONS_PATH
  (search-path-specification
   (variable "GUIX_EXTENSIONS_PATH")
   (files '("share/guix/extensions"))))

(define $LIBRARY_PATH
  (search-path-specification
   (variable "LIBRARY_PATH")
   (files '("lib"))))

(define $PKG_CONFIG_PATH
  (search-path-specification
   (variable "PKG_CONFIG_PATH")
   (files '("lib/pkgconfig" "lib64/pkgconfig" "share/pkgconfig"))))

(define $SSL_CERT_DIR
  (search-path-specification
   (variable "SSL_CERT_DIR")
   (separator #f)
   (files '("etc/ssl/certs"))))

(define $SSL_CERT_FILE
  (search-path-specification
   (variable "SSL_CERT_FILE")
   (file-type 'regular)
   (separator #f)
   (files '("etc/ssl/certs/ca-certificates.crt"))))

;; Where compilers look for headers; a search for C++ begins with its own.
(define $C_INCLUDE_PATH
  (search-path-specification
   (variable "C_INCLUDE_PATH")
   (files '("include"))))

(define $CPLUS_INCLUDE_PATH
  (search-path-specification
   (variable "CPLUS_INCLUDE_PATH")
   (files '("include/c++" "include"))))

(define $OBJC_INCLUDE_PATH
  (search-path-specification
   (variable "OBJC_INCLUDE_PATH")
   (files '("include"))))

(define $OBJCPLUS_INCLUDE_PATH
  (search-path-specification
   (variable "OBJCPLUS_INCLUDE_PATH")
   (files '("include/c++" "include"))))

(define %gcc-search-paths
  (list $C_INCLUDE_PATH $CPLUS_INCLUDE_PATH $OBJC_INCLUDE_PATH
        $OBJCPLUS_INCLUDE_PATH $LIBRARY_PATH))

(define $TZDIR
  (search-path-specification
   (variable "TZDIR")
   (separator #f)
   (files '("share/zoneinfo"))))

(define $XDG_DATA_DIRS
  (search-path-specification
   (variable "XDG_DATA_DIRS")
   (files '("share"))))

(define $SGML_CATALOG_FILES
  (search-path-specification
   (variable "SGML_CATALOG_FILES")
   (file-type 'regular)
   (file-pattern "^(catalog|CATALOG|.*\\.cat)$")
   (files '("sgml"))))

(define $XML_CATALOG_FILES
  (search-path-specification
   (variable "XML_CATALOG_FILES")
   (separator " ")
   (file-type 'regular)
   (file-pattern "^catalog\\.xml$")
   (files '("xml"))))

(define %libxslt-search-paths
  (list $SGML_CATALOG_FILES $XML_CATALOG_FILES))

(define (search-path-specification->sexp spec)
  "Return SPEC as a list that sexp->search-path-specification and the build
side read."
  (match spec
    (($ <search-path-specification> variable files separator type pattern)
     (list variable files separator type pattern))))

(define (sexp->search-path-specification sexp)
  "Return the specification that the list SEXP stands for."
  (match sexp
    ((variable files separator type pattern)
     (search-path-specification
      (variable variable)
      (files files)
      (separator separator)
      (file-type type)
      (file-pattern pattern)))))

(define (string-tokenize* string separator)
  "Return the parts of STRING between occurrences of the string SEPARATOR, which
may be longer than one character."
  (let ((n (string-length separator)))
    (let loop ((start 0) (parts '()))
      (match (string-contains string separator start)
        (#f    (reverse (cons (substring string start) parts)))
        (index (loop (+ index n)
                     (cons (substring string start index) parts)))))))

(define* (evaluate-search-paths search-paths directories
                                #:optional (getenv (const #f)))
  "Return the (SPEC . VALUE) pairs of those SEARCH-PATHS that match something in
DIRECTORIES.  GETENV gives current values; a variable that already has its value is
left out."
  (define (value spec)
    (match spec
      (($ <search-path-specification> _ files separator type pattern)
       (let ((found (search-path-as-list files directories
                                         #:type type #:pattern pattern)))
         (cond ((null? found) #f)
               (separator (string-join found separator))
               (else (first found)))))))

  (filter-map (lambda (spec)
                (let ((value   (value spec))
                      (present (getenv
                                (search-path-specification-variable spec))))
                  (and value
                       (not (equal? value present))
                       (cons spec value))))
              (delete-duplicates search-paths)))

(define* (environment-variable-definition variable value
                                          #:key (kind 'exact) (separator ":"))
  "Return a shell command that defines VARIABLE: as VALUE alone when KIND is
'exact', with VALUE before or after its current value when KIND is 'prefix' or
'suffix'."
  (match (if separator kind 'exact)
    ('exact  (string-append "export " variable "=\"" value "\""))
    ('prefix (string-append "export " variable "=\"" value
                            "${" variable ":+" separator "}$" variable "\""))
    ('suffix (string-append "export " variable "=\"$" variable
                            "${" variable ":+" separator "}" value "\""))))

(define* (search-path-definition search-path value #:key (kind 'exact))
  "Return a shell command that defines the variable of SEARCH-PATH."
  (environment-variable-definition
   (search-path-specification-variable search-path) value
   #:kind kind
   #:separator (search-path-specification-separator search-path)))

(define* (set-search-paths search-paths directories #:key (setenv setenv))
  "Set the variables of SEARCH-PATHS to what they match in DIRECTORIES."
  (for-each (match-lambda
              ((spec . value)
               (setenv (search-path-specification-variable spec) value)))
            (evaluate-search-paths search-paths directories)))
