;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Noting what programs read from outside while they are evaluated, for a cache of their
;;; results.  Guile's own procedures are replaced by ones that note their arguments
;;; first; those of the engine note theirs themselves (src/guile/inputs.hpp).
(define-module (nacre recording)
  #:use-module (nacre inputs)
  #:use-module (ice-9 match)
  #:export (record-inputs!))

(define (replace! module name note)
  "Have the procedure NAME of MODULE call NOTE with its arguments before its work."
  (match (module-variable module name)
    (#f #f)
    (variable
     (let ((native (variable-ref variable)))
       (variable-set! variable
                      (lambda arguments
                        (apply note arguments)
                        (apply native arguments)))))))

(define (file-noter kind)
  (lambda (file . _)
    ;; Ports and descriptors are noted when they are opened; what is wrong otherwise,
    ;; the procedure itself finds.
    (when (string? file)
      (note-file-input! kind file))))

(define (opening-noter file . arguments)
  ;; What is written is not read.
  (match arguments
    (((? string? mode) . _)
     (when (string-index mode #\r)
       ((file-noter 'contents) file)))
    (((? integer? flags) . _)
     (when (zero? (logand flags (logior O_WRONLY O_RDWR)))
       ((file-noter 'contents) file)))
    (_
     ((file-noter 'contents) file))))

(define (variable-noter name . _)
  (when (string? name)
    (note-variable-input! name)))

(define (unrepeatable-noter what)
  (lambda _
    (note-unrepeatable! what)))

(define %readers
  `((open-file      . ,opening-noter)
    (open-fdes      . ,opening-noter)
    (open           . ,opening-noter)
    (primitive-load . ,(file-noter 'contents))
    (load-compiled  . ,(file-noter 'contents))
    (stat           . ,(file-noter 'status))
    (access?        . ,(file-noter 'status))
    (lstat          . ,(file-noter 'link))
    (readlink       . ,(file-noter 'link))
    (opendir        . ,(file-noter 'names))
    (getenv         . ,variable-noter)
    (getcwd         . ,(lambda () (note-working-directory-input!)))))

(define %unrepeatable
  '((system         . "runs a program")
    (system*        . "runs a program")
    (spawn          . "runs a program")
    (primitive-fork . "starts a process")
    (execl          . "runs a program")
    (execlp         . "runs a program")
    (execle         . "runs a program")
    (socket         . "uses a network")
    (getaddrinfo    . "uses a network")
    (environ        . "reads all variables")
    (current-time   . "asks for the time")
    (gettimeofday   . "asks for the time")
    (random         . "asks for a random number")
    (gethostname    . "asks for the machine's name")
    (getpid         . "asks for its process")))

(define (record-inputs!)
  "From now on, note what programs read."
  (define (replace-all! module replacements note)
    (for-each (match-lambda
                ((name . argument)
                 (replace! module name (note argument))))
              replacements))

  (replace-all! the-root-module %readers identity)
  (replace-all! the-root-module %unrepeatable unrepeatable-noter)
  (replace-all! (resolve-module '(ice-9 popen))
                '((open-process . "runs a program")
                  (piped-process . "runs a program"))
                unrepeatable-noter))
