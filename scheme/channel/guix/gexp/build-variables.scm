;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The variables of traditional builders.
(define-module (guix gexp build-variables)
  #:use-module (guix gexp records)
  #:use-module (guix gexp syntax)
  #:use-module (ice-9 match)
  #:export (input-tuples->gexp
            outputs->gexp
            with-build-variables))

(define (input-tuples->gexp inputs)
  "Return the gexp of an alist of names and paths, made from INPUTS, a list of
(NAME THING [OUTPUT])."
  (define tuples
    (map (match-lambda
           ((label thing)        (cons label (gexp-input thing)))
           ((label thing output) (cons label (gexp-input thing output))))
         inputs))

  #~(list #$@(map (match-lambda
                    ((label . input) #~(cons #$label #$input)))
                  tuples)))

(define (outputs->gexp outputs)
  "Return the gexp of an alist of OUTPUTS, names, and their paths."
  #~(list #$@(map (lambda (name)
                    #~(cons #$name (ungexp output name)))
                  outputs)))

(define (with-build-variables inputs outputs body)
  "Return BODY, a gexp, in which '%build-inputs', '%outputs', '%output' and
'%build-host-inputs' have their customary values."
  #~(begin
      (define %build-inputs
        #$(input-tuples->gexp inputs))
      (define %outputs
        #$(outputs->gexp outputs))
      (define %output
        (assoc-ref %outputs "out"))

      (define %build-host-inputs %build-inputs)
      (define %build-target-inputs '())

      #$body))
