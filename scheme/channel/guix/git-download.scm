;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Sources that are commits of Git repositories.
(define-module (guix git-download)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module ((nacre gexp) #:select (code->string))
  #:use-module (srfi srfi-34)
  #:export (git-reference
            git-reference?
            git-reference-url
            git-reference-commit
            git-reference-recursive?

            git-fetch
            git-version
            git-file-name))

(define-record-type* <git-reference> git-reference make-git-reference
  git-reference?
  (url        git-reference-url)
  (commit     git-reference-commit)               ;of a commit, or a tag
  (recursive? git-reference-recursive?            ;with its submodules?
              (default #f)))

(define* (git-fetch reference hash-algo hash
                    #:optional name
                    #:key (system (%current-system)) guile git)
  "Return, as a monadic value, the fixed-output derivation NAME of the files of
REFERENCE, a 'git-reference', whose archive has HASH, a bytevector, by HASH-ALGO, a
symbol.  The engine does it by itself; GUILE and GIT are accepted because old origins
give them."
  (raw-derivation (or name "git-checkout") "builtin:git-download" '()
                  #:system system
                  #:hash-algo hash-algo
                  #:hash hash
                  #:recursive? #t
                  #:env-vars `(("url" . ,(code->string
                                          (git-reference-url reference)))
                               ("commit" . ,(git-reference-commit reference))
                               ("recursive?" . ,(code->string
                                                 (git-reference-recursive?
                                                  reference))))
                  #:leaked-env-vars '("http_proxy" "https_proxy"
                                      "LC_ALL" "LC_MESSAGES" "LANG" "COLUMNS")
                  #:local-build? #t))

(define (git-version version revision commit)
  "Return the version of a package made from COMMIT, which comes after VERSION;
REVISION, a string, must grow from one such commit to the next."
  (when (< (string-length commit) 7)
    (raise (formatted-message
            (G_ "git-version: '~a' is too short to be a commit") commit)))
  (string-append version "-" revision "." (string-take commit 7)))

(define (git-file-name name version)
  "Return the file name of the source of NAME at VERSION."
  (string-append name "-" version "-checkout"))
