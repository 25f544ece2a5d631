;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The store: the interface for programs.  It has connections, queries, and the
;;; monad that passes a connection through.  The engine does the work.
(define-module (guix store)
  #:use-module (guix store paths)
  #:use-module (guix store connection)
  #:use-module (guix store items)
  #:use-module (guix store builds)
  #:use-module (guix store substitutes)
  #:use-module (guix store archives)
  #:use-module (guix store monad)
  #:use-module (guix store protocol)
  #:use-module ((guix store file-tree) #:select (file-mapping->tree))
  #:re-export (file-mapping->tree))

;; This module exports all of these modules.
(eval-when (expand load eval)
  (for-each (lambda (name)
              (module-re-export! (current-module)
                                 (module-map (lambda (name variable) name)
                                             (resolve-interface name))))
            '((guix store paths)
              (guix store connection)
              (guix store items)
              (guix store builds)
              (guix store substitutes)
              (guix store archives)
              (guix store monad)
              (guix store protocol))))
