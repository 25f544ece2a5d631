;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix packages)
             (guix build-system)
             (guix build-system gnu)
             (guix build-system trivial)
             (guix diagnostics)
             (guix gexp)
             (guix store)
             (gnu packages base)
             (gnu packages bootstrap)
             ((guix licenses) #:prefix license:)
             (srfi srfi-1)
             (srfi srfi-64)
             (ice-9 match))

(load "lib/check.scm")

(define-syntax-rule (test-package name* field ...)
  (package
    (name name*) (version "1.2")
    (source #f)
    (build-system trivial-build-system)
    (arguments (list #:builder #~(mkdir #$output)))
    (home-page "https://example.org") (synopsis "s") (description "d")
    (license license:gpl3+)
    field ...))

(define old (test-package "old"))
(define new (test-package "new" (inputs (list old))))
(define middle (test-package "middle" (inputs (list old))))
(define carrier (test-package "carrier" (propagated-inputs (list old))))
(define top (test-package "top"
              (inputs (list middle old))
              (native-inputs (list middle))
              (propagated-inputs (list carrier))))

(define (names inputs)
  (map (match-lambda ((_ p . _) (package-name p))) inputs))

(define (input package name)
  (find (lambda (p) (string=? name (package-name p)))
        (map second (package-direct-inputs package))))

(define rewrite (package-input-rewriting `((,old . ,new)) #:deep? #f))

(checks "rewriting"

 (test-equal "package-input-rewriting: what a package depends on is replaced"
   '(("middle" "new") ("new") ("middle") ("carrier") ("new"))
   (let ((top (rewrite top)))
     (list (names (package-inputs top))
           (names (package-inputs (input top "middle")))
           (names (package-native-inputs top))
           (names (package-propagated-inputs top))
           (names (package-propagated-inputs (input top "carrier"))))))

 (test-equal "package-input-rewriting: the replacement remains as it is"
   '("old")
   (names (package-inputs (input (rewrite middle) "new"))))

 (test-assert "package-input-rewriting: what is shared remains so"
   (let ((top (rewrite top)))
     (and (eq? (second (assoc "middle" (package-inputs top)))
               (second (assoc "middle" (package-native-inputs top))))
          (eq? top (rewrite top)))))

 (test-assert "package-input-rewriting: done twice is done once"
   (let ((once (rewrite top)))
     (eq? once (rewrite once))))

 (test-equal "package-input-rewriting: names, places"
   (list "top-x" (location-line (package-location top)))
   (let ((top ((package-input-rewriting `((,old . ,new))
                                        (lambda (name) (string-append name "-x"))
                                        #:deep? #f)
               top)))
     (list (package-name top) (location-line (package-location top)))))

 (test-equal "package-input-rewriting: replacements that depend on others"
   '("newest")
   (let* ((newest   (test-package "newest"))
          (old2     (test-package "old2"))
          (new2     (test-package "new2" (inputs (list old))))
          (top      (test-package "top" (inputs (list old2))))
          (rewrite  (package-input-rewriting `((,old2 . ,new2) (,old . ,newest))
                                             #:deep? #f #:recursive? #t)))
     (names (package-inputs (input (rewrite top) "new2")))))

 (test-equal "package-input-rewriting: what the build system adds"
   '("new" #f)
   (let ((bash (lambda (deep?)
                 (let ((rewrite (package-input-rewriting
                                 `((,%bootstrap-bash . ,new)) #:deep? deep?)))
                   (and=> (assoc "bash" (bag-build-inputs
                                         (package->bag (rewrite hello))))
                          (match-lambda
                            ((_ p . _) (eq? p %bootstrap-bash))))))))
     (list (if (bash #t) "old" "new")
           (not (bash #f)))))

 (test-equal "package-input-rewriting/spec"
   '(("middle" "new") ("middle" "old"))
   (map (lambda (specification)
          (names (package-inputs
                  ((package-input-rewriting/spec
                    `((,specification . ,(lambda (old) new))) #:deep? #f)
                   top))))
        '("old@1" "old@2")))

 (test-equal "package-input-rewriting/spec: hidden packages"
   '(("old") ("new"))
   (let ((top (test-package "top" (inputs (list (hidden-package old))))))
     (map (lambda (replace-hidden?)
            (names (package-inputs
                    ((package-input-rewriting/spec
                      `(("old" . ,(lambda (old) new)))
                      #:deep? #f #:replace-hidden? replace-hidden?)
                     top))))
          '(#f #t))))

 (test-equal "package-mapping"
   '("TOP" ("MIDDLE" "OLD") ("old"))
   (let ((top ((package-mapping (lambda (p)
                                  (package
                                    (inherit p)
                                    (name (string-upcase (package-name p)))))
                                (lambda (p) (eq? p middle)))
               top)))
     (list (package-name top)
           (names (package-inputs top))
           (names (package-inputs (input top "MIDDLE")))))))
