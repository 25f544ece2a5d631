;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Ports whose data pass through a program, such as one that compresses them.
(define-module (guix utils ports)
  #:use-module (guix config)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (rnrs bytevectors)
  #:export (filtered-port
            decompressed-port
            call-with-decompressed-port
            compressed-output-port
            call-with-compressed-output-port
            canonical-newline-port))

;; Starts a program: returns the port of its output, that of its input, and its process.
;; It does nothing of Scheme in the child.
(define open-process (@@ (ice-9 popen) open-process))

(define (copy-port from to)
  (let loop ()
    (match (get-bytevector-some from)
      ((? eof-object?) #t)
      (bytes
       (put-bytevector to bytes)
       (loop)))))

(define (file-port-of input)
  "Return a file port with the data of INPUT that are still to be read."
  (if (and (file-port? input) (zero? (pending-bytes input)))
      input
      (let ((file (tmpfile)))
        (setvbuf file 'block 65536)
        (copy-port input file)
        (force-output file)
        (seek file 0 SEEK_SET)
        file)))

(define (pending-bytes port)
  ;; What was read ahead does not reach a program that gets the file.
  (let ((position (false-if-exception (ftell port)))
        (real     (false-if-exception (lseek port))))
    (if (and position real (= position real)) 0 1)))

(define (lseek port)
  (seek (fileno port) 0 SEEK_CUR))

(define (filtered-port command input)
  "Run COMMAND, a list of strings, with the data of INPUT.  Return two values: a port with
its output, and the list of its processes, for which the caller waits."
  (define file
    (file-port-of input))

  (define (start)
    (call-with-values
        (lambda () (apply open-process OPEN_READ command))
      (lambda (output input pid)
        (values output (list pid)))))

  (define previous (current-input-port))

  (dynamic-wind
    (lambda () (set-current-input-port file))
    start
    (lambda ()
      (set-current-input-port previous)
      (close-port input)
      (unless (eq? file input)
        (close-port file)))))

(define (compressor method)
  "Return the program that compresses by METHOD, a symbol."
  (match method
    ('gzip  %gzip)
    ('bzip2 %bzip2)
    ('xz    %xz)
    ('lzip  "lzip")
    ('zstd  "zstd")
    (_ (raise (formatted-message (G_ "'~a' is not a compression method") method)))))

(define (decompressed-port compression input)
  "Return two values: a port with the data of INPUT, decompressed by COMPRESSION, a symbol
or #f, and a list of processes, for which the caller waits."
  (match compression
    ((or #f 'none) (values input '()))
    (method (filtered-port (list (compressor method) "-d" "-c") input))))

(define* (compressed-output-port compression output #:key (options '()))
  "Return two values: a port whose data reach OUTPUT, a file port, compressed by
COMPRESSION, a symbol or #f; and a list of processes, for which the caller waits when it
has closed the port.  OPTIONS are those of the program that compresses."
  (define (start program)
    (let ((previous (current-output-port)))
      (force-output output)
      (dynamic-wind
        (lambda () (set-current-output-port output))
        (lambda ()
          (call-with-values
              (lambda ()
                (apply open-process OPEN_WRITE program "-c" options))
            (lambda (from to pid)
              (values to (list pid)))))
        (lambda ()
          (set-current-output-port previous)
          (close-port output)))))

  (match compression
    ((or #f 'none) (values output '()))
    (method        (start (compressor method)))))

(define (check-processes pids)
  (unless (every (compose zero? cdr waitpid) pids)
    (raise (formatted-message (G_ "a program that (de)compresses failed")))))

(define (call-with-decompressed-port compression port proc)
  "Call PROC with a port that has the data of PORT, decompressed by COMPRESSION; return
what it returns."
  (call-with-values
      (lambda () (decompressed-port compression port))
    (lambda (decompressed pids)
      (let ((result (proc decompressed)))
        (close-port decompressed)
        (check-processes pids)
        result))))

(define* (call-with-compressed-output-port compression port proc #:key (options '()))
  "Call PROC with a port whose data reach PORT, a file port, compressed by COMPRESSION;
return what it returns."
  (call-with-values
      (lambda () (compressed-output-port compression port #:options options))
    (lambda (compressed pids)
      (let ((result (proc compressed)))
        (close-port compressed)
        (check-processes pids)
        result))))

(define (canonical-newline-port port)
  "Return an input port with the data of PORT in which each line ends in a newline alone."
  (define return 13)

  (define (read! buffer start count)
    (let loop ((filled 0))
      (if (= filled count)
          filled
          (match (get-u8 port)
            ((? eof-object?) filled)
            ((? (lambda (byte) (= byte return)))
             (loop filled))
            (byte
             (bytevector-u8-set! buffer (+ start filled) byte)
             (loop (1+ filled)))))))

  (make-custom-binary-input-port "canonical newlines" read! #f #f
                                 (lambda () (close-port port))))
