;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Packs whose programs run wherever they are unpacked: each program is replaced by a small one, of
;;; runtime/, that makes the pack's store appear at /gnu/store and then runs it.
(define-module (nacre pack relocatable)
  #:use-module (gnu packages linux)
  #:use-module (gnu packages musl)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (guix packages)
  #:use-module (guix profiles)
  #:use-module (guix search-paths)
  #:use-module (guix utils)
  #:use-module (nacre pack options)
  #:use-module (ice-9 match)
  #:export (relocatable-manifest
            relocatable-program
            runtime-program))

(define runtime-source
  (local-file "runtime" "nacre-pack-runtime"
              #:recursive? #t
              #:select? (lambda (file status)
                          (or (not (eq? 'regular (stat:type status)))
                              (string-suffix? ".c" file)
                              (string-suffix? ".h" file)))))

;; What all of them are compiled with.
(define %flags #~("-std=gnu11" "-Os" "-g0" "-Wall" "-Wextra" "-s"))

(define (runtime-package name synopsis inputs build install)
  "Return the package NAME of files of runtime/, with INPUTS, from a gexp of what
installs it, INSTALL, and BUILD, which returns one when it is known for what machine."
  (package
    (name name)
    (version "1")
    (source runtime-source)
    (build-system gnu-build-system)
    (inputs inputs)
    (arguments
     (list
      #:tests? #f                       ;a pack is tested as a whole
      ;; It comes out stripped.
      #:strip-binaries? #f
      #:phases
      #~(modify-phases %standard-phases
          (delete 'configure)
          (replace 'build (lambda _ #$(build)))
          (replace 'install (lambda _ #$install)))))
    (synopsis synopsis)
    (description "This is a part of packs that nacre makes.")
    (home-page "")
    (license license:gpl3+)))

(define* (runtime-program name synopsis sources #:key (inputs '()) (flags #~()))
  "Return the package of the static program NAME, made of SOURCES, files of
runtime/, with INPUTS and FLAGS, a gexp of the compiler's arguments."
  (runtime-package
   name synopsis (cons musl inputs)
   (lambda ()
     #~(invoke #$(cc-for-target) #$@%flags "-static"
               (string-append "-specs=" #$musl "/lib/musl-gcc.specs")
               "-o" #$name #$@sources #$@flags))
   #~(install-file #$name (string-append #$output "/bin"))))

;; What stands in for a program.
(define wrapper
  (runtime-program "nacre-run" "Runs a program of a pack that is not at /gnu/store"
                   #~("run.c" "engines.c" "settings.c" "store_view.c" "failure.c"
                      "start.c" "store_name.c")))

;; What the dynamic linker is told to load for the engine fakechroot.  They are linked with
;; nothing, so that they fit every C library that a program of the pack may have.
(define relocation-libraries
  (runtime-package
   "nacre-relocation" "Moves the names of files below /gnu/store to where a pack is" '()
   (lambda ()
     #~(let ((link (lambda (name . arguments)
                     (apply invoke #$(cc-for-target) #$@%flags "-Werror" "-fPIC" "-shared"
                            "-nostdlib" "-Wl,-z,now" "-o" name "store_name.c" arguments))))
         (link "nacre-audit.so" "audit.c" "audit_system.c" "-Wl,-z,defs"
               "-DNACRE_NO_LIBC" "-ffreestanding" "-fno-stack-protector"
               "-fno-tree-loop-distribute-patterns")
         (link "nacre-preload.so" "start.c" "preload.c" "preload_open.c" "preload_status.c"
               "preload_tree.c" "preload_exec.c" "preload_convert.c" "-fvisibility=hidden")))
   #~(for-each (lambda (name)
                 (install-file name (string-append #$output "/lib")))
               '("nacre-audit.so" "nacre-preload.so"))))

(define (wrapped-item name item from settings)
  "Return an object like the output FROM of ITEM in which the programs are the wrapper; it
has that one output.  SETTINGS are a gexp of more settings for it, an alist."
  (define build
    (with-imported-modules '((guix build utils)
                             (nacre pack build wrap))
      #~(begin
          (use-modules (nacre pack build wrap))
          (wrap-programs #$(if (string? item) item (gexp-input item from))
                         (ungexp output from)
                         #$(file-append wrapper "/bin/nacre-run")
                         #$settings))))

  (computed-file name build))

(define (fallback? target)
  "Return true if there is a PRoot for TARGET."
  (or (not target)
      (target-x86-64? target) (target-aarch64? target) (target-arm32? target)))

(define (relocation? target)
  "Return true if the names of files can be moved in programs for TARGET."
  (or (not target) (target-x86-64? target) (target-aarch64? target)))

(define (fallback-settings target)
  "Return a gexp of the settings, an alist, that tell a wrapper for TARGET what it has
beside name spaces."
  #~(list #$@(if (fallback? target)
                 #~((cons "proot" #$proot-static))
                 #~())
          #$@(if (relocation? target)
                 #~((cons "fakechroot" #$relocation-libraries))
                 #~())))

(define* (relocatable-program name profile program arguments
                              #:key (search-paths '()) target)
  "Return an object for the file NAME, a program that runs PROGRAM, relative to the
PROFILE, with ARGUMENTS and its own, wherever the store is, as those of
'relocatable-manifest' do, and with the variables of SEARCH-PATHS.  TARGET is what it
is built for, or #f."
  (computed-file
   name
   (with-imported-modules '((guix build utils)
                            (nacre pack build wrap))
     #~(begin
         (use-modules (nacre pack build wrap))
         (write-wrapper #$(file-append wrapper "/bin/nacre-run")
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
  "Raise an error if there is no PRoot for TARGET."
  (unless (fallback? target)
    (fail (format #f (G_ "there is no PRoot for ~a") target)
          (G_ "use -R, which needs user name spaces"))))

(define* (relocatable-manifest manifest level #:optional target)
  "Return MANIFEST with programs that run wherever they are unpacked; if LEVEL is
2, even where users may not have name spaces of their own.  TARGET is what they are
built for, or #f."
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
