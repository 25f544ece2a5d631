;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Packs whose programs run wherever they are unpacked: a small wrapper, of runtime/, replaces each
;;; program; it makes the pack's store appear at /gnu/store and then runs the program.
(define-module (nacre pack relocatable)
  #:use-module ((guix gexp)
                #:select (computed-file file-append gexp gexp-input ungexp
                          ungexp-splicing with-imported-modules))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix profiles)
                #:select (manifest-entry manifest-entry-dependencies
                          manifest-entry-item manifest-entry-name
                          manifest-entry-output manifest-entry-version
                          map-manifest-entries))
  #:use-module ((guix search-paths) #:select (search-path-specification->sexp))
  #:use-module ((guix utils)
                #:select (target-aarch64? target-arm32? target-x86-64?))
  #:use-module (nacre pack options)
  #:use-module (nacre pack programs)
  #:use-module (ice-9 match)
  #:export (relocatable-manifest
            relocatable-program))

(define (wrapped-item name item from settings)
  "Return an object like the output FROM of ITEM in which the wrapper replaces the
programs; it has that one output.  SETTINGS are a gexp of more settings, an alist."
  (define build
    (with-imported-modules '((guix build utils)
                             (nacre pack build wrap))
      #~(begin
          (use-modules (nacre pack build wrap))
          (wrap-programs #$(if (string? item) item (gexp-input item from))
                         (ungexp output from)
                         #$(file-append (pack-program 'run) "/bin/nacre-run")
                         #$settings))))

  (computed-file name build))

(define (fallback? target)
  "Return true if PRoot supports TARGET."
  (or (not target)
      (target-x86-64? target) (target-aarch64? target) (target-arm32? target)))

(define (relocation? target)
  "Return true if file names can be rewritten in programs for TARGET."
  (or (not target) (target-x86-64? target) (target-aarch64? target)))

(define (fallback-settings target)
  "Return a gexp of a wrapper's settings for TARGET, an alist: the engines that it has
besides name spaces."
  #~(list #$@(if (fallback? target)
                 #~((cons "proot" #$(pack-program 'proot)))
                 #~())
          #$@(if (relocation? target)
                 #~((cons "fakechroot" #$(pack-program 'relocation)))
                 #~())))

(define* (relocatable-program name profile program arguments
                              #:key (search-paths '()) target)
  "Return an object for the file NAME, a wrapper like those of 'relocatable-manifest':
it runs PROGRAM, relative to the PROFILE, with ARGUMENTS and its own, wherever the store
is, and sets the variables of SEARCH-PATHS.  It is built for TARGET, or natively if that
is #f."
  (computed-file
   name
   (with-imported-modules '((guix build utils)
                            (nacre pack build wrap))
     #~(begin
         (use-modules (nacre pack build wrap))
         (write-wrapper #$(file-append (pack-program 'run) "/bin/nacre-run")
                        `(("self" . ,#$output)
                          ("program" . ,(string-append #$profile "/" #$program))
                          ,@(search-path-settings
                             #$profile
                             '#$(map search-path-specification->sexp search-paths))
                          ,@#$(fallback-settings target)
                          ,@(map (lambda (argument) (cons "argument" argument))
                                 '#$arguments))
                        #$output)))))

(define (entry-name entry suffix)
  (string-append (manifest-entry-name entry) "-" (manifest-entry-version entry)
                 suffix))

(define (check-fallback target)
  "Raise an error if PRoot does not support TARGET."
  (unless (fallback? target)
    (fail (format #f (G_ "PRoot does not support ~a") target)
          (G_ "use -R, which needs user name spaces"))))

(define* (relocatable-manifest manifest level #:optional target)
  "Return MANIFEST with programs that run wherever they are unpacked; if LEVEL is
2, also where users may not have name spaces of their own.  They are built for TARGET,
or natively if that is #f."
  (when (= level 2)
    (check-fallback target))

  (define (wrapped-entry entry)
    (manifest-entry
      (inherit entry)
      (item (wrapped-item (entry-name entry (if (= level 2) "RR" "R"))
                          (manifest-entry-item entry)
                          (manifest-entry-output entry)
                          (if (= level 2)
                              (fallback-settings target)
                              #~'())))
      (dependencies (map wrapped-entry (manifest-entry-dependencies entry)))))

  (map-manifest-entries wrapped-entry manifest))
