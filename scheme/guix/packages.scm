;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Packages and where their source comes from, and how both become
;;; derivations.
(define-module (guix packages)
  #:use-module (guix build-system)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix records)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:autoload   (guix base16) (base16-string->bytevector)
  #:autoload   (guix base32) (nix-base32-string->bytevector
                              bytevector->nix-base32-string)
  #:autoload   (guix base64) (base64-decode)
  #:autoload   (rnrs bytevectors) (bytevector? bytevector-length)
  #:re-export  (%current-system
                %current-target-system
                search-path-specification)
  #:export (content-hash
            content-hash?
            content-hash-algorithm
            content-hash-value

            origin
            origin?
            this-origin
            origin-uri
            origin-method
            origin-hash
            origin-sha256
            origin-file-name
            origin-actual-file-name
            origin-patches
            origin-patch-flags
            origin-patch-inputs
            origin-snippet
            origin-modules
            base32
            base16
            base64

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
            package-definition-location
            package-superseded
            package/inherit
            hidden-package
            hidden-package?
            deprecated-package
            supported-package?
            %supported-systems
            %hurd-systems
            %cuirass-supported-systems

            lookup-package-input
            lookup-package-native-input
            lookup-package-propagated-input
            lookup-package-direct-input
            this-package-input
            this-package-native-input
            prepend
            replace
            modify-inputs

            package-direct-inputs
            package-direct-sources
            package-transitive-sources
            package-transitive-inputs
            package-transitive-target-inputs
            package-transitive-native-inputs
            package-transitive-propagated-inputs
            package-transitive-native-search-paths
            package-transitive-supported-systems
            package-closure
            transitive-input-references

            package->bag
            bag->derivation
            bag-direct-inputs
            bag-transitive-inputs
            bag-transitive-build-inputs
            bag-transitive-host-inputs
            bag-transitive-target-inputs

            package->derivation
            package->cross-derivation
            package-derivation
            package-cross-derivation
            package-source-derivation
            package-output
            package-file
            origin->derivation

            default-guile
            default-guile-derivation
            set-guile-for-build

            &package-error
            package-error?
            package-error-package
            &package-license-error
            &package-input-error
            package-input-error?
            package-error-invalid-input
            &package-cross-build-system-error
            package-cross-build-system-error?))


;;;
;;; Errors.
;;;

(define-condition-type &package-error &error
  package-error?
  (package package-error-package))

(define-condition-type &package-license-error &package-error
  package-license-error?
  (license package-error-invalid-license))

(define-condition-type &package-input-error &package-error
  package-input-error?
  (input package-error-invalid-input))

(define-condition-type &package-cross-build-system-error &package-error
  package-cross-build-system-error?)

(define (raise-for package . conditions)
  ;; Raise CONDITIONS and where PACKAGE is defined.
  (raise (apply make-compound-condition
                (match (package-location package)
                  (#f conditions)
                  (location
                   (append conditions
                           (list (condition
                                  (&error-location (location location))))))))))


;;;
;;; Hashes of sources.
;;;

(define-record-type <content-hash>
  (%content-hash algorithm value)
  content-hash?
  (algorithm content-hash-algorithm)    ;symbol
  (value     content-hash-value))       ;bytevector

(set-record-type-printer! <content-hash>
  (lambda (hash port)
    (simple-format port "#<content-hash ~a:~a>"
                   (content-hash-algorithm hash)
                   (bytevector->nix-base32-string (content-hash-value hash)))))

(define %hash-sizes
  '((sha256 . 32) (sha1 . 20) (md5 . 16) (sha224 . 28) (sha384 . 48)
    (sha512 . 64) (sha3-256 . 32) (sha3-512 . 64) (blake2s-256 . 32)
    (blake2b-256 . 32)))

(define (make-content-hash value algorithm)
  (let ((value (if (string? value)
                   (nix-base32-string->bytevector value)
                   value)))
    (unless (and (bytevector? value)
                 (eqv? (bytevector-length value)
                       (assq-ref %hash-sizes algorithm)))
      (raise (formatted-message "~s: not a hash of type ~a" value algorithm)))
    (%content-hash algorithm value)))

(define-syntax content-hash
  (syntax-rules ()
    "Return the hash VALUE, a bytevector or a base-32 string, of ALGORITHM, by
default sha256."
    ((_ value)
     (make-content-hash value 'sha256))
    ((_ value algorithm)
     (make-content-hash value 'algorithm))))

(define-syntax-rule (define-decoders (name decode) ...)
  (begin
    (define-syntax name
      (lambda (s)
        (syntax-case s ()
          ((_ str)
           (string? (syntax->datum #'str))
           ;; A malformed literal is an error of the form where it stands.
           (catch #t
             (lambda ()
               (datum->syntax #'str (decode (syntax->datum #'str))))
             (lambda _
               (syntax-violation 'name "malformed string" s #'str))))
          ((_ str)
           #'(decode str))
          (id
           (identifier? #'id)
           #'decode))))
    ...))

(define-decoders
  (base16 base16-string->bytevector)
  (base32 nix-base32-string->bytevector)
  (base64 base64-decode))


;;;
;;; Origins.
;;;

(define-record-type* <origin> %origin make-origin
  origin?
  this-origin
  (uri          origin-uri)                       ;what METHOD takes
  (method       origin-method)                    ;procedure
  (hash         origin-hash)                      ;<content-hash>
  (file-name    origin-file-name    (default #f))
  (patches      origin-patches      (default '()) (delayed))
  (snippet      origin-snippet      (default #f)) ;gexp, sexp or #f
  (patch-flags  origin-patch-flags  (default #~("-p1")))
  (patch-inputs origin-patch-inputs (default #f)) ;#f: the usual ones
  (modules      origin-modules      (default '())) ;for the snippet
  (patch-guile  origin-patch-guile  (default #f)))

(define-syntax origin
  (lambda (s)
    "Return an origin.  The field 'sha256' gives the hash of that type; 'hash'
one of any type."
    (define (translate clause)
      (syntax-case clause ()
        ((name value)
         (eq? 'sha256 (syntax->datum #'name))
         #'(hash (content-hash value sha256)))
        (_ clause)))

    (syntax-case s ()
      ((_ clause ...)
       (with-syntax (((clause ...) (map translate #'(clause ...))))
         #'(%origin clause ...))))))

(set-record-type-printer! <origin>
  (lambda (origin port)
    (simple-format port "#<origin ~s ~s ~s ~a>"
                   (origin-uri origin) (origin-hash origin)
                   (force (%origin-patches-real origin))
                   (number->string (object-address origin) 16))))

(define (origin-sha256 origin)
  "Return the SHA-256 hash of ORIGIN, or #f when it has one of another type."
  (let ((hash (origin-hash origin)))
    (and (eq? 'sha256 (content-hash-algorithm hash))
         (content-hash-value hash))))

(define (origin-actual-file-name origin)
  "Return the name that ORIGIN has in the store, or #f when that is unknown."
  (define (uri-base-name uri)
    (match uri
      ((? string?) (basename uri))
      ((first _ ...) (uri-base-name first))
      (_ #f)))

  (or (origin-file-name origin)
      (uri-base-name (origin-uri origin))))


;;;
;;; Packages.
;;;

;; What there are bootstrap binaries for.
(define %supported-systems '("x86_64-linux"))

(define %hurd-systems '("i586-gnu"))
(define %cuirass-supported-systems '("x86_64-linux" "aarch64-linux"))

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
  (license         package-license)
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
  "Return where PACKAGE is defined, a location, or #f.  A file of the load path
is named relative to it."
  (match (package-location-vector package)
    ((? location? location) location)
    ((file line column)
     (location file line column))
    (#((? string? file) line column)
     (location (relative-to-load-path file) (and line (1+ line)) column))
    (_ #f)))

(define package-definition-location package-location)

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

(define (deprecated-package old-name package)
  "Return a package called OLD-NAME that stands for PACKAGE, its successor."
  (package/inherit* package old-name))

(define (package/inherit* p old-name)
  (package
    (inherit p)
    (name old-name)
    (properties `((superseded . ,p)))))

(define (hidden-package p)
  "Return a package like P that commands do not list."
  (package
    (inherit p)
    (properties `((hidden? . #t) ,@(package-properties p)))))

(define (hidden-package? package)
  "Return #t when commands do not list PACKAGE."
  (->bool (assq-ref (package-properties package) 'hidden?)))

(define-syntax-rule (package/inherit p overrides ...)
  "Return a package like P but for OVERRIDES, which its replacement gets too."
  (let loop ((original p))
    (package
      (inherit original)
      overrides ...
      (replacement (and=> (package-replacement original) loop)))))

(define* (supported-package? package #:optional (system (%current-system)))
  "Return true when PACKAGE can be built on SYSTEM."
  (member system (package-transitive-supported-systems package system)))


;;;
;;; Inputs.
;;;

(define (lookup-input inputs name)
  (match (assoc name inputs)
    ((_ thing . _) thing)
    (#f #f)))

(define (lookup-package-input package name)
  "Return the input of PACKAGE that is called NAME, or #f."
  (lookup-input (package-inputs package) name))

(define (lookup-package-native-input package name)
  "Return the native input of PACKAGE that is called NAME, or #f."
  (lookup-input (package-native-inputs package) name))

(define (lookup-package-propagated-input package name)
  "Return the propagated input of PACKAGE that is called NAME, or #f."
  (lookup-input (package-propagated-inputs package) name))

(define (lookup-package-direct-input package name)
  "Return the input of PACKAGE, of any kind, that is called NAME, or #f."
  (lookup-input (package-direct-inputs package) name))

(define-syntax-rule (this-package-input name)
  "Return the input or propagated input called NAME of the package that is being
defined, or #f."
  (or (lookup-package-input this-package name)
      (lookup-package-propagated-input this-package name)))

(define-syntax-rule (this-package-native-input name)
  "Return the native input called NAME of the package that is being defined, or
#f."
  (lookup-package-native-input this-package name))

(define-syntax-rule (define-only-in-modify-inputs name ...)
  (begin
    (define-syntax name
      (lambda (s)
        (syntax-violation 'name "used outside of 'modify-inputs'" s)))
    ...))

(define-only-in-modify-inputs prepend replace)

(define (inputs-without inputs names)
  (remove (match-lambda
            ((label . _) (member label names)))
          inputs))

(define (inputs-with inputs name replacement)
  "Return INPUTS where those called NAME are REPLACEMENT, which may be a package
or a list of one and an output."
  (map (match-lambda
         (((? (cut string=? name <>) label) _ . outputs)
          (match replacement
            ((thing output) (list label thing output))
            (thing (cons* label thing outputs))))
         (input input))
       inputs))

(define-syntax modify-inputs
  (lambda (s)
    "Return INPUTS, as fields of packages hold them, changed by CLAUSES in turn:
(delete NAME ...), (prepend INPUT ...), (append INPUT ...), (replace NAME INPUT)."
    (syntax-case s ()
      ((_ inputs)
       #'(sanitize-inputs inputs))
      ((_ inputs (operation argument ...) clause ...)
       (let ((rest (lambda (modified)
                     #`(modify-inputs #,modified clause ...))))
         (case (syntax->datum #'operation)
           ((delete)
            (rest #'(inputs-without (sanitize-inputs inputs)
                                    (list argument ...))))
           ((prepend)
            (rest #'(append (map add-label (list argument ...))
                            (sanitize-inputs inputs))))
           ((append)
            (rest #'(append (sanitize-inputs inputs)
                            (map add-label (list argument ...)))))
           ((replace)
            (rest #'(inputs-with (sanitize-inputs inputs) argument ...)))
           (else
            (syntax-violation 'modify-inputs "unknown operation"
                              s #'operation))))))))

(define (package-direct-sources package)
  "Return the source of PACKAGE and the origins among its inputs."
  (append (if (package-source package) (list (package-source package)) '())
          (filter-map (match-lambda
                        ((_ (? origin? origin) . _) origin)
                        (_ #f))
                      (package-direct-inputs package))))

(define (package-direct-inputs package)
  "Return all inputs of PACKAGE."
  (append (package-native-inputs package)
          (package-inputs package)
          (package-propagated-inputs package)))

(define (transitive-inputs inputs)
  "Return INPUTS followed by what the packages among them propagate, directly or
not, each once."
  (define seen (make-hash-table))

  (define (new? input)
    ;; By package and outputs: labels do not matter.
    (match input
      ((_ thing . outputs)
       (let ((known (hashq-ref seen thing '())))
         (and (not (member outputs known))
              (hashq-set! seen thing (cons outputs known)))))))

  (let loop ((inputs inputs) (propagated '()) (result '()))
    (match inputs
      (()
       (if (null? propagated)
           (reverse result)
           (loop (concatenate (reverse propagated)) '() result)))
      ((input . rest)
       (if (new? input)
           (loop rest
                 (match input
                   ((_ (? package? package) . _)
                    (cons (package-propagated-inputs package) propagated))
                   (_ propagated))
                 (cons input result))
           (loop rest propagated result))))))

(define (package-transitive-inputs package)
  "Return the inputs of PACKAGE and what they propagate."
  (transitive-inputs (package-direct-inputs package)))

(define (package-transitive-target-inputs package)
  "Return the inputs of PACKAGE that are for where it runs, and what they
propagate."
  (transitive-inputs (append (package-inputs package)
                             (package-propagated-inputs package))))

(define (package-transitive-native-inputs package)
  "Return the native inputs of PACKAGE and what they propagate."
  (transitive-inputs (package-native-inputs package)))

(define (package-transitive-propagated-inputs package)
  "Return what PACKAGE propagates, directly or not."
  (transitive-inputs (package-propagated-inputs package)))

(define (input-packages inputs)
  (filter-map (match-lambda
                ((_ (? package? package) . _) package)
                (_ #f))
              inputs))

(define (package-transitive-native-search-paths package)
  "Return the search paths of PACKAGE and of what it propagates, each once."
  (delete-duplicates
   (append-map package-native-search-paths
               (cons package
                     (input-packages
                      (package-transitive-propagated-inputs package))))))

(define* (package-transitive-supported-systems package
                                               #:optional
                                               (system (%current-system)))
  "Return the systems that PACKAGE and all that it takes to build it support."
  (parameterize ((%current-system system))
    (fold (lambda (package systems)
            (lset-intersection string=? systems
                               (package-supported-systems package)))
          (package-supported-systems package)
          (package-closure (input-packages (package-direct-inputs package))))))

(define* (package-closure packages #:key (system (%current-system)))
  "Return PACKAGES and the packages they need to be built, each once."
  (define seen (make-hash-table))

  (define (visit package result)
    (if (hashq-ref seen package)
        result
        (begin
          (hashq-set! seen package #t)
          (fold visit (cons package result)
                (input-packages
                 (bag-direct-inputs (package->bag package system)))))))

  (fold visit '() packages))

(define (package-transitive-sources package)
  "Return the sources of PACKAGE and of what it takes to build it, each once."
  (delete-duplicates
   (append-map package-direct-sources (package-closure (list package)))
   eq?))

(define (transitive-input-references alist inputs)
  "Return code that refers, in the association list that the expression ALIST
gives, to INPUTS and what they propagate."
  (map (match-lambda
         ((label . _) `(assoc-ref ,alist ,label)))
       (transitive-inputs inputs)))


;;;
;;; Bags.
;;;

(define* (package->bag package #:optional
                       (system (%current-system))
                       (target (%current-target-system))
                       #:key (graft? #t))
  "Return the bag of PACKAGE: what it takes to build it on SYSTEM, for TARGET if
that is not #f."
  (parameterize ((%current-system system)
                 (%current-target-system target))
    (or (apply (build-system-lower (package-build-system package))
               (package-full-name package "-")
               #:system system
               #:target target
               #:source (package-source package)
               #:inputs (append (package-inputs package)
                                (package-propagated-inputs package))
               #:native-inputs (package-native-inputs package)
               #:outputs (package-outputs package)
               (package-arguments package))
        (raise-for package
                   (condition
                    (&package-cross-build-system-error (package package)))
                   (formatted-message
                    "~a: its build system cannot build for ~a"
                    (package-full-name package) target)))))

(define (bag-direct-inputs bag)
  "Return all inputs of BAG."
  (append (bag-build-inputs bag)
          (bag-host-inputs bag)
          (bag-target-inputs bag)))

(define (bag-transitive-inputs bag)
  "Return the inputs of BAG and what they propagate."
  (parameterize ((%current-target-system #f)
                 (%current-system (bag-system bag)))
    (transitive-inputs (bag-direct-inputs bag))))

(define (bag-transitive-build-inputs bag)
  "Return the inputs of BAG that run where the build does, and what they
propagate."
  (parameterize ((%current-target-system #f)
                 (%current-system (bag-system bag)))
    (transitive-inputs (bag-build-inputs bag))))

(define (bag-transitive-host-inputs bag)
  "Return the inputs of BAG that run where the result does, and what they
propagate."
  (parameterize ((%current-target-system (bag-target bag))
                 (%current-system (bag-system bag)))
    (transitive-inputs (bag-host-inputs bag))))

(define (bag-transitive-target-inputs bag)
  "Return the target inputs of BAG and what they propagate."
  (parameterize ((%current-target-system (bag-target bag))
                 (%current-system (bag-system bag)))
    (transitive-inputs (bag-target-inputs bag))))

(define (check-inputs inputs context)
  "Check that INPUTS can be lowered; CONTEXT is the package they are of, or #f."
  (define (fail input)
    (let ((message (formatted-message "~a: invalid input ~s"
                                      (if context
                                          (package-full-name context)
                                          "bag")
                                      input))
          (hint (condition
                 (&fix-hint
                  (hint "An input is a package, an origin or another file-like \
object, or a list of one of these and an output.")))))
      (if context
          (raise-for context
                     (condition (&package-input-error (package context)
                                                      (input input)))
                     message hint)
          (raise (make-compound-condition message hint)))))

  (for-each (match-lambda
              (((? string?) (or (? file-like?) (? string?)))
               #t)
              (((? string?) (or (? file-like?) (? string?)) (? string?))
               #t)
              ((_ (? gexp-input?) . _) #t)
              ((_ thing . _) (fail thing))
              (input (fail input)))
            inputs))

(define (inputs-search-paths inputs accessor)
  (delete-duplicates
   (append-map accessor (input-packages inputs))))

(define (native-inputs inputs)
  ;; INPUTS as things that run where the build does.
  (map (match-lambda
         ((label (? gexp-input? input) . _)
          (list label input))
         ((label thing . output)
          (list label (apply gexp-input thing (append output '(#:native? #t))))))
       inputs))

(define* (bag->derivation bag #:optional context)
  "Return as a monadic value the derivation that builds BAG, which is that of the
package CONTEXT, if given."
  (if (bag-target bag)
      (bag->cross-derivation bag context)
      (let ((inputs (bag-transitive-inputs bag)))
        (check-inputs inputs context)
        (apply (bag-build bag) (bag-name bag) inputs
               #:search-paths (inputs-search-paths
                               inputs package-native-search-paths)
               #:outputs (bag-outputs bag)
               #:system (bag-system bag)
               (bag-arguments bag)))))

(define (bag->cross-derivation bag context)
  (let ((build  (bag-transitive-build-inputs bag))
        (host   (bag-transitive-host-inputs bag))
        (target (bag-transitive-target-inputs bag)))
    (check-inputs (append build host target) context)
    (apply (bag-build bag) (bag-name bag)
           #:build-inputs (native-inputs build)
           #:host-inputs host
           #:target-inputs target
           #:search-paths (inputs-search-paths host package-search-paths)
           #:native-search-paths (inputs-search-paths
                                  (append build target)
                                  package-native-search-paths)
           #:outputs (bag-outputs bag)
           #:system (bag-system bag)
           #:target (bag-target bag)
           (bag-arguments bag))))


;;;
;;; Derivations.
;;;

(define (default-guile)
  "Return the package of the Guile that runs builders."
  (module-ref (resolve-interface '(gnu packages commencement))
              'guile-final))

(define* (default-guile-derivation #:optional (system (%current-system)))
  "Return as a monadic value the derivation of the Guile that runs builders."
  (package->derivation (default-guile) system))

(define (set-guile-for-build guile)
  "Let the package GUILE run builders from here on, in %store-monad."
  (lambda (store)
    (let ((previous (%guile-for-build)))
      (%guile-for-build (package-derivation store guile))
      (values previous store))))

(define (lower-package package system target)
  (bag->derivation (package->bag package system target) package))

(define* (package->derivation package #:optional (system (%current-system))
                              #:key (graft? #t))
  "Return as a monadic value the derivation of PACKAGE for SYSTEM."
  (lower-object package system #:target #f))

(define* (package->cross-derivation package target
                                    #:optional (system (%current-system))
                                    #:key (graft? #t))
  "Return as a monadic value the derivation of PACKAGE that SYSTEM builds for
TARGET."
  (lower-object package system #:target target))

(define-gexp-compiler (package-compiler (package <package>) system target)
  (lower-package package system target))

(define* (package-derivation store package #:optional
                             (system (%current-system)) #:key (graft? #t))
  "Return the derivation of PACKAGE for SYSTEM."
  (run-with-store store (package->derivation package system)
                  #:system system))

(define* (package-cross-derivation store package target #:optional
                                   (system (%current-system))
                                   #:key (graft? #t))
  "Return the derivation of PACKAGE that SYSTEM builds for TARGET."
  (run-with-store store (package->cross-derivation package target system)
                  #:system system #:target target))

(define* (package-source-derivation store source #:optional
                                    (system (%current-system)))
  "Return the derivation of SOURCE, an origin or other file-like object, or its
path when there is nothing to build."
  (run-with-store store (lower-object source system) #:system system))

(define* (package-output store package #:optional (output "out")
                         (system (%current-system)))
  "Return the path of OUTPUT of PACKAGE."
  (derivation->output-path (package-derivation store package system) output))

(define* (package-file package #:optional file #:key
                       system (output "out") target)
  "Return as a monadic value the name of FILE in OUTPUT of PACKAGE, or of the
output."
  (mlet %store-monad ((drv (lower-object package
                                         (or system (%current-system))
                                         #:target target)))
    (return (let ((path (derivation->output-path drv output)))
              (if file (string-append path "/" file) path)))))


;;;
;;; Sources with patches and snippets.
;;;

(define (default-patch-inputs)
  (define inputs
    (module-ref (resolve-interface '(gnu packages commencement))
                '%final-inputs))

  (filter-map (cut assoc <> inputs)
              '("tar" "xz" "bzip2" "gzip" "patch" "bash" "coreutils")))

(define (patched-name name)
  ;; What NAME is repacked as.
  (cond ((string-suffix? ".tar.xz" name) name)
        ((string-contains name ".tar")
         (string-append (tarball-sans-extension name) ".tar.xz"))
        ((member (file-extension name) '("tgz" "tbz2" "txz" "tlz"))
         (string-append (file-sans-extension name) ".tar.xz"))
        ((string=? "zip" (or (file-extension name) ""))
         (string-append (file-sans-extension name) ".tar.xz"))
        (else name)))

(define* (patch-and-repack source patches #:key
                           inputs snippet flags modules guile
                           (system (%current-system)) name)
  "Return as a monadic value SOURCE, a derivation or a path, with PATCHES applied
and changed by SNIPPET, in an archive again, or a directory if it is one."
  (define things
    (map (match-lambda
           ((label thing . _) thing))
         (or inputs (default-patch-inputs))))

  (gexp->derivation
   (patched-name name)
   (with-imported-modules '((guix build utils))
     #~(begin
         (use-modules (ice-9 ftw)
                      (srfi srfi-1)
                      (guix build utils)
                      #$@(sexp->gexp modules))

         (define source #+source)
         (define directory? (file-is-directory? source))

         (define (enter-source)
           ;; Return the name of the directory that holds the source.
           (cond (directory?
                  (copy-recursively source "source" #:log #f)
                  (for-each make-file-writable
                            (find-files "source" #:directories? #t))
                  "source")
                 (else
                  (invoke "tar" "xf" source)
                  (find file-is-directory?
                        (scandir "." (lambda (file)
                                       (not (member file '("." "..")))))))))

         (define (apply-patch patch)
           (format #t "applying '~a'...~%" patch)
           (invoke "patch" "--force" "--no-backup-if-mismatch"
                   #+@flags "--input" patch))

         (define (pack directory)
           (if directory?
               (copy-recursively directory #$output #:log #f)
               (invoke "tar" "--create" "--file" #$output
                       "--use-compress-program=xz -9 --threads=1"
                       "--format=gnu"
                       "--mtime=@0" "--owner=root:0" "--group=root:0"
                       "--sort=name" "--hard-dereference"
                       directory)))

         (set-path-environment-variable "PATH" '("bin" "sbin") '#+things)
         (setenv "SOURCE_DATE_EPOCH" "1")
         (setvbuf (current-output-port) 'line)

         (let ((directory (enter-source)))
           (with-directory-excursion directory
             (for-each apply-patch '#+patches)
             #$(if (pair? snippet) (sexp->gexp snippet) (or snippet #~#t)))
           (pack directory))))
   #:system system
   #:guile-for-build guile
   #:modules '()
   #:substitutable? #t))

(define* (origin->derivation origin #:optional (system (%current-system)))
  "Return as a monadic value the source that ORIGIN stands for."
  (let ((hash    (origin-hash origin))
        (patches (origin-patches origin))
        (snippet (origin-snippet origin))
        (guile   (origin-patch-guile origin)))
    (define (fetch name)
      ((origin-method origin) (origin-uri origin)
       (content-hash-algorithm hash) (content-hash-value hash)
       name #:system system))

    (if (and (null? patches) (not snippet))
        (fetch (origin-file-name origin))
        (mlet %store-monad ((source (fetch (origin-file-name origin))))
          (patch-and-repack source patches
                            #:name (or (origin-actual-file-name origin)
                                       "source")
                            #:inputs (origin-patch-inputs origin)
                            #:snippet snippet
                            #:flags (origin-patch-flags origin)
                            #:modules (origin-modules origin)
                            #:guile guile
                            #:system system)))))

(define-gexp-compiler (origin-compiler (origin <origin>) system target)
  (origin->derivation origin system))
