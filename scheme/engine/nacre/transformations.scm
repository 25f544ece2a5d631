;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Changes of packages that the command line asks for, made by the channel's (guix
;;; transformations) if it has that module.
(define-module (nacre transformations)
  #:use-module ((guix diagnostics) #:select (&fix-hint formatted-message))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix packages) #:select (package-properties package?))
  #:use-module ((guix profiles)
                #:select (manifest-entry-item manifest-entry-output
                          manifest-entry-properties map-manifest-entries
                          package->manifest-entry))
  #:use-module (nacre channel)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (transformation
            transform-manifest))

(define (this-processor)
  "Return the name that GCC has for the processor of this machine."
  (match (cons (channel-value '(guix cpu) 'current-cpu)
               (channel-value '(guix cpu) 'cpu->gcc-architecture))
    (((? procedure? current-cpu) . (? procedure? cpu->gcc-architecture))
     (cpu->gcc-architecture (current-cpu)))
    (_
     (raise (condition
             (&message
              (message (G_ "this channel cannot name the processor of this machine")))
             (&fix-hint
              (hint (G_ "name it, as in '--tune=x86-64-v3'"))))))))

(define (resolve-tuning options)
  "Return OPTIONS, an alist whose first element was given last, with the name of this
machine's processor for \"native\", and without what \"generic\" undoes."
  (match options
    (() '())
    ((('tune . "generic") . earlier)
     (resolve-tuning (alist-delete 'tune earlier eq?)))
    ((('tune . "native") . earlier)
     (alist-cons 'tune (this-processor) (resolve-tuning earlier)))
    ((option . earlier)
     (cons option (resolve-tuning earlier)))))

(define (transformation options)
  "Return the procedure that applies OPTIONS, an alist as 'options->transformation' takes
it, to a package, and returns anything else as it is."
  (define options->transformation
    (and (pair? options)
         (channel-value '(guix transformations) 'options->transformation)))

  (cond ((null? options) identity)
        (options->transformation
         (let ((transform (options->transformation (resolve-tuning options))))
           (lambda (object)
             (if (package? object) (transform object) object))))
        (else
         (raise (formatted-message
                 (G_ "this channel has no (guix transformations): it cannot apply \
'--~a'")
                 (car (last options)))))))

(define (transform-entry entry transform)
  "Return ENTRY, a manifest's, with TRANSFORM applied to its package, which its name,
version, dependencies and properties follow."
  (match (manifest-entry-item entry)
    ((? package? package)
     (match (transform package)
       ((? (lambda (new) (eq? new package)))
        entry)
       (new
        (package->manifest-entry new (manifest-entry-output entry)
                                 #:properties
                                 (with-transformations
                                  (manifest-entry-properties entry) new)))))
    (_ entry)))

(define (with-transformations properties package)
  "Return PROPERTIES, a manifest entry's, with the record of what was changed in PACKAGE."
  (match (assq 'transformations (package-properties package))
    (#f     properties)
    (record (cons record (alist-delete 'transformations properties eq?)))))

(define (transform-manifest transform manifest)
  "Return MANIFEST with TRANSFORM, which 'transformation' returned, applied to the
packages of its entries."
  (map-manifest-entries (lambda (entry)
                          (transform-entry entry transform))
                        manifest))
