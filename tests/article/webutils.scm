;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Packages of a small library, in 'webutils' beside this file, that have the
;;; names and versions of those that the article uses.  They put their modules
;;; where those do; the real ones need a Git repository on the network, and half
;;; an hour to build two versions of Guile first.

(use-modules (gnu packages bootstrap)
             (guix build-system copy)
             (guix build-system guile)
             (guix build-system trivial))

(define webutils-directory
  (local-file "webutils" "webutils-checkout" #:recursive? #t))

(define guile-webutils
  (package
    (inherit (@ (gnu packages guile-xyz) guile-webutils))
    (source webutils-directory)
    (build-system guile-build-system)
    (native-inputs (list %bootstrap-guile))
    (inputs '())
    (propagated-inputs '())
    (arguments '())))

;; Sources are installed without a run of Guile 2.2; the inputs show
;; its name and version.
(define guile-2.2/empty
  (package
    (inherit guile-2.2)
    (source #f)
    (build-system trivial-build-system)
    (native-inputs '())
    (inputs '())
    (propagated-inputs '())
    (arguments (list #:builder #~(mkdir #$output)))))

(define guile2.2-webutils
  (package
    (inherit (@ (gnu packages guile-xyz) guile2.2-webutils))
    (source webutils-directory)
    (build-system copy-build-system)
    (native-inputs '())
    (inputs (list guile-2.2/empty))
    (propagated-inputs '())
    (arguments
     (list #:install-plan #~'(("webutils" "share/guile/site/2.2/"))))))
