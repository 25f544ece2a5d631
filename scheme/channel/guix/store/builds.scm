;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Builds: requesting them, and handlers of requests.
(define-module (guix store builds)
  #:use-module (guix store connection)
  #:use-module (guix store items)
  #:use-module (ice-9 match)
  #:use-module ((ice-9 binary-ports) #:select (get-bytevector-all))
  #:autoload   (ice-9 iconv) (bytevector->string)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:autoload   (nacre build) (build-things! ensure-path! build-log)
  #:autoload   (nacre build) (builtin-builders)
  #:export (build-mode
            build-things
            ensure-path
            built-in-builders
            current-build-output-port
            log-file
            with-build-handler
            map/accumulate-builds))

(define-syntax build-mode
  (syntax-rules (normal repair check)
    ((_ normal) 'normal)
    ((_ repair) 'repair)
    ((_ check)  'check)))

(define %standard-output-port (current-error-port))

(define current-build-output-port
  ;; Where the output of builders goes: by default where the program shows it;
  ;; any other port receives it once the builds are done.
  (make-parameter %standard-output-port))


;;;
;;; Builds.
;;;

(define (thing->request thing)
  (match thing
    ((drv . output) (list drv output))
    (thing thing)))

(define (call-with-build-output proc)
  "Call PROC with the file descriptor to which the engine writes the output of
builders, or #f for the default, and with the matching options of builds; copy the
output to 'current-build-output-port' afterwards."
  (let ((port (current-build-output-port)))
    (if (eq? port %standard-output-port)
        (proc #f '((print-build-trace . #f) (multiplexed-build-output . #f)))
        (let ((log (tmpfile)))
          (dynamic-wind
            (const #t)
            (lambda () (proc (fileno log) '()))
            (lambda ()
              (seek log 0 SEEK_SET)
              (copy-text log port)
              (close-port log)))))))

(define (copy-text from to)
  ;; Builders may write any bytes; those that are not UTF-8 are shown as such.
  (match (get-bytevector-all from)
    ((? eof-object?) #t)
    (bytes
     (display (bytevector->string bytes "UTF-8" 'substitute) to))))

(define (build-now store things mode)
  (call-with-build-output
   (lambda (descriptor options)
     ;; A later option overrides.
     (build-things! store (map thing->request things)
                    (append '((print-build-trace . #t))
                            (build-options store)
                            options
                            (if (eq? mode 'normal) '() `((mode . ,mode))))
                    descriptor)))
  #t)

(define* (build-things store things #:optional (mode (build-mode normal)))
  "Build THINGS: paths of derivations or of other items, or pairs of a
derivation's path and an output's name.  An item that neither exists nor can be
downloaded is left out; see 'ensure-path'.  Return #t, or raise a
'&store-protocol-error'.  Within 'with-build-handler', the handler decides."
  (match (current-handler)
    (#f (build-now store things mode))
    (tag
     (match (abort-to-prompt tag store things mode)
       (#f      #f)
       ('built  #t)
       (_       (build-now store things mode))))))

(define (ensure-path store path)
  "Make sure that PATH is valid; download a substitute if it is not."
  (unless (valid-path? store path)
    (ensure-path! store path (build-options store)))
  #t)

(define (built-in-builders store)
  "Return the names of the builders that the engine has built in."
  (builtin-builders))

(define (log-file store file)
  "Return the name of the build log of FILE, a derivation or an output, or #f."
  (build-log store file))


;;;
;;; Build handlers.
;;;

(define current-handler
  ;; The prompt of the handler that 'build-things' has to ask, or #f.
  (make-parameter #f))

(define (call-with-build-handler handler thunk)
  (define tag (make-prompt-tag "build-handler"))

  (define (run thunk)
    (call-with-prompt tag
      thunk
      (lambda (continuation store things mode)
        (handler (lambda (answer)
                   (run (lambda () (continuation answer))))
                 store things mode))))

  (run (lambda ()
         (parameterize ((current-handler tag))
           (thunk)))))

(define-syntax-rule (with-build-handler handler body ...)
  "Evaluate BODY such that HANDLER is called when 'build-things' is:

  (HANDLER CONTINUE STORE THINGS MODE)

(CONTINUE #t) builds and continues, (CONTINUE #f) continues without building.
If HANDLER returns without calling it, its result is that of the whole form."
  (call-with-build-handler handler (lambda () body ...)))

;; A computation that waits for THINGS.
(define-record-type <waiting>
  (make-waiting things continue)
  waiting?
  (things   waiting-things)
  (continue waiting-continue))

(define (accumulate store)
  "Return a build handler that suspends computations until STORE has built their
requests."
  (lambda (continue other-store things mode)
    (if (and (eq? store other-store) (eq? mode 'normal))
        (make-waiting things continue)
        (continue #t))))

(define* (map/accumulate-builds store proc lst #:key (cutoff 30))
  "Map PROC over LST, and build over STORE the requests of all calls at once, or
whenever more than CUTOFF of them wait."
  (define (build-all waiting)
    (match (delete-duplicates (append-map waiting-things waiting))
      (()     #t)
      (things (build-things store things))))

  (define (resume result)
    (if (waiting? result)
        ((waiting-continue result) 'built)
        result))

  (define (flush results)
    ;; A resumed computation may make another request, and wait again.
    (let ((waiting (filter waiting? results)))
      (if (null? waiting)
          results
          (begin
            (build-all waiting)
            (flush (map resume results))))))

  (let loop ((rest lst) (batch '()) (count 0) (done '()))
    (match rest
      (()
       (append (reverse done) (flush (reverse batch))))
      ((element . rest)
       (let* ((result (call-with-build-handler (accumulate store)
                                               (lambda () (proc element))))
              (batch  (cons result batch))
              (count  (if (waiting? result) (1+ count) count)))
         (if (> count cutoff)
             (loop rest '() 0
                   (append (reverse (flush (reverse batch))) done))
             (loop rest batch count done)))))))
