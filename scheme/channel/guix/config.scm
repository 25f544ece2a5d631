;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The configuration of this program's build, and the place of its store.
(define-module (guix config)
  #:use-module ((nacre store) #:select (state-directory))
  #:use-module ((guix store paths) #:select (%store-prefix))
  #:use-module ((guix utils) #:select (%current-system))
  #:export (%guix-package-name
            %system
            %storedir
            %store-directory
            %localstatedir
            %state-directory
            %store-database-directory
            %sysconfdir
            %config-directory
            %gzip
            %bzip2
            %xz))

(define %guix-package-name "nacre")

(define %system (%current-system))

(define %storedir (%store-prefix))
(define %store-directory %storedir)

(define %state-directory (state-directory))
(define %localstatedir (dirname %state-directory))
(define %store-database-directory (string-append %state-directory "/db"))

(define %sysconfdir
  ;; Beside the state, as in an installation of Guix.
  (string-append (dirname %localstatedir) "/etc"))
(define %config-directory (string-append %sysconfdir "/guix"))

;; Programs that $PATH has.
(define %gzip "gzip")
(define %bzip2 "bzip2")
(define %xz "xz")
