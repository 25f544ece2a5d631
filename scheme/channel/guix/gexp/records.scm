;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The records of g-expressions: code with its references, before anything is built.
(define-module (guix gexp records)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (<gexp>
            make-gexp
            gexp?
            gexp-references
            gexp-self-modules
            gexp-self-extensions
            gexp-proc
            gexp-location
            sexp->gexp
            <gexp-input>
            %gexp-input
            gexp-input
            gexp-input?
            gexp-input-thing
            gexp-input-output
            gexp-input-native?
            %gexp-input-location
            <gexp-output>
            gexp-output
            gexp-output?
            gexp-output-name
            &gexp-error
            gexp-error?
            &gexp-input-error
            gexp-input-error?
            gexp-error-invalid-input
            append-spliced
            call-at
            raise-input-error
            raise-output-error))

(define-record-type <gexp>
  (make-gexp references modules extensions proc location)
  gexp?
  (references gexp-references)                    ;list of inputs and outputs
  (modules    gexp-self-modules)                  ;list of module names
  (extensions gexp-self-extensions)               ;list of lowerable objects
  (proc       gexp-proc)                          ;references' code -> code
  (location   %gexp-location))                    ;#(file line column) or #f

(define-record-type <gexp-input>
  (%gexp-input thing output native? location)
  gexp-input?
  (thing    gexp-input-thing)
  (output   gexp-input-output)
  (native?  gexp-input-native?)
  (location %gexp-input-location))                ;#(file line column) or #f

(define-record-type <gexp-output>
  (gexp-output name)
  gexp-output?
  (name gexp-output-name))

(define (gexp-location gexp)
  "Return the place in the source where GEXP stands, or #f."
  (source-properties->location (%gexp-location gexp)))

(define* (gexp-input thing #:optional (output "out") #:key native?)
  "Return the input that stands for OUTPUT of THING, built for the machine that
builds when NATIVE? is true."
  (%gexp-input thing output native? #f))

(set-record-type-printer! <gexp>
  (lambda (gexp port)
    (display "#<gexp " port)
    ;; Inputs stand for code that is not known yet; splicing them as if they were
    ;; lists fails.
    (false-if-exception
     (write (apply (gexp-proc gexp) (gexp-references gexp)) port))
    (and=> (gexp-location gexp)
           (lambda (location)
             (simple-format port " ~a" (location->string location))))
    (simple-format port " ~a>" (number->string (object-address gexp) 16))))

(set-record-type-printer! <gexp-input>
  (lambda (input port)
    (simple-format port "#<gexp-input ~a~s:~a>"
                   (if (gexp-input-native? input) "native " "")
                   (gexp-input-thing input)
                   (gexp-input-output input))))

(set-record-type-printer! <gexp-output>
  (lambda (output port)
    (simple-format port "#<gexp-output ~a>" (gexp-output-name output))))

(define (sexp->gexp sexp)
  "Return the gexp of SEXP, without references."
  (make-gexp '() '() '() (lambda () sexp) #f))


;;;
;;; Errors.
;;;

(define-condition-type &gexp-error &error
  gexp-error?)

(define-condition-type &gexp-input-error &gexp-error
  gexp-input-error?
  (input gexp-error-invalid-input))

(define (raise-at location . conditions)
  ;; LOCATION is a vector of source properties, or #f.
  (raise (apply make-compound-condition
                (match (source-properties->location location)
                  (#f conditions)
                  (location
                   (append conditions
                           (list (condition
                                  (&error-location (location location))))))))))

(define (raise-input-error thing location)
  (raise-at location
            (condition (&gexp-input-error (input thing)))
            (formatted-message "~s: cannot be used in a g-expression" thing)
            (condition
             (&fix-hint
              (hint "A g-expression may refer to packages, files, other \
lowerable objects, g-expressions, and to strings, numbers, symbols and lists \
of them.")))))

(define (raise-output-error drv output location)
  (raise-at location
            (condition (&derivation-missing-output-error (derivation drv)
                                                         (output output)))
            (formatted-message "~a: no output '~a'" (derivation-name drv)
                               output)
            (condition
             (&fix-hint
              (hint (string-append "Its outputs are: "
                                   (string-join (derivation-output-names drv)
                                                ", ")
                                   "."))))))

(define (call-at location thunk)
  "Call THUNK; an error that it raises without a place gets the place LOCATION, or none
if that is #f."
  (define (place condition)
    (if (and (or (formatted-message? condition) (message-condition? condition))
             (not (error-location? condition)))
        (make-compound-condition condition
                                 (make-condition &error-location
                                                 'location location))
        condition))

  (if location
      (with-exception-handler
          (lambda (condition)
            (raise-exception (place condition)))
        thunk)
      (thunk)))

(define (append-spliced things rest location)
  "Return the code THINGS, a list, followed by REST.  A reference that stands for
itself, as in a printed gexp, is one element."
  (cond ((list? things) (append things rest))
        ((gexp-input? things) (cons things rest))
        (else
         (raise-at location
                   (formatted-message "~s: cannot be spliced, as it is not a list"
                                      things)
                   (condition
                    (&fix-hint
                     (hint "'#$@' and '#+@' take the elements of a list; \
'#$' and '#+' take one thing.")))))))
