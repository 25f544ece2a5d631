;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The language's side of 'nacre shell': the derivation of an environment, and the
;;; manifest that stands for a command line.
(define-module (nacre shell)
  #:use-module ((gnu packages) #:select (specification->package))
  #:use-module ((guix derivations) #:select (derivation-file-name))
  #:use-module ((guix diagnostics) #:select (&fix-hint))
  #:use-module ((guix gexp) #:select (lower-object))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix packages) #:select (package?))
  #:use-module ((guix profiles)
                #:select (concatenate-manifests
                          manifest-entries manifest-entry-item manifest-entry-name
                          manifest-entry-output manifest-entry-version
                          packages->manifest profile-derivation))
  #:use-module ((guix store) #:select (run-with-store))
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module (nacre channel)
  #:use-module (ice-9 match)
  #:use-module (ice-9 pretty-print)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (environment-derivations
            manifest-empty?
            manifest-text))

(define (manifest-empty? manifest)
  "Return whether MANIFEST has no entries."
  (null? (manifest-entries manifest)))

(define (shell-package)
  (or (channel-value '(gnu packages bash) 'bash)
      (raise (condition
              (&message
               (message (G_ "this channel has no Bash for the container's /bin/sh")))
              (&fix-hint
               (hint (G_ "a channel defines 'bash' in (gnu packages bash)")))))))

(define (hierarchy-libc)
  "Return the C library for foreign programs, which finds libraries by /etc/ld.so.cache."
  (or (channel-value '(gnu packages base) 'glibc-for-fhs)
      (raise (condition
              (&message
               (message (G_ "this channel has no C library for --emulate-fhs")))
              (&fix-hint
               (hint (G_ "a channel defines 'glibc-for-fhs' in (gnu packages base)")))))))

(define* (environment-derivations store manifest system shell?
                                  #:optional hierarchy?)
  "Return the file names of the derivations of the profile with the entries of MANIFEST
on SYSTEM, a string or #f for this machine's, and, if SHELL? is true, of the shell that
is /bin/sh of a container: a list.  If HIERARCHY? is true, the profile begins with a C
library for foreign programs.  Development inputs may collide."
  (let ((system   (or system (%current-system)))
        (manifest (if hierarchy?
                      (concatenate-manifests
                       (list (packages->manifest (list (hierarchy-libc)))
                             manifest))
                      manifest)))
    (define (run monadic)
      (derivation-file-name
       (run-with-store store monadic #:system system)))

    (cons (run (profile-derivation manifest #:system system
                                   #:allow-collisions? #t))
          (if shell?
              (list (run (lower-object (shell-package) system)))
              '()))))


;;;
;;; The manifest that stands for a command line.
;;;

(define (entry->package-specification entry)
  "Return the specification that finds the package of ENTRY again."
  (define package
    (manifest-entry-item entry))

  (define name
    (manifest-entry-name entry))

  (define full-name
    (string-append name "@" (manifest-entry-version entry)))

  (define (finds? specification)
    (eq? package (false-if-exception (specification->package specification))))

  (define specification
    (find finds? (list name full-name)))

  (unless (and (package? package) specification)
    (raise (condition
            (&message
             (message (format #f (G_ "'~a' cannot be written down in a manifest: no \
specification finds this package")
                              full-name)))
            (&fix-hint
             (hint (G_ "define it in a module of a directory that --load-path \
names, or write the manifest by hand"))))))

  specification)

(define (entry->specification entry)
  "Return the specification that finds the package of ENTRY, and its output, again."
  (match (manifest-entry-output entry)
    ("out"  (entry->package-specification entry))
    (output (string-append (entry->package-specification entry) ":" output))))

(define (manifest-text manifest development-specifications transformations)
  "Return the code of a manifest that has the entries of MANIFEST and the build inputs of
the packages that DEVELOPMENT-SPECIFICATIONS, strings, are for, with TRANSFORMATIONS, an
alist that 'options->transformation' takes, applied to all of these packages."
  (define transformed?
    (pair? transformations))

  (define (package-code specification)
    (let ((code `(specification->package ,specification)))
      (if transformed? `(transform ,code) code)))

  (define (entry-code entry)
    `(list ,(package-code (entry->package-specification entry))
           ,(manifest-entry-output entry)))

  (define plain
    (match (manifest-entries manifest)
      (() '())
      (entries
       (if transformed?
           `((packages->manifest (list ,@(map entry-code entries))))
           `((specifications->manifest
              (list ,@(map entry->specification entries))))))))

  (define development
    (map (lambda (specification)
           (specification->package specification)       ;or an error
           `(package->development-manifest ,(package-code specification)))
         development-specifications))

  (call-with-output-string
    (lambda (port)
      (display (G_ "\
;; This manifest stands for the command line that it was made from.  Any command
;; takes it as the argument of '--manifest' (or '-m').

")
               port)
      (when transformed?
        (display "(use-modules (guix transformations))\n\n" port)
        (pretty-print `(define transform
                         (options->transformation ',transformations))
                      port)
        (newline port))
      (pretty-print (match (append plain development)
                      (()        '(specifications->manifest (list)))
                      ((one)     one)
                      (manifests `(concatenate-manifests (list ,@manifests))))
                    port))))
