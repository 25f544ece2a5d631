;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Source locations, conditions that carry them, and messages for the user.
(define-module (guix diagnostics)
  #:use-module (guix i18n)
  #:autoload   (srfi srfi-1) (fold)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:autoload   (ice-9 format) (format)
  #:export (<location>
            location
            location?
            location-file
            location-line
            location-column
            location->string
            location->hyperlink
            source-properties->location
            location->source-properties

            &error-location
            error-location?
            error-location

            &fix-hint
            fix-hint?
            condition-fix-hint

            formatted-message
            &formatted-message
            formatted-message?
            formatted-message-string
            formatted-message-arguments

            warning
            info
            report-error
            leave

            nearest-name
            guix-warning-port
            program-name))


;;;
;;; Locations.
;;;

;; A place in a source file; lines count from 1, columns from 0.
(define-record-type <location>
  (make-location file line column)
  location?
  (file   location-file)
  (line   location-line)
  (column location-column))

(define (location file line column)
  "Return the place at LINE and COLUMN of FILE, or #f when any is unknown."
  (and file line column
       (make-location file line column)))

(define (source-properties->location props)
  "Return the location of PROPS, Guile's source properties, an alist or vector; #f if
they have none."
  (cond ((pair? props)
         (let ((line (assq-ref props 'line)))
           (location (assq-ref props 'filename)
                     (and line (1+ line))
                     (assq-ref props 'column))))
        ((vector? props)
         (location (vector-ref props 0)
                   (and (vector-ref props 1) (1+ (vector-ref props 1)))
                   (vector-ref props 2)))
        (else #f)))

(define (location->source-properties loc)
  "Return LOC as an alist of Guile source properties."
  `((line     . ,(and=> (location-line loc) 1-))
    (column   . ,(location-column loc))
    (filename . ,(location-file loc))))

(define (location->string loc)
  "Return LOC as \"FILE:LINE:COLUMN\"; LOC may be #f."
  (if loc
      (string-append (location-file loc) ":"
                     (number->string (location-line loc)) ":"
                     (number->string (location-column loc)))
      (G_ "<unknown location>")))

(define location->hyperlink location->string)


;;;
;;; Conditions.
;;;

(define-condition-type &error-location &error
  error-location?
  (location error-location))

(define-condition-type &fix-hint &condition
  fix-hint?
  (hint condition-fix-hint))

(define-condition-type &formatted-message &error
  formatted-message?
  (format    formatted-message-string)
  (arguments formatted-message-arguments))

(define (formatted-message message . arguments)
  "Return a condition whose text is MESSAGE, a string for 'format', filled with
ARGUMENTS."
  (condition (&formatted-message (format message) (arguments arguments))))


;;;
;;; Messages.
;;;

(define program-name
  ;; The beginning of messages.
  (make-parameter "nacre"))

(define guix-warning-port
  (make-parameter (current-warning-port)))

(define (report prefix loc message arguments)
  (let ((port (guix-warning-port)))
    (if loc
        (simple-format port "~a: ~a" (location->string loc) prefix)
        (simple-format port "~a: ~a" (program-name) prefix))
    (apply format port message arguments)
    (newline port)))

(define (call-with-location proc args)
  ;; The first of ARGS may be a location.
  (if (and (pair? args) (or (location? (car args)) (not (car args))))
      (proc (car args) (cadr args) (cddr args))
      (proc #f (car args) (cdr args))))

(define (strip-newline message)
  ;; Messages may end with a newline or not; 'report' prints one.
  (let ((message (string-trim-right message #\newline)))
    (if (string-suffix? "~%" message)
        (string-drop-right message 2)
        message)))

(define (warning . args)
  "Print a warning: [LOCATION] FORMAT-STRING ARGUMENTS..."
  (call-with-location
   (lambda (loc message arguments)
     (report (G_ "warning: ") loc (strip-newline message) arguments))
   args))

(define (info . args)
  "Print a piece of information: [LOCATION] FORMAT-STRING ARGUMENTS..."
  (call-with-location
   (lambda (loc message arguments)
     (report "" loc (strip-newline message) arguments))
   args))

(define (report-error . args)
  "Print an error: [LOCATION] FORMAT-STRING ARGUMENTS..."
  (call-with-location
   (lambda (loc message arguments)
     (report (G_ "error: ") loc (strip-newline message) arguments))
   args))

(define (leave . args)
  "Raise an error: [LOCATION] FORMAT-STRING ARGUMENTS..."
  (call-with-location
   (lambda (loc message arguments)
     (let ((c (apply formatted-message (strip-newline message) arguments)))
       (raise (if loc
                  (make-compound-condition
                   c (condition (&error-location (location loc))))
                  c))))
   args))


;;;
;;; Suggestions.
;;;

(define (edit-distance a b)
  ;; Optimal string alignment: insertion, deletion, substitution and swap of
  ;; neighbours cost 1 each.
  (let* ((m (string-length a)) (n (string-length b)))
    (let loop ((i 1)
               (before #f)
               (row (list->vector (iota (1+ n)))))
      (if (> i m)
          (vector-ref row n)
          (let ((next (make-vector (1+ n) i)))
            (do ((j 1 (1+ j)))
                ((> j n))
              (let* ((x (string-ref a (1- i)))
                     (y (string-ref b (1- j)))
                     (d (min (1+ (vector-ref row j))
                             (1+ (vector-ref next (1- j)))
                             (+ (vector-ref row (1- j))
                                (if (char=? x y) 0 1)))))
                (vector-set! next j
                             (if (and before (> j 1)
                                      (char=? x (string-ref b (- j 2)))
                                      (char=? y (string-ref a (- i 2))))
                                 (min d (1+ (vector-ref before (- j 2))))
                                 d))))
            (loop (1+ i) row next))))))

(define (match-limit name)
  ;; Too many names are near to one of a single letter.
  (if (< (string-length name) 2)
      0
      (max 1 (quotient (string-length name) 3))))

(define (shortest-with-part name candidates)
  ;; For "numpy", "python-numpy".
  (define part
    (string-append "-" name "-"))
  (define (shorter a b)
    (if (or (not b)
            (< (string-length a) (string-length b))
            (and (= (string-length a) (string-length b)) (string<? a b)))
        a
        b))

  (and (not (string-null? name))
       (fold (lambda (candidate best)
               (if (string-contains (string-append "-" candidate "-") part)
                   (shorter candidate best)
                   best))
             #f
             candidates)))

(define* (nearest-name name candidates #:optional
                       (limit (match-limit name)))
  "Return the shortest string among CANDIDATES of which NAME is one or several
parts, with hyphens between them; or else the one that is closest to NAME, at a
distance of at most LIMIT edits; or #f."
  (or (shortest-with-part name candidates)
      (let loop ((candidates candidates) (best #f) (distance (1+ limit)))
        (cond ((null? candidates) best)
              ((> (abs (- (string-length (car candidates))
                          (string-length name)))
                  limit)
               (loop (cdr candidates) best distance))
              (else
               (let ((d (edit-distance name (car candidates))))
                 (if (< d distance)
                     (loop (cdr candidates) (car candidates) d)
                     (loop (cdr candidates) best distance))))))))
