;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The build side of 'copy-build-system': install files of the source as they
;;; are.
(define-module (guix build copy-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (%standard-phases
            copy-build))

(define* (install #:key install-plan outputs #:allow-other-keys)
  "Install files as INSTALL-PLAN says, a list of elements

  (SOURCE TARGET [#:include NAMES] [#:exclude NAMES]
                 [#:include-regexp REGEXPS] [#:exclude-regexp REGEXPS]
                 [#:output OUTPUT])

SOURCE is a file or directory of the source, TARGET one of the output.

- A file goes to TARGET, or into it if TARGET ends in a slash.
- A directory that ends in a slash has its contents put in TARGET; one that
  doesn't is put there itself, under its own name if TARGET ends in a slash.
- With NAMES or REGEXPS, only those files below a directory are installed whose
  names, relative to it, are included and not excluded."
  (define (ends-in-slash? name)
    (string-suffix? "/" name))

  (define (file-filter include include-regexp exclude exclude-regexp)
    (define (listed? name suffixes regexps)
      (or (any (lambda (suffix) (string-suffix? suffix name)) suffixes)
          (any (lambda (regexp) (string-match regexp name)) regexps)))

    (lambda (name)
      (and (or (and (null? include) (null? include-regexp))
               (listed? name include include-regexp))
           (not (listed? name exclude exclude-regexp)))))

  (define (install-one file target)
    (mkdir-p (dirname target))
    (format #t "`~a' -> `~a'~%" file target)
    (if (symbolic-link? file)
        (symlink (readlink file) target)
        (copy-file file target)))

  (define (install-tree directory target selected?)
    (define prefix-length (+ 1 (string-length directory)))

    (for-each (lambda (file)
                (let ((name (string-drop file prefix-length)))
                  (when (selected? name)
                    (install-one file (string-append target "/" name)))))
              (find-files directory)))

  (define* (install-element source target
                            #:key (include '()) (include-regexp '())
                            (exclude '()) (exclude-regexp '())
                            (output "out"))
    (let* ((directory (or (assoc-ref outputs output)
                          (error "install-plan: no such output" output)))
           (base      (basename source))
           (full      (string-append directory "/" target)))
      (cond ((not (file-exists? source))
             (error "install-plan: no such file in the source" source))
            ((not (directory-exists? source))
             (install-one source
                          (if (ends-in-slash? target)
                              (string-append full base)
                              full)))
            (else
             (install-tree (string-trim-right source #\/)
                           (if (and (ends-in-slash? target)
                                    (not (ends-in-slash? source)))
                               (string-append full base)
                               (string-trim-right full #\/))
                           (file-filter include include-regexp
                                        exclude exclude-regexp))))))

  (for-each (lambda (element) (apply install-element element))
            install-plan))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (delete 'build)
    (delete 'check)
    (replace 'install install)))

(define* (copy-build #:key inputs (phases %standard-phases)
                     #:allow-other-keys #:rest args)
  "Install the source by the phases PHASES; ARGS are those of 'gnu-build', and
#:install-plan."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
