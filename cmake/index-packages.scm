;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Writes the index of the packages that the collection has, as compiled code, when its modules are:
;;; index-packages.scm FILE

(use-modules (gnu packages)
             (ice-9 binary-ports)
             (ice-9 match)
             (system base compile))

(match (command-line)
  ((_ file)
   (let ((code (compile `(quote ,(collection-index)) #:to 'bytecode
                        #:opts '(#:to-file? #t))))
     (call-with-output-file file
       (lambda (port) (put-bytevector port code))
       #:binary #t))))
