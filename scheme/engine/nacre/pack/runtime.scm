;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The small programs of runtime/ that packs carry, as packages.  They use packages of nacre's own
;;; channel; only (nacre pack programs) uses them.
(define-module (nacre pack runtime)
  #:use-module ((gnu packages compression) #:select (zlib-static zstd-static))
  #:use-module ((gnu packages linux) #:select (fuse-static proot-static))
  #:use-module ((gnu packages musl) #:select (musl))
  #:use-module ((guix build-system gnu) #:select (gnu-build-system))
  #:use-module ((guix gexp)
                #:select (gexp local-file ungexp ungexp-splicing))
  #:use-module ((guix licenses) #:select (gpl3+) #:prefix license:)
  #:use-module ((guix packages) #:select (package))
  #:use-module ((guix utils) #:select (cc-for-target))
  #:use-module (srfi srfi-1)
  #:export (run
            relocation
            proot
            appimage))

(define runtime-source
  (local-file "runtime" "nacre-pack-runtime"
              #:recursive? #t
              #:select? (lambda (file status)
                          (or (not (eq? 'regular (stat:type status)))
                              (string-suffix? ".c" file)
                              (string-suffix? ".h" file)))))

;; Flags for all of them.
(define %flags #~("-std=gnu11" "-Os" "-g0" "-Wall" "-Wextra" "-s"))

(define (runtime-package name synopsis inputs build install)
  "Return the package NAME of files of runtime/, with INPUTS.  INSTALL is a gexp that
installs it; BUILD is a procedure that returns a gexp, called once the target is known."
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

;; The wrapper of a program.
(define run
  (runtime-program "nacre-run" "Runs a program of a pack that is not at /gnu/store"
                   #~("run.c" "engines.c" "settings.c" "store_view.c" "failure.c"
                      "start.c" "store_name.c")))

;; The libraries that the dynamic linker loads for the engine fakechroot.  They are linked with
;; nothing, so that they work with every C library that a program of the pack may have.
(define relocation
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

;; It makes the store appear to a pack's programs without name spaces.
(define proot proot-static)

;; The head of AppImages.
(define appimage
  (runtime-program "nacre-appimage" "Head of AppImages"
                   #~("appimage.c" "extract.c" "failure.c" "image_server.c"
                      "inflate_block.c" "squashfs.c" "store_view.c")
                   #:inputs (list fuse-static zlib-static zstd-static)
                   #:flags #~("-D_FILE_OFFSET_BITS=64" "-Wl,--gc-sections"
                              #$@(append-map
                                  (lambda (input)
                                    (list #~(string-append "-I" #$input "/include")
                                          #~(string-append "-L" #$input "/lib")))
                                  (list fuse-static zlib-static zstd-static))
                              "-lfuse3" "-lz" "-lzstd")))
