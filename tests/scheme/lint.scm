;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; (guix lint): what each checker finds, and where.

(use-modules (guix lint)
             (guix build-system gnu)
             (guix diagnostics)
             (guix download)
             (guix gexp)
             (guix packages)
             (guix tests)
             ((guix utils) #:select (call-with-temporary-output-file))
             ((guix licenses) #:prefix license:)
             (nacre lint)
             (srfi srfi-1)
             (srfi srfi-64)
             (ice-9 match))

(load "lib/check.scm")

(define (messages warnings)
  (map lint-warning-message warnings))

(define-syntax-rule (of check field ...)
  ;; The messages of CHECK about a package with the FIELDs.
  (messages (check (dummy-package "thing" field ...))))

(define (phases . clauses)
  `(#:phases (modify-phases %standard-phases ,@clauses)))

(define-public bad-package
  (package
    (name "bad")
    (version "1")
    (source #f)
    (build-system gnu-build-system)
    (synopsis "the bad synopsis.")
    (description "Good.")
    (home-page "bad home")
    (license license:gpl3+)))

(define (location-of warnings)
  (match warnings
    ((warning . _)
     (let ((location (lint-warning-location warning)))
       (list (basename (location-file location))
             (location-line location) (location-column location))))))

(define badly-written
  (call-with-temporary-output-file
   (lambda (file port)
     (display "(use-modules (guix packages) (gnu packages base))
(package
  (inherit hello)
\t(name \"x\")
  (version \"1\")  
  )
" port)
     (close-port port)
     (let ((package (primitive-load file)))
       (map (lambda (warning)
              (cons (lint-warning-message warning)
                    (location-column (lint-warning-location warning))))
            (check-formatting package))))))

(define line-of-package
  (location-line (package-location bad-package)))

(checks "lint"
 (test-equal "names have no underscores"
   '("name should use hyphens instead of underscores")
   (messages (check-name (dummy-package "bad_name"))))

 (test-equal "synopses"
   '("no period allowed at the end of the synopsis"
     "no article allowed at the beginning of the synopsis"
     "synopsis should start with an upper-case letter or digit")
   (messages (check-synopsis-style bad-package)))
 (test-equal "synopses may begin with markup"
   '()
   (of check-synopsis-style (synopsis "@code{thing} for shells")))
 (test-equal "a synopsis does not begin with the package's name"
   '("synopsis should not start with the package name"
     "synopsis should start with an upper-case letter or digit")
   (of check-synopsis-style (synopsis "thing, a library")))

 (test-equal "descriptions: two spaces, a period"
   '("description should end with a period"
     "sentences in description should be followed by two spaces; possible infraction \
at 3")
   (of check-description-style (description "One. Two")))
 (test-equal "abbreviations and initials end no sentence"
   '()
   (of check-description-style (description "By D. Knuth, e.g. This and cf. That.")))
 (test-equal "descriptions: markup that is not well-formed"
   '("Texinfo markup in description is invalid")
   (of check-description-style (description "Bad @code{markup.")))
 (test-equal "descriptions: slips"
   '("description contains typo 'allows to '")
   (of check-description-style (description "This allows to do it.")))

 (test-equal "licenses"
   '(("invalid license field") ())
   (list (of check-license (license #f))
         (of check-license (license (list license:gpl3+ license:expat)))))
 (test-equal "home pages"
   '("invalid home page URL: \"bad home\"")
   (messages (check-home-page bad-package)))

 (test-equal "a tool is a native input"
   '("'pkg-config' should probably be a native input")
   (of check-inputs-should-be-native
       (inputs (list (dummy-package "pkg-config") (dummy-package "zlib")))))
 (test-equal "labels of inputs"
   '("label 'lib' does not match package name 'zlib'")
   (of check-input-labels (inputs `(("lib" ,(dummy-package "zlib"))))))

 (test-equal "scripts that wrap programs need a shell"
   '(("\"bash-minimal\" should be in 'inputs' when 'wrap-program' is used") ())
   (let ((clause '(add-after 'install 'wrap (lambda _ (wrap-program "x")))))
     (list (of check-wrapper-inputs (arguments (phases clause)))
           (of check-wrapper-inputs (arguments (phases clause))
               (inputs (list (dummy-package "bash-minimal")))))))
 (test-equal "the phase 'check' respects #:tests?"
   '(("the 'check' phase should respect #:tests?") () ("invalid phase clause"))
   (list (of check-optional-tests
             (arguments (phases '(replace 'check (lambda _ (invoke "make" "test"))))))
         (of check-optional-tests
             (arguments (list #:phases
                              #~(modify-phases %standard-phases
                                  (replace 'check
                                    (lambda* (#:key tests? #:allow-other-keys)
                                      (when tests? (invoke "make" "test"))))))))
         (of check-optional-tests (arguments (phases '(remove 'check))))))
 (test-equal "tests cannot run where a package is cross-built"
   '(("#:tests? must not be explicitly set to #t") ())
   (list (of check-tests-true (arguments '(#:tests? #t)))
         (of check-tests-true (arguments '(#:tests? #f)))))
 (test-equal "a compiler for the target"
   '(("'CC' should be set to '(cc-for-target)' instead of 'gcc'") ())
   (list (of check-compiler-for-target
             (arguments (list #:make-flags #~(list "CC=gcc"))))
         (of check-compiler-for-target
             (arguments (list #:make-flags
                              #~(list (string-append "CC=" (cc-for-target))))))))

 (test-equal "patches are named after their package, and exist"
   '(("file names of patches should start with the package name")
     ("absent.patch: patch not found"))
   (let ((with-patch (lambda (file)
                       (dummy-package "thing"
                         (source (dummy-origin (patches (list file))))))))
     (list (messages (check-patch-file-names (with-patch "/x/other.patch")))
           (map string-trim-right
                (messages (check-patch-headers (with-patch "/x/absent.patch")))))))
 (test-equal "sources: names, archives made on demand, mirrors"
   '(("the source file name should contain the package name")
     ("the source URI should not be an autogenerated tarball")
     ("mirror 'moon' is not known here (known: debian)"))
   (let ((from (lambda (address)
                 (dummy-package "thing"
                   (version "1.2")
                   (source (dummy-origin (uri address) (file-name #f)))))))
     (list (messages (check-source-file-name (from "https://example.org/v1.2.tar.gz")))
           (messages (check-source-unstable-tarball
                      (from "https://github.com/a/thing/archive/1.2.tar.gz")))
           (messages (check-mirror-url (from "mirror://moon/thing-1.2.tar.gz"))))))

 (test-equal "what a package propagates collides"
   '("propagated inputs p@1 and p@2 collide")
   (let* ((one   (dummy-package "p" (version "1")))
          (two   (dummy-package "p" (version "2")))
          (other (dummy-package "q" (propagated-inputs (list two)))))
     (of check-profile-collisions (propagated-inputs (list one other)))))
 (test-assert "a package that is no derivation"
   (match (of check-derivation (arguments '(#:no-such-argument 1)))
     ((message) (string-prefix? "failed to create x86_64-linux derivation: " message))))

 (test-equal "the place of a warning is that of the field"
   (list "lint.scm" (+ line-of-package 5) 14)
   (location-of (check-synopsis-style bad-package)))
 (test-equal "tabulators, white space at the end, lonely parentheses"
   '(("tabulation on line 4, column 0" . 0)
     ("trailing white space on line 5" . 15)
     ("parentheses feel lonely, move to the previous or next line" . 0))
   badly-written)

 (test-equal "checkers have names of their own"
   (length (lint-checkers))
   (length (delete-duplicates (map first (lint-checkers)))))
 (test-assert "those that ask servers say that they are not available"
   (every (lambda (checker)
            (not (false-if-exception
                  ((lint-checker-check checker) bad-package))))
          %network-dependent-checkers)))
