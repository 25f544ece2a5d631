;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The derivation of a pack: a profile and its closure in one file.  The engine's built-in builders
;;; write it; docs/contract.md describes their environment.
(define-module (nacre pack)
  #:use-module ((guix derivations)
                #:select (derivation->output-path derivation-input
                          raw-derivation))
  #:use-module ((guix gexp) #:select (lower-object))
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix monads) #:select (mapm mlet mlet* return with-monad))
  #:use-module ((guix profiles)
                #:select (manifest-entries manifest-entry-name
                          profile-derivation))
  #:use-module ((guix store)
                #:select (%store-monad current-system interned-file
                          run-with-store))
  #:use-module ((guix utils) #:select (strip-keyword-arguments))
  #:use-module (nacre pack appimage)
  #:use-module (nacre pack deb)
  #:use-module (nacre pack docker)
  #:use-module (nacre pack format)
  #:use-module (nacre pack local-state)
  #:use-module (nacre pack oci)
  #:use-module (nacre pack options)
  #:use-module (nacre pack platforms)
  #:use-module (nacre pack programs)
  #:autoload   (nacre pack relocatable) (relocatable-manifest)
  #:use-module (nacre pack root)
  #:use-module (nacre pack rpm)
  #:use-module (nacre pack squashfs)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (ice-9 match)
  #:re-export (%pack-compressions
               symlink-specification)
  #:export (%pack-formats
            pack-derivation
            pack-derivation*
            manifest->pack-name))

(define tarball-format
  (pack-format 'tarball "builtin:pack-tarball"
               (lambda (name ending)
                 (string-append name "-tarball-pack.tar" ending))))

;; Name -> format.
(define %pack-formats
  (map (lambda (format)
         (cons (pack-format-name format) format))
       (list tarball-format docker-format oci-format oci-directory-format
             deb-format deb-directory-format rpm-format squashfs-format sif-format
             appimage-format)))

(define (manifest->pack-name manifest)
  "Return a name for a pack of MANIFEST: the names of its first entries, joined, as many
as make less than 40 characters."
  (let loop ((names (map manifest-entry-name (manifest-entries manifest))))
    (match names
      (()     "profile")
      ((name) name)
      (_      (let ((joined (string-join names "-")))
                (if (< (string-length joined) 40)
                    joined
                    (loop (drop-right names 1))))))))

(define (interned-files format options)
  "Return, as a monadic value, an alist of variables and store items for the files
that OPTIONS name."
  (define (named-file file)
    (unless (and (file-exists? file) (eq? 'regular (stat:type (stat file))))
      (fail (simple-format #f (G_ "~a: no such file") file)
            (G_ "name a file of this machine")))
    file)

  (mapm %store-monad
        (match-lambda
          ((variable . file)
           (mlet %store-monad ((item (interned-file (named-file file)
                                                    (basename file)
                                                    #:recursive? #f)))
             (return (cons variable item)))))
        (option-files format options)))

(define (further-variables format requests)
  "Return the builder's variables of REQUESTS, those for further platforms, in FORMAT; their
names end in -2, -3 and so on."
  (append-map (lambda (request number)
                (map (match-lambda
                       ((name . value)
                        (cons (string-append name "-" (number->string number))
                              value)))
                     `(("profile" . ,(derivation->output-path
                                      (pack-request-profile request)))
                       ,@((pack-format-platform-variables format) request))))
              requests
              (iota (length requests) 2)))

(define (pack-environment format requests compression level links root-entries
                          variables files)
  "Return the environment of the builder of FORMAT, an alist."
  (define request (first requests))

  `(("builtin-version" . "3")
    ("profile" . ,(derivation->output-path (pack-request-profile request)))
    ("compression" . ,(symbol->string compression))
    ,@(optional "compression-level" level)
    ,@(optional "symlinks" (lines (G_ "symbolic link") links))
    ,@(optional "root-entries" (lines (G_ "file") root-entries))
    ,@variables
    ,@files
    ,@(option-variables format request)
    ,@((pack-format-variables format) request)
    ,@(further-variables format (cdr requests))))

(define (lower-objects format request system)
  "Return, as a monadic value, the list of (VARIABLE DERIVATION SUFFIX) of the objects
that the builder of FORMAT uses for REQUEST."
  (mapm %store-monad
        (match-lambda
          ((variable object suffix)
           (mlet %store-monad ((drv (lower-object object system
                                                  #:target
                                                  (pack-request-target request))))
             (return (list variable drv suffix)))))
        ((pack-format-objects format) request)))

(define (lower-codecs compression)
  "Return, as a monadic value, a list like that of 'lower-objects' with the program that
compresses, empty without COMPRESSION.  It runs here, whatever the pack is for."
  (if (eq? 'none compression)
      (with-monad %store-monad
        (return '()))
      (mlet* %store-monad ((system (current-system))
                           (drv (lower-object (pack-program 'codecs) system)))
        (return (list (list "codecs" drv "/bin/nacre-codecs"))))))

(define (object->variable object)
  (match object
    ((variable drv suffix)
     (cons variable (string-append (derivation->output-path drv) suffix)))))

(define symlink->line
  (match-lambda
    ((source . target) (string-append source " -> " target))))

(define* (pack-derivation* manifest
                           #:key
                           (format 'tarball) (compression 'gzip)
                           (symlinks '()) (relocatable 0) name system target
                           localstatedir? profile-name
                           (systems (if system (list system) '()))
                           (targets (if target (list target) '()))
                           #:allow-other-keys #:rest options)
  "Return, as a monadic value, the derivation of a pack in FORMAT, one of
%pack-formats, of the profile of MANIFEST and its closure.  COMPRESSION is one of
%pack-compressions, optionally with a level after a colon.  SYMLINKS are strings
such as \"/bin=bin\", or pairs.  NAME begins the file's name; it defaults to the
packages' names.  SYSTEM is the system of the programs, TARGET a triplet to
cross-build for; formats that hold several platforms take lists, SYSTEMS or
TARGETS, where the target of SYSTEM itself is not cross-built.  If RELOCATABLE
is 1, the programs run wherever the pack is unpacked, by user name spaces; if it is 2,
also by PRoot or by rewriting file names.  If LOCALSTATEDIR?, the pack has /var/guix,
with a database of its items, where root's profile is called PROFILE-NAME.

Options that only some formats have are those of src/pack/pack_options.cpp, by the names
that docs/contract.md describes: #:entry-point, #:environment, a list of strings, and so on."
  (define name*
    (or name (manifest->pack-name manifest)))

  (define own-options
    (strip-keyword-arguments '(#:format #:compression #:symlinks #:relocatable #:name
                               #:system #:target #:systems #:targets
                               #:localstatedir? #:profile-name)
                             options))

  (define (platform->request platform)
    (mlet %store-monad ((profile (profile-derivation
                                  (if (zero? relocatable)
                                      manifest
                                      (relocatable-manifest
                                       manifest relocatable
                                       (platform-target platform)))
                                  #:relative-symlinks? (positive? relocatable)
                                  #:system (platform-build-system platform)
                                  #:target (platform-target platform))))
      (return (pack-request name* profile manifest (platform-system platform)
                            (platform-target platform) own-options))))

  (match (lookup format %pack-formats (G_ "format of packs"))
    ((_ . format)
     (check-pack-options format own-options)
     (let-values (((compression level) (parse-compression compression))
                  ((links) (symlink-specifications symlinks)))
       (define state
         (local-state-variables localstatedir? profile-name links))

       (check-pack-compression format compression)
       ((pack-format-check format) name* own-options links localstatedir?)
       (mlet* %store-monad ((current (current-system))
                            (platforms -> (pack-platforms format systems targets
                                                          current))
                            (requests (mapm %store-monad platform->request
                                            platforms))
                            (files (interned-files format own-options))
                            (root (lower-root-entries own-options))
                            (codecs (lower-codecs compression))
                            (own-objects (lower-objects
                                          format (first requests)
                                          (platform-build-system (first platforms))))
                            (objects -> (append codecs own-objects)))
         (raw-derivation
          ((pack-format-file-name format)
           name* (assq-ref %pack-compressions compression))
          (pack-format-builder format) '()
          #:system "builtin"
          #:inputs (map (lambda (drv) (derivation-input drv '("out")))
                        (append (map pack-request-profile requests)
                                (map second objects)))
          #:sources (append (map cdr files) (root-entries-sources root))
          #:env-vars
          (append (pack-environment format requests compression level
                                    (map symlink->line links)
                                    (root-entries-lines root) state files)
                  (map object->variable objects))
          #:local-build? #t))))))

(define (pack-derivation store manifest . options)
  "Return the derivation of 'pack-derivation*' for MANIFEST and OPTIONS, added to
STORE."
  (run-with-store store (apply pack-derivation* manifest options)))
