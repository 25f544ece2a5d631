;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Replacing the inputs of derivations.
(define-module (guix derivations mapping)
  #:use-module (guix derivations objects)
  #:use-module (guix store)
  #:use-module (ice-9 match)
  #:use-module (ice-9 string-fun)
  #:use-module ((ice-9 binary-ports) #:select (get-bytevector-all))
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:export (map-derivation))

(define (replacer pairs)
  "Return a procedure that replaces in a string the car of each of PAIRS by its
cdr."
  (lambda (str)
    (fold (match-lambda*
            (((old . new) str)
             (if (string-contains str old)
                 (string-replace-substring str old new)
                 str)))
          str pairs)))

(define (changes? pair)
  (match pair
    ((old . new) (not (string=? old new)))))

(define (text-of file)
  ;; The text in FILE, an item of the store; #f if it holds no text.
  (and (eq? 'regular (stat:type (lstat file)))
       (false-if-exception
        (let ((bytes (call-with-input-file file get-bytevector-all #:binary #t)))
          (if (eof-object? bytes) "" (utf8->string bytes))))))

(define (changed-source store file change)
  "Return FILE, an item, or, if CHANGE returns another text for its text, one with
that."
  (let* ((text    (and (valid-path? store file) (text-of file)))
         (changed (and text (change text))))
    (if (or (not text) (string=? text changed))
        file
        (add-text-to-store store (store-path-package-name file) changed
                           (map change (references store file))))))

(define (output-changes input new)
  "Return an alist from the outputs of INPUT to those of NEW, a derivation or a
path."
  (map (lambda (output old)
         (cons old (if (derivation? new)
                       (derivation->output-path new output)
                       new)))
       (derivation-input-sub-derivations input)
       (derivation-input-output-paths input)))

(define (fixed-output-arguments drv)
  (match (derivation-outputs drv)
    ((("out" . (? derivation-output-hash output)))
     (list #:hash (derivation-output-hash output)
           #:hash-algo (derivation-output-hash-algo output)
           #:recursive? (derivation-output-recursive? output)))
    (_ '())))

(define (remake store drv system change inputs sources)
  "Return DRV with INPUTS and SOURCES, for SYSTEM, and with CHANGE applied to its
texts."
  (define outputs
    (derivation-output-names drv))

  (define variables
    ;; The engine sets those that are named after an output.
    (filter-map (match-lambda
                  ((name . value)
                   (and (not (member name outputs))
                        (cons name (change value)))))
                (derivation-builder-environment-vars drv)))

  (apply derivation store (derivation-name drv)
         (change (derivation-builder drv))
         (map change (derivation-builder-arguments drv))
         #:system system
         #:env-vars variables
         #:inputs inputs
         #:sources sources
         #:outputs outputs
         (fixed-output-arguments drv)))

(define (remake-if-changed store drv system mapped-input mapped-source)
  "Return DRV, for SYSTEM, with the inputs that MAPPED-INPUT, a procedure of a derivation,
and the sources that MAPPED-SOURCE, a procedure of a path and of a change of texts,
return; DRV itself if nothing changes."
  (let* ((inputs  (derivation-inputs drv))
         (news    (map (compose mapped-input derivation-input-derivation) inputs))
         (outputs (append-map output-changes inputs news))
         (sources (map (lambda (file)
                         (cons file (mapped-source file (replacer outputs))))
                       (derivation-sources drv))))
    (match (filter changes? (append outputs sources))
      (() drv)
      (changes
       (remake store drv system (replacer changes)
               (filter-map (lambda (input new)
                             (and (derivation? new)
                                  (derivation-input
                                   new (derivation-input-sub-derivations input))))
                           inputs news)
               (append (filter string? news) (map cdr sources)))))))

(define* (map-derivation store drv mapping #:key system)
  "Return DRV with each derivation and path that is a key of MAPPING, an alist,
replaced by its value, a derivation or a path, wherever DRV or its dependencies
refer to it; text among the sources is changed as well.  Changed derivations are
for SYSTEM, by default for their own."
  (define results (make-hash-table))

  (define (replacement thing)
    (match (find (lambda (pair) (equal? thing (car pair))) mapping)
      ((_ . new) new)
      (#f        #f)))

  (define (mapped-source file change)
    (or (replacement file)
        (changed-source store file change)))

  (define (mapped drv)
    (or (replacement drv)
        (hash-ref results (derivation-file-name drv))
        (let ((new (remake-if-changed store drv
                                      (or system (derivation-system drv))
                                      mapped mapped-source)))
          (hash-set! results (derivation-file-name drv) new)
          new)))

  (mapped drv))
