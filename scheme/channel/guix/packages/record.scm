;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The package record, the errors that name a package, and procedures that need only a package.
(define-module (guix packages record)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix packages errors)
  #:use-module (guix packages origin)
  #:use-module (guix records)
  #:autoload   (guix licenses) (license?)
  #:autoload   (nacre printing) (abbreviated)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (<package>
            package
            package?
            this-package
            package-name
            package-upstream-name
            package-version
            package-full-name
            package-source
            package-build-system
            package-arguments
            package-inputs
            package-native-inputs
            package-propagated-inputs
            package-outputs
            package-native-search-paths
            package-search-paths
            package-replacement
            package-synopsis
            package-description
            package-license
            package-home-page
            package-supported-systems
            package-properties
            package-location
            package-location-vector
            package-superseded
            package/inherit
            change-package
            %32bit-supported-systems
            %64bit-supported-systems
            %supported-systems
            %hurd-systems
            %cuirass-supported-systems
            add-label
            sanitize-inputs

            raise-for
            raise-dependency-cycle))

;;;
;;; Errors.
;;;

(define (raise-for package . conditions)
  ;; Raise CONDITIONS with the place of PACKAGE's definition.
  (raise (apply make-compound-condition
                (match (package-location package)
                  (#f conditions)
                  (location
                   (append conditions
                           (list (condition
                                  (&error-location (location location))))))))))

;;;
;;; Packages.
;;;

;; The systems that have bootstrap binaries.
(define %64bit-supported-systems '("x86_64-linux"))
(define %32bit-supported-systems '())
(define %supported-systems
  (append %64bit-supported-systems %32bit-supported-systems))

(define %hurd-systems '("i586-gnu"))
(define %cuirass-supported-systems '("x86_64-linux" "aarch64-linux"))

(define (check-license value)
  "Return VALUE, the license of a package, if it can be one."
  (define (valid? value)
    (match value
      (#f #t)
      ((? license?) #t)
      (((? license?) ..1) #t)
      (_ #f)))

  (unless (valid? value)
    (raise (make-compound-condition
            (condition
             (&package-license-error (package #f) (license value)))
            (formatted-message "~s: invalid package license" value)
            (condition
             (&fix-hint
              (hint "A license is a variable of (guix licenses), or a list of \
these."))))))
  value)

(define-record-type* <package> package make-package
  package?
  this-package
  (name            package-name)
  (version         package-version)
  (source          package-source)                ;origin, file-like or #f
  (build-system    package-build-system)
  (arguments       package-arguments (default '()) (thunked))

  (inputs          package-inputs (default '()) (thunked)
                   (sanitize sanitize-inputs))
  (propagated-inputs package-propagated-inputs (default '()) (thunked)
                     (sanitize sanitize-inputs))
  (native-inputs   package-native-inputs (default '()) (thunked)
                   (sanitize sanitize-inputs))

  (outputs         package-outputs (default '("out")))
  (native-search-paths package-native-search-paths (default '()))
  (search-paths    package-search-paths (default '()))
  (replacement     package-replacement (default #f) (thunked) (innate))

  (synopsis        package-synopsis)
  (description     package-description)
  (license         package-license (sanitize check-license)) ;license, list or #f
  (home-page       package-home-page)
  (supported-systems package-supported-systems (default %supported-systems))
  (properties      package-properties (default '()))
  (location        package-location-vector (use-site) (innate)))

(define (add-label input)
  "Return INPUT, an element of a list of inputs without labels, with a label."
  (match input
    ((? package?)
     (list (package-name input) input))
    (((? package? package) (? string? output))
     (list (package-name package) package output))
    ((? gexp-input?)
     (list (input-label (gexp-input-thing input)) (gexp-input-thing input)
           (gexp-input-output input)))
    ((? origin?)
     (list (or (origin-actual-file-name input) "_") input))
    (_
     (list "_" input))))

(define (input-label thing)
  (if (package? thing) (package-name thing) "_"))

(define (sanitize-inputs inputs)
  "Return INPUTS as a list of (LABEL THING [OUTPUT])."
  (match inputs
    ((((? string?) _ . _) _ ...) inputs)
    (() '())
    ((inputs ...) (map add-label inputs))))

(define (package-location package)
  "Return the location of PACKAGE's definition, or #f.  The name of a file in the load
path is relative to it."
  (match (package-location-vector package)
    ((? location? location) location)
    ((file line column)
     (location file line column))
    (#((? string? file) line column)
     (location (relative-to-load-path file) (and line (1+ line)) column))
    (_ #f)))

(define (relative-to-load-path file)
  (let ((directory (and (string-prefix? "/" file)
                        (find (lambda (directory)
                                (string-prefix? (string-append directory "/")
                                                file))
                              %load-path))))
    (if directory
        (string-drop file (1+ (string-length directory)))
        file)))

(set-record-type-printer! <package>
  (lambda (package port)
    (let ((location (package-location package)))
      (simple-format port "#<package ~a@~a ~a~a>"
                     (package-name package)
                     (package-version package)
                     (if location
                         (string-append (location-file location) ":"
                                        (number->string
                                         (location-line location))
                                        " ")
                         "")
                     (number->string (object-address package) 16)))))

(define* (package-full-name package #:optional (delimiter "@"))
  "Return NAME@VERSION of PACKAGE, with DELIMITER in between."
  (string-append (package-name package) delimiter (package-version package)))

(define (package-upstream-name package)
  "Return the name that the authors of PACKAGE use."
  (or (assq-ref (package-properties package) 'upstream-name)
      (package-name package)))

(define (package-superseded package)
  "Return the package that replaces PACKAGE, or #f."
  (assq-ref (package-properties package) 'superseded))

(define-syntax package/inherit
  (lambda (s)
    "Return a package like P with OVERRIDES, which its replacement gets too, unless one of
them is another replacement."
    (define (replacement? clause)
      (syntax-case clause ()
        ((name _ ...) (eq? 'replacement (syntax->datum #'name)))
        (_ #f)))

    (syntax-case s ()
      ((_ p overrides ...)
       (any replacement? #'(overrides ...))
       #'(package
           (inherit p)
           overrides ...))
      ((_ p overrides ...)
       #'(let loop ((original p))
           (package
             (inherit original)
             overrides ...
             (replacement (and=> (package-replacement original) loop))))))))

(define (change-package original change)
  "Return what the procedure CHANGE makes of ORIGINAL, at the same location, with what it
makes of the replacement of ORIGINAL as its replacement."
  (define changed-replacement
    (delay (and=> (package-replacement original)
                  (lambda (replacement)
                    (change-package replacement change)))))

  (package
    (inherit (change original))
    (location (package-location-vector original))
    (replacement (force changed-replacement))))


;;;
;;; Cycles.
;;;

(define (raise-dependency-cycle objects)
  "Raise an error: each of OBJECTS depends on the next one, and the last one is the first
again, or the chain does not end."
  (define endless?
    (not (eq? (first objects) (last objects))))

  (define packages
    (filter package? objects))

  (define (names things)
    (string-join (map (lambda (thing)
                        (if (package? thing)
                            (package-full-name thing)
                            (abbreviated thing)))
                      things)
                 ", "))

  (define shown
    ;; Only the last ones if there are too many.
    (let ((things (if (pair? packages) packages objects)))
      (if (> (length things) 20)
          (take-right things 20)
          things)))

  (define message
    (formatted-message (if (null? packages)
                           "dependency cycle: ~a"
                           "package dependency cycle: ~a")
                       (string-append (names shown)
                                      (if endless? ", ..." ""))))

  (define hint
    (condition
     (&fix-hint
      (hint "each of these depends on the next; leave out one of these inputs"))))

  (match packages
    (()
     (raise (make-compound-condition message hint)))
    ((package . _)
     (raise-for package
                (condition (&package-cyclic-dependency-error
                            (package package) (dependency-cycle packages)))
                message hint))))
