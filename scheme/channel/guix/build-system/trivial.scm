;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build system that runs one expression and nothing else.
(define-module (guix build-system trivial)
  #:use-module (guix build-system)
  #:use-module ((guix build-system gnu) #:select (with-cross-build-variables))
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:export (trivial-build-system))

(define* (lower name #:key source inputs native-inputs outputs system target
                guile builder (modules '()) allowed-references)
  (bag
   (name name)
   (system system)
   (target target)
   (build-inputs `(,@(if source `(("source" ,source)) '())
                   ,@native-inputs))
   (host-inputs inputs)
   (outputs outputs)
   (build (if target trivial-cross-build trivial-build))
   (arguments (list #:guile guile
                    #:builder builder
                    #:modules modules
                    #:allowed-references allowed-references))))

(define (builder->gexp builder)
  (if (pair? builder) (sexp->gexp builder) builder))

(define* (trivial-build name inputs
                        #:key outputs guile system builder (modules '())
                        search-paths allowed-references)
  "Return, as a monadic value, the derivation NAME that runs BUILDER, a gexp or
an s-expression that knows '%outputs' and '%build-inputs'."
  (mlet %store-monad ((guile (package->derivation (or guile (default-guile))
                                                  system)))
    (gexp->derivation name
                      (with-build-variables inputs outputs
                        (builder->gexp builder))
                      #:system system
                      #:target #f
                      #:modules modules
                      #:allowed-references allowed-references
                      #:guile-for-build guile)))

(define* (trivial-cross-build name
                              #:key build-inputs host-inputs target-inputs
                              outputs guile system target builder (modules '())
                              search-paths native-search-paths
                              allowed-references)
  "Return, as a monadic value, the derivation NAME that runs BUILDER for TARGET: it
knows '%build-host-inputs' and '%build-target-inputs', too."
  (mlet %store-monad ((guile (package->derivation (or guile (default-guile))
                                                  system)))
    (gexp->derivation name
                      (with-cross-build-variables build-inputs host-inputs
                                                  target-inputs outputs
                        (builder->gexp builder))
                      #:system system
                      #:target target
                      #:modules modules
                      #:allowed-references allowed-references
                      #:guile-for-build guile)))

(define trivial-build-system
  (build-system
    (name 'trivial)
    (description "The build system that runs one expression")
    (lower lower)))
