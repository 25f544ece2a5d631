;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; All certificates of several packages in one file, which many programs want.
(define-module (guix build certificates)
  #:use-module (guix build utils)
  #:use-module (ice-9 binary-ports)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:export (write-certificate-bundle))

(define (certificate-files directory)
  "Return the sorted names of the files with certificates in etc/ssl/certs of DIRECTORY."
  (let ((certificates (string-append directory "/etc/ssl/certs")))
    (if (directory-exists? certificates)
        (find-files certificates "\\.(pem|crt)$" #:stat stat)
        '())))

(define newline-byte (string->utf8 "\n"))

(define (copy-certificate file port)
  (let ((bytes (call-with-input-file file get-bytevector-all #:binary #t)))
    (unless (eof-object? bytes)
      (put-bytevector port bytes)
      (unless (= (bytevector-u8-ref bytes (- (bytevector-length bytes) 1)) 10)
        (put-bytevector port newline-byte)))))

(define (write-certificate-bundle directories file)
  "Write the certificates of the packages DIRECTORIES to FILE, each once: a certificate that
has several names, by links, is one."
  (define files
    (delete-duplicates
     (map canonicalize-path (append-map certificate-files directories))))

  (mkdir-p (dirname file))
  (call-with-output-file file
    (lambda (port)
      (for-each (lambda (file) (copy-certificate file port)) files))
    #:binary #t)
  (format #t "~a certificates in '~a'~%" (length files) file))
