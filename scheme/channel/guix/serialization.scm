;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Numbers, strings and archives in the form of the build daemon and of NARs.
(define-module (guix serialization)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (rnrs io ports)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module ((ice-9 ftw) #:select (scandir))
  #:export (write-int read-int
            write-long-long read-long-long
            write-bytevector read-byte-string
            write-string read-string
            write-string-list read-string-list
            write-string-pairs read-string-pairs
            write-store-path read-store-path
            write-store-path-list read-store-path-list

            &nar-error nar-error?
            nar-error-file
            nar-error-port
            write-file
            write-file-tree
            restore-file))


;;;
;;; Numbers and strings.
;;;

(define-condition-type &nar-error &error
  nar-error?
  (file nar-error-file)                           ;or #f
  (port nar-error-port))

(define (nar-error port file text)
  (raise (condition (&nar-error (file file) (port port))
                    (&message (message text)))))

(define (get-exactly port count)
  (match (get-bytevector-n port count)
    ((? bytevector? bytes)
     (if (= count (bytevector-length bytes))
         bytes
         (nar-error port #f (G_ "it ends too early"))))
    (_
     (if (zero? count)
         #vu8()
         (nar-error port #f (G_ "it ends too early"))))))

(define (padding length)
  (modulo (- length) 8))

(define (write-long-long n port)
  "Write N, a natural number, to PORT as 8 bytes."
  (let ((bytes (make-bytevector 8)))
    (bytevector-u64-set! bytes 0 n (endianness little))
    (put-bytevector port bytes)))

(define (read-long-long port)
  (bytevector-u64-ref (get-exactly port 8) 0 (endianness little)))

(define write-int write-long-long)

(define (read-int port)
  (bytevector-u32-ref (get-exactly port 8) 0 (endianness little)))

(define (write-bytevector bytes port)
  "Write BYTES to PORT: their count, themselves, and zeros up to a multiple of 8."
  (let ((length (bytevector-length bytes)))
    (write-int length port)
    (put-bytevector port bytes)
    (put-bytevector port (make-bytevector (padding length) 0))))

(define (read-byte-string port)
  "Read the output of 'write-bytevector'."
  (let* ((length (read-int port))
         (bytes  (get-exactly port length)))
    (unless (bytevector=? (get-exactly port (padding length))
                          (make-bytevector (padding length) 0))
      (nar-error port #f (G_ "its padding is not zero")))
    bytes))

(define (write-string str port)
  "Write STR to PORT, in UTF-8."
  (write-bytevector (string->utf8 str) port))

(define (read-string port)
  (utf8->string (read-byte-string port)))

(define (list-writer write-element)
  (lambda (lst port)
    (write-int (length lst) port)
    (for-each (cut write-element <> port) lst)))

(define (list-reader read-element)
  (lambda (port)
    (let loop ((count (read-int port)) (result '()))
      (if (zero? count)
          (reverse result)
          (loop (1- count) (cons (read-element port) result))))))

(define write-string-list (list-writer write-string))
(define read-string-list (list-reader read-string))

(define write-string-pairs
  (list-writer (lambda (pair port)
                 (write-string (car pair) port)
                 (write-string (cdr pair) port))))
(define read-string-pairs
  (list-reader (lambda (port)
                 (let ((name (read-string port)))
                   (cons name (read-string port))))))

(define write-store-path write-string)
(define read-store-path read-string)
(define write-store-path-list write-string-list)
(define read-store-path-list read-string-list)


;;;
;;; Writing archives.
;;;

(define %magic "nix-archive-1")

(define (type+size file)
  (let ((stat (lstat file)))
    (match (stat:type stat)
      ('regular
       (values (if (zero? (logand #o100 (stat:mode stat))) 'regular 'executable)
               (stat:size stat)))
      (type
       (values type 0)))))

(define (entries file)
  (scandir file (lambda (name) (not (member name '("." ".."))))))

(define (copy-contents from to size file)
  (let loop ((left size))
    (unless (zero? left)
      (match (get-bytevector-n from (min left 65536))
        ((? eof-object?)
         (nar-error to file (G_ "the file is shorter than it was said to be")))
        (bytes
         (put-bytevector to bytes)
         (loop (- left (bytevector-length bytes))))))))

(define* (write-file file port #:key (select? (const #t)))
  "Write to PORT the archive of FILE with what SELECT?, a procedure of a file name
and status, accepts of its tree."
  (write-file-tree file port
                   #:file-type+size type+size
                   #:file-port (cut open-file <> "r0b")
                   #:symlink-target readlink
                   #:directory-entries
                   (lambda (directory)
                     (filter (lambda (name)
                               (let ((file (string-append directory "/" name)))
                                 (select? file (lstat file))))
                             (entries directory)))))

(define* (write-file-tree file port #:key
                          file-type+size file-port symlink-target
                          directory-entries
                          (postprocess-entries (cut sort <> string<?)))
  "Write to PORT the archive of FILE.  The procedures take a file name and return:
FILE-TYPE+SIZE its type ('regular', 'executable', 'symlink' or 'directory') and
size; FILE-PORT a port to read it from; SYMLINK-TARGET and DIRECTORY-ENTRIES what
their names say."
  (define tokens (cut for-each (cut write-string <> port) <>))

  (define (write-node file)
    (tokens '("("))
    (call-with-values (lambda () (file-type+size file))
      (lambda (type size)
        (match type
          ((or 'regular 'executable)
           (tokens `("type" "regular"
                     ,@(if (eq? type 'executable) '("executable" "") '())
                     "contents"))
           (write-regular file size))
          ('symlink
           (tokens `("type" "symlink" "target" ,(symlink-target file))))
          ('directory
           (tokens '("type" "directory"))
           (for-each (cut write-entry file <>)
                     (postprocess-entries (directory-entries file))))
          (_
           (nar-error port file (G_ "no file of this type can be archived"))))))
    (tokens '(")")))

  (define (write-regular file size)
    (write-long-long size port)
    (let ((input (file-port file)))
      (copy-contents input port size file)
      (close-port input))
    (put-bytevector port (make-bytevector (padding size) 0)))

  (define (write-entry directory name)
    (tokens `("entry" "(" "name" ,name "node"))
    (write-node (string-append directory "/" name))
    (tokens '(")")))

  (tokens (list %magic))
  (write-node file))


;;;
;;; Reading archives.
;;;

(define (restore-file port file)
  "Read an archive from PORT and make FILE from it."
  (define (expect . tokens)
    (for-each (lambda (token)
                (let ((found (read-string port)))
                  (unless (string=? found token)
                    (nar-error port file
                               (format #f (G_ "'~a' where '~a' belongs")
                                       found token)))))
              tokens))

  (define (read-node file)
    (expect "(" "type")
    (match (read-string port)
      ("regular"   (read-regular file))
      ("symlink"   (expect "target")
                   (symlink (read-string port) file)
                   (expect ")"))
      ("directory" (mkdir file)
                   (read-entries file #f))
      (type        (nar-error port file (format #f (G_ "no such type: ~a") type)))))

  (define (read-regular file)
    (match (read-string port)
      ("executable" (expect "" "contents")
                    (read-contents file)
                    (chmod file #o755))
      ("contents"   (read-contents file)
                    (chmod file #o644))
      (token        (nar-error port file (format #f (G_ "unexpected: ~a") token))))
    (expect ")"))

  (define (read-contents file)
    (let ((size (read-long-long port)))
      (call-with-output-file file
        (lambda (output) (copy-contents port output size file))
        #:binary #t)
      (get-exactly port (padding size))))

  (define (read-entries directory previous)
    (match (read-string port)
      (")" #t)
      ("entry"
       (expect "(" "name")
       (let ((name (read-string port)))
         (check-name name previous)
         (expect "node")
         (read-node (string-append directory "/" name))
         (expect ")")
         (read-entries directory name)))
      (token (nar-error port file (format #f (G_ "unexpected: ~a") token)))))

  (define (check-name name previous)
    ;; No entry may be outside of FILE, or replace another one.
    (when (or (member name '("" "." ".."))
              (string-index name (char-set #\/ #\nul))
              (and previous (not (string<? previous name))))
      (nar-error port file (format #f (G_ "bad name of a file: ~s") name))))

  (expect %magic)
  (read-node file))
