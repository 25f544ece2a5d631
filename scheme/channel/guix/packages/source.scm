;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Sources as derivations: fetched, and patched if need be.
(define-module (guix packages source)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix packages origin)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (origin->derivation))

(define (default-patch-inputs)
  (define inputs
    (module-ref (resolve-interface '(gnu packages commencement))
                '%final-inputs))

  (filter-map (cut assoc <> inputs)
              '("tar" "xz" "bzip2" "gzip" "patch" "bash" "coreutils")))

(define (patched-name name)
  ;; The name of the repacked NAME.
  (cond ((string-suffix? ".tar.xz" name) name)
        ((string-contains name ".tar")
         (string-append (tarball-sans-extension name) ".tar.xz"))
        ((member (file-extension name) '("tgz" "tbz2" "txz" "tlz"))
         (string-append (file-sans-extension name) ".tar.xz"))
        ((string=? "zip" (or (file-extension name) ""))
         (string-append (file-sans-extension name) ".tar.xz"))
        (else name)))

(define* (patch-and-repack source patches #:key
                           inputs snippet flags modules guile
                           (system (%current-system)) name)
  "Return as a monadic value SOURCE, a derivation or a path, with PATCHES applied
and changed by SNIPPET, as an archive, or as a directory if SOURCE is one."
  (define things
    (map (match-lambda
           ((label thing . _) thing))
         (or inputs (default-patch-inputs))))

  (gexp->derivation
   (patched-name name)
   (with-imported-modules '((guix build utils))
     #~(begin
         (use-modules (ice-9 ftw)
                      (srfi srfi-1)
                      (guix build utils)
                      #$@(sexp->gexp modules))

         (define source #+source)
         (define directory? (file-is-directory? source))

         (define (enter-source)
           ;; Return the name of the directory that holds the source.
           (cond (directory?
                  (copy-recursively source "source" #:log #f)
                  (for-each make-file-writable
                            (find-files "source" #:directories? #t))
                  "source")
                 (else
                  (invoke "tar" "xf" source)
                  (find file-is-directory?
                        (scandir "." (lambda (file)
                                       (not (member file '("." "..")))))))))

         (define (apply-patch patch)
           (format #t "applying '~a'...~%" patch)
           (invoke "patch" "--force" "--no-backup-if-mismatch"
                   #+@flags "--input" patch))

         (define (pack directory)
           (if directory?
               (copy-recursively directory #$output #:log #f)
               (invoke "tar" "--create" "--file" #$output
                       "--use-compress-program=xz -9 --threads=1"
                       "--format=gnu"
                       "--mtime=@0" "--owner=root:0" "--group=root:0"
                       "--sort=name" "--hard-dereference"
                       directory)))

         (set-path-environment-variable "PATH" '("bin" "sbin") '#+things)
         (setenv "SOURCE_DATE_EPOCH" "1")
         (setvbuf (current-output-port) 'line)

         (let ((directory (enter-source)))
           (with-directory-excursion directory
             (for-each apply-patch '#+patches)
             #$(if (pair? snippet) (sexp->gexp snippet) (or snippet #~#t)))
           (pack directory))))
   #:system system
   #:target #f
   #:guile-for-build guile
   #:modules '()
   #:substitutable? #t))

(define (check-hash origin)
  "Raise an error if the hash of ORIGIN, the source of a package, is not known, unless its
address is a release that an updater found."
  (unless (or (content-hash-value (origin-hash origin))
              (struct? (origin-uri origin)))
    (raise (make-compound-condition
            (formatted-message (G_ "the hash of the source ~s is not known")
                               (origin-uri origin))
            (condition
             (&fix-hint
              (hint (G_ "write a wrong one, such as (base32 (make-string 52 #\\0)); \
the error that follows says which it is"))))))))

(define* (origin->derivation origin #:optional (system (%current-system)))
  "Return as a monadic value the source of ORIGIN."
  (let ((hash    (origin-hash origin))
        (patches (origin-patches origin))
        (snippet (origin-snippet origin))
        (guile   (origin-patch-guile origin)))
    (define (fetch name)
      (check-hash origin)
      ((origin-method origin) (origin-uri origin)
       (content-hash-algorithm hash) (content-hash-value hash)
       name #:system system))

    (if (and (null? patches) (not snippet))
        (fetch (origin-file-name origin))
        (mlet %store-monad ((source (fetch (origin-file-name origin))))
          (patch-and-repack source patches
                            #:name (or (origin-actual-file-name origin)
                                       "source")
                            #:inputs (origin-patch-inputs origin)
                            #:snippet snippet
                            #:flags (origin-patch-flags origin)
                            #:modules (origin-modules origin)
                            #:guile guile
                            #:system system)))))

(define-gexp-compiler (origin-compiler (origin <origin>) system target)
  (origin->derivation origin system))
