;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Checks of the inputs of packages.
(define-module (guix lint inputs)
  #:use-module (guix i18n)
  #:use-module (guix lint warning)
  #:use-module (guix packages)
  #:autoload   (gnu packages) (find-packages-by-name)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (check-inputs-should-be-native
            check-inputs-should-not-be-an-input-at-all
            check-inputs-should-use-a-minimal-variant
            check-input-labels))

;; Programs that run while others are built.  An output is named after a colon.
(define %tools
  '("autoconf" "automake" "bison" "cmake" "cmake-minimal" "doxygen" "desktop-file-utils"
    "docbook-xsl" "flex" "gettext" "gettext-minimal" "glib:bin" "gobject-introspection"
    "googletest" "gperf" "gtk-doc" "help2man" "intltool" "itstool" "libtool" "m4"
    "meson" "nasm" "ninja" "pkg-config" "pkgconf" "python-cython" "python-mock" "python-
    nose" "python-pytest" "python-pytest-cov" "python-setuptools-scm" "python-sphinx"
    "python-wheel" "qttools" "swig" "texinfo" "xmlto" "xorg-server-for-tests" "yasm"))

(define (input-name input)
  "Return NAME or NAME:OUTPUT of INPUT, or #f if it is not a package."
  (match input
    ((_ (? package? package))
     (package-name package))
    ((_ (? package? package) "out")
     (package-name package))
    ((_ (? package? package) output)
     (string-append (package-name package) ":" output))
    (_ #f)))

(define (warn-about-inputs package inputs field names text)
  "Return a warning for each of INPUTS, those of FIELD, whose name is one of NAMES."
  (filter-map (lambda (input)
                (match (input-name input)
                  ((? (lambda (name) (member name names)) name)
                   (make-warning package text (list name) #:field field))
                  (_ #f)))
              inputs))

(define (check-inputs-should-be-native package)
  "Check that PACKAGE has no tools for its build among the inputs that it runs with."
  (append-map (match-lambda
                ((inputs field)
                 (warn-about-inputs package inputs field %tools
                                    "'~a' should probably be a native input")))
              `((,(package-inputs package) inputs)
                (,(package-propagated-inputs package) propagated-inputs))))

(define (check-inputs-should-not-be-an-input-at-all package)
  "Check that PACKAGE has no inputs that its build system brings along."
  (append-map (match-lambda
                ((inputs field)
                 (warn-about-inputs package inputs field '("python-pip")
                                    "'~a' should probably not be an input at all")))
              `((,(package-inputs package) inputs)
                (,(package-native-inputs package) native-inputs)
                (,(package-propagated-inputs package) propagated-inputs))))

;; What builds faster, and does for most.
(define %minimal-variants
  '(("bash" . "bash-minimal") ("git" . "git-minimal") ("cmake" . "cmake-minimal")
    ("python" . "python-minimal")))

(define (check-inputs-should-use-a-minimal-variant package)
  "Check that PACKAGE needs no more of its native inputs than it uses."
  (filter-map (lambda (input)
                (match (input-name input)
                  (#f #f)
                  (name
                   (match (assoc-ref %minimal-variants name)
                     ((or #f (? (lambda (minimal)
                                  (null? (find-packages-by-name minimal)))))
                      #f)
                     (minimal
                      (make-warning package "input '~a' should probably be '~a'"
                                    (list name minimal)
                                    #:field 'native-inputs))))))
              (package-native-inputs package)))

(define (check-input-labels package)
  "Check that the labels of PACKAGE's inputs, where they are written, are the names of the
packages."
  (append-map (match-lambda
                ((inputs field)
                 (filter-map
                  (match-lambda
                    ((label (? package? input) . _)
                     (and (not (string=? label (package-name input)))
                          ;; "glib:bin" for an output, "gcc" for "bootstrap-gcc".
                          (not (string-prefix? (string-append (package-name input) ":")
                                               label))
                          (not (string-suffix? (string-append "-" label)
                                               (package-name input)))
                          (make-warning package
                                        "label '~a' does not match package name '~a'"
                                        (list label (package-name input))
                                        #:field field)))
                    (_ #f))
                  inputs)))
              `((,(package-inputs package) inputs)
                (,(package-native-inputs package) native-inputs)
                (,(package-propagated-inputs package) propagated-inputs))))
