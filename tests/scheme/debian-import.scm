;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix elf)
             (guix build debian-import)
             (guix build elf-patch)
             (guix build gremlin)
             (gnu packages bootstrap-debian)
             (ice-9 binary-ports)
             (ice-9 match)
             (ice-9 popen)
             (ice-9 textual-ports)
             (rnrs bytevectors)
             (srfi srfi-1)
             (srfi srfi-64))

(load "lib/check.scm")


;;;
;;; A small program, made by hand.
;;;

;; Three segments of a page each: constants, code, data.  The strings lie at #x300 and #x310; at
;; #x1000 two instructions load them; at #x2000 a pointer with a relocation entry, at #x2008 one
;; that only the compact table knows; the tables and the dynamic section follow.
(define (sample-elf)
  (let ((bytes (make-bytevector #x3000 0)))
    (define (put offset . octets)
      (for-each (lambda (octet index) (bytevector-u8-set! bytes (+ offset index) octet))
                octets (iota (length octets))))
    (define (put-string offset string)
      (apply put offset (map char->integer (string->list string))))
    (define (put-words offset . words)
      (for-each (lambda (word index)
                  (bytevector-u64-set! bytes (+ offset (* 8 index)) word (endianness little)))
                words (iota (length words))))
    (define (put-segment index type flags offset size)
      (let ((at (+ 64 (* 56 index))))
        (bytevector-u32-set! bytes at type (endianness little))
        (bytevector-u32-set! bytes (+ at 4) flags (endianness little))
        (put-words (+ at 8) offset offset offset size size #x1000)))
    (put 0 #x7f #x45 #x4c #x46 2 1 1)
    (put 16 3 0 62 0)
    (put-words 32 64)
    (put 54 56 0 5 0)
    (put-segment 0 1 4 0 #x400)
    (put-segment 1 1 5 #x1000 #x100)
    (put-segment 2 1 6 #x2000 #x1000)
    (put-segment 3 2 6 #x2100 #x100)
    (put-segment 4 3 4 #x380 #x10)
    (put-string #x300 "/bin/sh")
    (put-string #x310 "/etc/magic")
    (put-string #x320 "/unused")
    (put-string #x380 "/lib/ld.so")
    (put-string #x201 "libc.so.6")
    (put-string #x20b "libm.so.6")
    (put #x1000 #x48 #x8d #x3d)         ;lea rdi, [rip + …]
    (bytevector-s32-set! bytes #x1003 (- #x300 #x1007) (endianness little))
    (put #x1010 #x4c #x8d #x2d)         ;lea r13, [rip + …]
    (bytevector-s32-set! bytes #x1013 (- #x310 #x1017) (endianness little))
    (put-words #x2008 #x300)
    (put-words #x2040 #x2000 8 #x300)   ;offset, R_X86_64_RELATIVE, addend
    (put-words #x2080 #x2010 1)         ;compact table: no string there; an empty bitmap
    (put-words #x2100 1 1 1 #xb 5 #x200 7 #x2040 8 24 36 #x2080 35 16 0 0)
    bytes))

(define (word bytes offset)
  (bytevector-u64-ref bytes offset (endianness little)))

(define (loaded-address bytes instruction)
  (+ instruction 7 (bytevector-s32-ref bytes (+ instruction 3) (endianness little))))

(define (string-at bytes offset)
  (let loop ((end offset))
    (if (zero? (bytevector-u8-ref bytes end))
        (list->string (map (lambda (at) (integer->char (bytevector-u8-ref bytes at)))
                           (iota (- end offset) offset)))
        (loop (+ end 1)))))

(define shell "/gnu/store/0123456789abcdfghijklmnpqrsvwxyz-bootstrap-glibc-2.36/libexec/sh")

(define (redirected . redirections)
  (let ((bytes (sample-elf)))
    (redirect-strings! bytes redirections)
    bytes))

(define (error-message thunk)
  (catch 'misc-error
    (lambda () (thunk) #f)
    (lambda (key who message arguments . rest)
      (apply format #f message arguments))))


;;;
;;; Temporary files.
;;;

(define (call-with-directory proc)
  (let ((directory (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp") "/nacre-test-XXXXXX"))))
    (dynamic-wind
      (const #t)
      (lambda () (proc directory))
      (lambda () (system* "rm" "-r" directory)))))

(define (archive . members)
  "Return an ar archive of MEMBERS, a list of (NAME . TEXT), as a port."
  (define (pad text size)
    (string-pad-right text size #\space))
  (open-bytevector-input-port
   (string->utf8
    (string-concatenate
     (cons "!<arch>\n"
           (map (match-lambda
                  ((name . text)
                   (string-append (pad name 16) (pad "0" 12) (pad "0" 6) (pad "0" 6)
                                  (pad "100644" 8)
                                  (pad (number->string (string-length text)) 10) "`\n" text
                                  (if (odd? (string-length text)) "\n" ""))))
                members))))))

(define (make-file name text)
  (system* "mkdir" "-p" (dirname name))
  (call-with-output-file name (lambda (port) (display text port))))

(define (linker-arguments . arguments)
  "Return the command line that the linker gets when its wrapper is run with ARGUMENTS, in which
STORE/ stands for the store.  Libraries: one/lib/liba.so, two/lib/libb.so, static/lib/libb.a."
  (call-with-directory
   (lambda (store)
     (define (in-store name)
       (string-append store "/" name))
     (define (expand text)
       (let ((at (string-contains text "STORE/")))
         (if at
             (string-append (substring text 0 at) (in-store (substring text (+ at 6))))
             text)))
     (define (collapse text)
       (let ((at (string-contains text store)))
         (if at
             (string-append (substring text 0 at) "STORE"
                            (substring text (+ at (string-length store))))
             text)))
     (for-each (lambda (name) (make-file (in-store name) ""))
               '("one/lib/liba.so" "one/lib/liba.so.1" "two/lib/libb.so" "static/lib/libb.a"
                 "gcc/lib/gcc/x/12/libgcc_s.so" "glibc-dev/lib/libm.so"))
     (make-file (in-store "binutils/bin/ld") "#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
     (chmod (in-store "binutils/bin/ld") #o755)
     (make-file (in-store "response")
                (string-join (map expand
                                  '("-LSTORE/one/lib -la" "\"-LSTORE/two/lib\"" "-lb"))
                             "\n"))
     (make-file (in-store "bash/bin/.keep") "")
     (symlink (search-path (string-split (getenv "PATH") #\:) "bash")
              (in-store "bash/bin/bash"))
     (import-item "ld-wrapper" #:output (in-store "ld-wrapper") #:debs '() #:seed "/unused"
                  #:inputs (map (lambda (name) (cons name (in-store name)))
                                '("bash" "binutils" "glibc" "glibc-dev")))
     (let* ((port (apply open-pipe* OPEN_READ (in-store "ld-wrapper/bin/ld")
                         (map expand arguments)))
            (lines (string-split (string-trim-right (get-string-all port) #\newline) #\newline)))
       (close-pipe port)
       (map collapse lines)))))

(define (added-paths . arguments)
  (drop (apply linker-arguments arguments) (length arguments)))


(checks "debian-import"

(test-equal "an ar archive's members have names, offsets and sizes, odd ones padded"
  '(("debian-binary" 68 4) ("data.tar.xz" 132 5) ("last" 198 0))
  (ar-members (archive '("debian-binary" . "2.0\n") '("data.tar.xz" . "12345") '("last" . ""))))

(test-equal "what is not an archive is refused"
  "not an ar archive"
  (error-message
   (lambda () (ar-members (open-bytevector-input-port (string->utf8 "#!/bin/sh\n"))))))

(test-equal "an archive that ends within a header is refused"
  "malformed ar archive: truncated header at 8"
  (error-message
   (lambda () (ar-members (open-bytevector-input-port (string->utf8 "!<arch>\ndata"))))))

(test-equal "the interpreter of a script is known by its base name, through env too"
  '(("sh" . "") ("perl" . " -w") ("python3" . "") #f)
  (map interpreter-of
       '("#!/bin/sh" "#! /usr/bin/perl -w" "#!/usr/bin/env python3" "int main ()")))

(test-equal "one spec is changed, its neighbours are not"
  "*asm:\n%x\n\n*cpp:\n%y -isysroot /d\n\n*cc1:\n%z\n\n"
  (edit-spec "*asm:\n%x\n\n*cpp:\n%y\n\n*cc1:\n%z\n\n" "cpp"
             (lambda (spec) (string-append spec " -isysroot /d"))))

(test-equal "a spec that is not there is an error"
  "GCC has no such spec: \"link\""
  (error-message (lambda () (edit-spec "\n*asm:\n%x\n\n" "link" identity))))

(test-equal "an ELF file names its dynamic linker and the libraries that it needs"
  '("/lib/ld.so" ("libc.so.6" "libm.so.6"))
  (let ((elf (parse-elf (sample-elf))))
    (list (elf-interpreter elf) (elf-dynamic-info-needed (elf-dynamic-info elf)))))

(test-equal "a program for another machine is refused"
  "not a program or library for x86-64"
  (error-message (lambda ()
                   (let ((bytes (sample-elf)))
                     (bytevector-u8-set! bytes 18 40)
                     (redirect-strings! bytes (list (cons "/bin/sh" shell)))))))

(test-equal "an instruction and pointers of both kinds get the address of the new string"
  (list shell shell #x400)
  (let ((bytes (redirected (cons "/bin/sh" shell))))
    (list (string-at bytes (loaded-address bytes #x1000))
          (string-at bytes (word bytes #x2050))
          (word bytes #x2050))))

(test-equal "pointers of the compact table are redirected, plain ones and those of a bitmap"
  '("/new" "/new")
  (let ((bytes (sample-elf)))
    (bytevector-u64-set! bytes #x2080 #x2008 (endianness little))
    (bytevector-u64-set! bytes #x2088 #b101 (endianness little)) ;second word after #x2008
    (bytevector-u64-set! bytes #x2018 #x300 (endianness little))
    (redirect-strings! bytes '(("/bin/sh" . "/new")))
    (list (string-at bytes (word bytes #x2008))
          (string-at bytes (word bytes #x2018)))))

(test-equal "several strings are redirected at once, each to its own"
  '("/new/sh" "/new/magic")
  (let ((bytes (redirected '("/bin/sh" . "/new/sh") '("/etc/magic" . "/new/magic"))))
    (list (string-at bytes (loaded-address bytes #x1000))
          (string-at bytes (loaded-address bytes #x1010)))))

(test-equal "the segment grows by the new string, and nothing else changes"
  (list (+ #x400 (string-length shell) 1) #x100 #x1000)
  (map elf-segment-memsz
       (take (elf-segments (parse-elf (redirected (cons "/bin/sh" shell)))) 3)))

(test-equal "a string that nothing refers to is an error"
  "nothing refers to this string in the ELF file: \"/unused\""
  (error-message (lambda () (redirected '("/unused" . "/new")))))

(test-equal "a string that is not there is an error"
  "nothing refers to this string in the ELF file: \"/absent\""
  (error-message (lambda () (redirected '("/absent" . "/new")))))

(test-assert "a string for which there is no room is an error"
  (string-prefix? "no room"
                  (error-message (lambda () (redirected (cons "/bin/sh" (make-string 4000 #\a)))))))

(test-assert "padding that is not empty is not room"
  (string-prefix? "no room"
                  (error-message
                   (lambda ()
                     (let ((bytes (sample-elf)))
                       (bytevector-u8-set! bytes #x410 1)
                       (redirect-strings! bytes (list (cons "/bin/sh" shell))))))))

(test-equal "the linker gets its arguments, then a run path for each library of the store"
  '("-o" "x" "-LSTORE/one/lib" "-L" "STORE/two/lib" "-la" "-l" "b"
    "-rpath" "STORE/one/lib" "-rpath" "STORE/two/lib")
  (linker-arguments "-o" "x" "-LSTORE/one/lib" "-L" "STORE/two/lib" "-la" "-l" "b"))

(test-equal "a library given by its file name counts, and a directory counts once"
  '("-rpath" "STORE/one/lib")
  (added-paths "STORE/one/lib/liba.so.1" "-LSTORE/one/lib/../lib" "-LSTORE/one/lib" "-la"))

(test-equal "directories that provide nothing, or only static libraries, add no run path"
  '()
  (added-paths "-LSTORE/one/lib" "-LSTORE/static/lib" "-lb"))

(test-equal "neither the compiler nor the files for development of the C library are referred to"
  '()
  (added-paths "-LSTORE/gcc/lib/gcc/x/12" "-lgcc_s" "-LSTORE/glibc-dev/lib" "-lm"
               "-plugin" "STORE/one/lib/liba.so" "-dynamic-linker" "STORE/glibc/lib/ld.so.2"))

(test-equal "static and relocatable links add no run path"
  '(() ())
  (list (added-paths "-static" "-LSTORE/one/lib" "-la")
        (added-paths "-r" "-LSTORE/one/lib" "-la")))

(test-equal "arguments in a response file count"
  '("-rpath" "STORE/one/lib" "-rpath" "STORE/two/lib")
  (added-paths "@STORE/response"))

(test-assert "each item is made of known packages and of items that come before it"
  (fold (lambda (item previous)
          (for-each find-deb (item-debs item))
          (unless (every (lambda (name) (member name previous)) (item-inputs item))
            (error "an input comes too late:" (item-name item)))
          (cons (item-name item) previous))
        '()
        %items))

(test-equal "each package has a plausible hash, and a file name that the store accepts"
  '()
  (remove (lambda (deb)
            (and (= 64 (string-length (deb-sha256 deb)))
                 (string-every (string->char-set "0123456789abcdef") (deb-sha256 deb))
                 (string-every (char-set-union (char-set-intersection char-set:ascii
                                                                      char-set:letter+digit)
                                               (string->char-set "+-._?="))
                               (deb-file-name deb))))
          %debs)))
