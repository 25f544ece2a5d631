;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Writes two indices of the packages that the collection has, when its modules are
;;; compiled: by which the language finds the module of a package, as compiled code, and
;;; that of 'nacre search', as text: index-packages.scm COMPILED-FILE TEXT-FILE

(use-modules (gnu packages)
             (nacre package-records)
             (ice-9 binary-ports)
             (ice-9 match)
             (ice-9 textual-ports)
             (system base compile))

(match (command-line)
  ((_ compiled-file text-file)
   (let ((index (collection-index)))
     (call-with-output-file text-file
       (lambda (port)
         (set-port-encoding! port "UTF-8")
         (put-string port (package-records (collection-files)))))
     (call-with-output-file compiled-file
       (lambda (port)
         (put-bytevector port (compile `(quote ,index) #:to 'bytecode
                                       #:opts '(#:to-file? #t))))
       #:binary #t))))
