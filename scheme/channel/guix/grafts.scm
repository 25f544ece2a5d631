;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Grafts: this collection makes none.  With '%graft?', a package's replacement
;;; is built in its place.
(define-module (guix grafts)
  #:use-module (guix store)
  #:re-export (%graft?
               without-grafting
               set-grafting
               grafting?)
  #:export (%graft-with-utf8-locale?))

(define %graft-with-utf8-locale?
  ;; Whether a graft runs in a UTF-8 locale that has to be built for it.
  (make-parameter #f))
