;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Hashes of files and directories.
(define-module (guix hash)
  #:use-module (nacre hash)
  #:use-module (ice-9 match)
  #:export (file-hash*
            vcs-file?)
  #:re-export (bytevector-hash
               file-hash))

(define (vcs-file? file stat)
  "Return true when FILE, whose status is STAT, is the mark of a version control
system."
  (case (stat:type stat)
    ((directory)
     (member (basename file) '(".bzr" ".git" ".hg" ".svn" "CVS")))
    ((regular)
     ;; A git submodule or work tree.
     (string=? (basename file) ".git"))
    (else #f)))

;; What Guile-Gcrypt calls a hash algorithm is libgcrypt's number of it.
(define (->symbol algorithm)
  (match algorithm
    ((? symbol?) algorithm)
    (2  'sha1)
    (8  'sha256)
    (10 'sha512)))

(define* (file-hash* file #:key
                     (algorithm 'sha256)
                     (recursive? 'auto)
                     (select? (lambda (file stat) (not (vcs-file? file stat)))))
  "Return the hash of FILE as a bytevector.  With RECURSIVE? true, hash its
archive, which holds the files that SELECT? accepts; with 'auto', do so for
directories and executables only."
  (define (needs-archive?)
    (let ((stat (stat file)))
      (or (eq? 'directory (stat:type stat))
          (not (zero? (logand (stat:mode stat) #o100))))))

  (if (or (eq? #t recursive?)
          (and (eq? 'auto recursive?) (needs-archive?)))
      (nar-hash (->symbol algorithm) file
                (lambda (file) (select? file (lstat file))))
      (file-hash (->symbol algorithm) file)))
