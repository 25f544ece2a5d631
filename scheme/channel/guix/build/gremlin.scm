;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What the dynamic linker will look for when a program starts, and whether it
;;; will find it.
(define-module (guix build gremlin)
  #:use-module (guix elf)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:re-export (elf-error?)
  #:export (elf-dynamic-entries
            elf-interpreter
            elf-dynamic-info
            elf-dynamic-info?
            elf-dynamic-info-soname
            elf-dynamic-info-needed
            elf-dynamic-info-rpath
            elf-dynamic-info-runpath
            file-dynamic-info
            file-runpath
            file-needed
            expand-origin
            validate-needed-in-runpath))

(define DT_NULL 0)
(define DT_NEEDED 1)
(define DT_STRTAB 5)
(define DT_SONAME 14)
(define DT_RPATH 15)
(define DT_RUNPATH 29)

(define-record-type <elf-dynamic-info>
  (make-elf-dynamic-info soname needed rpath runpath)
  elf-dynamic-info?
  (soname  elf-dynamic-info-soname)     ;string or #f
  (needed  elf-dynamic-info-needed)     ;list of strings
  (rpath   elf-dynamic-info-rpath)      ;list of directories
  (runpath elf-dynamic-info-runpath))   ;list of directories

(define (segment-of-type elf type)
  (find (lambda (segment) (= type (elf-segment-type segment)))
        (elf-segments elf)))

(define (elf-interpreter elf)
  "Return the name of the dynamic linker that the program ELF asks for, or #f."
  (and=> (segment-of-type elf PT_INTERP)
         (lambda (segment) (elf-string elf (elf-segment-offset segment)))))

(define (elf-dynamic-entries elf)
  "Return the list of (TAG . VALUE) pairs in the dynamic section of ELF."
  (match (segment-of-type elf PT_DYNAMIC)
    (#f '())
    (segment (dynamic-entries elf segment))))

(define (dynamic-entries elf segment)
  (define word-size (elf-word-size elf))
  (define end
    (+ (elf-segment-offset segment) (elf-segment-filesz segment)))

  (let loop ((offset (elf-segment-offset segment))
             (entries '()))
    (if (> (+ offset (* 2 word-size)) end)
        (reverse! entries)
        (let ((tag   (elf-word-ref elf offset))
              (value (elf-word-ref elf (+ offset word-size))))
          (if (= DT_NULL tag)
              (reverse! entries)
              (loop (+ offset (* 2 word-size))
                    (alist-cons tag value entries)))))))

(define (elf-dynamic-info elf)
  "Return the <elf-dynamic-info> of ELF, or #f if it isn't dynamically linked."
  (define (info entries)
    (define strings
      (elf-address->offset elf (assv-ref entries DT_STRTAB)))

    (define (tagged tag)
      (filter-map (lambda (entry)
                    (and (= tag (car entry))
                         (elf-string elf (+ strings (cdr entry)))))
                  entries))

    (define (path tag)
      (append-map (lambda (str) (string-split str #\:)) (tagged tag)))

    (make-elf-dynamic-info (and=> (assv-ref entries DT_SONAME)
                                  (lambda (offset)
                                    (elf-string elf (+ strings offset))))
                           (tagged DT_NEEDED)
                           (path DT_RPATH)
                           (path DT_RUNPATH)))

  (let ((entries (elf-dynamic-entries elf)))
    ;; Guile's compiled files have a dynamic section without strings.
    (and (assv-ref entries DT_STRTAB)
         (info entries))))

(define (file-dynamic-info file)
  "Return the <elf-dynamic-info> of FILE, an ELF file, or #f."
  (elf-dynamic-info
   (parse-elf (call-with-input-file file get-bytevector-all #:binary #t))))

(define (file-runpath file)
  "Return the list of directories in the RUNPATH of FILE, or #f if FILE is not
dynamically linked."
  (and=> (file-dynamic-info file) elf-dynamic-info-runpath))

(define (file-needed file)
  "Return the list of libraries that FILE needs, or #f if FILE is not dynamically
linked."
  (and=> (file-dynamic-info file) elf-dynamic-info-needed))

(define (replace-prefix str prefix replacement)
  (if (string-prefix? prefix str)
      (string-append replacement (substring str (string-length prefix)))
      str))

(define (expand-origin directory origin)
  "Return DIRECTORY with ORIGIN in place of a leading \"$ORIGIN\"."
  (replace-prefix (replace-prefix directory "$ORIGIN" origin)
                  "${ORIGIN}" origin))

(define (always-found? library)
  "Return true for LIBRARY if it is in memory already when the dynamic linker
looks for it: the linker itself, and the C library that every program loads."
  (or (string-prefix? "ld-linux" library)
      (string=? "libc.so.6" library)))

(define (validate-needed-in-runpath file)
  "Return true if all libraries that FILE, an ELF file, needs are in a directory
of its RUNPATH; else report those that aren't, and return #f."
  (define (report message . args)
    (apply format (current-error-port)
           (string-append "~a: error: " message "~%") file args)
    #f)

  (define (search-path info)
    (map (lambda (directory) (expand-origin directory (dirname file)))
         (append (elf-dynamic-info-runpath info)
                 (elf-dynamic-info-rpath info))))

  (define (found? library directories)
    (or (string-index library #\/)
        (always-found? library)
        (any (lambda (directory)
               (file-exists? (string-append directory "/" library)))
             directories)))

  (guard (c ((elf-error? c) (report "~a" (elf-error-message c))))
    (let* ((info        (file-dynamic-info file))
           (directories (if info (search-path info) '()))
           (missing     (if info
                            (remove (lambda (library)
                                      (found? library directories))
                                    (elf-dynamic-info-needed info))
                            '())))
      (for-each (lambda (library)
                  (report "depends on '~a', which cannot be found in RUNPATH ~s"
                          library directories))
                missing)
      (null? missing))))
