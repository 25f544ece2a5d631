;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (guix elf)
             (guix build elf-patch-aarch64)
             (guix build debian-import-cross)
             (gnu packages bootstrap-debian)
             (gnu packages bootstrap-debian-cross)
             (ice-9 match)
             (ice-9 popen)
             (ice-9 textual-ports)
             (rnrs bytevectors)
             (srfi srfi-1)
             (srfi srfi-26)
             (srfi srfi-64))

(load "lib/check.scm")


;;;
;;; A small program, made by hand.
;;;

;; One segment of constants and code, of SIZE bytes, with the strings at #x300 and #x310 and code
;; at #x1000; a page behind it, one of data, with a pointer and the tables.
(define (sample-elf size . code)
  (define data (+ size #x1000))
  (let ((bytes (make-bytevector (+ data #x1000) 0)))
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
        (put-words (+ at 8) offset offset offset size size #x10000)))
    (put 0 #x7f #x45 #x4c #x46 2 1 1)
    (put 16 3 0 183 0)
    (put-words 32 64)
    (put 54 56 0 3 0)
    (put-segment 0 1 5 0 (+ size #x400))
    (put-segment 1 1 6 data #x1000)
    (put-segment 2 2 6 (+ data #x100) #x100)
    (put-string #x300 "/bin/sh")
    (put-string #x310 "/etc/magic")
    (put-string #x320 "/unused")
    (for-each (lambda (instruction index)
                (bytevector-u32-set! bytes (+ #x1000 (* 4 index)) instruction
                                     (endianness little)))
              code (iota (length code)))
    (put-words (+ data #x40) data 1027 #x310) ;offset, R_AARCH64_RELATIVE, addend
    (put-words (+ data #x100) 7 (+ data #x40) 8 24 0 0)
    bytes))

(define (adrp register pages)
  (let ((pages (logand pages #x1fffff)))
    (logior #x90000000 register
            (ash (logand pages 3) 29) (ash (ash pages -2) 5))))

(define (add destination source immediate)
  (logior #x91000000 destination (ash source 5) (ash immediate 10)))

(define mov-w2-0 #x52800002)
(define ldr-x5-x0 #xf9400005)

(define (instruction bytes index)
  (bytevector-u32-ref bytes (+ #x1000 (* 4 index)) (endianness little)))

(define (operand instruction)
  (let ((value (logior (ash (logand (ash instruction -5) #x7ffff) 2)
                       (logand (ash instruction -29) 3))))
    (if (logbit? 20 value) (- value (ash 1 21)) value)))

(define (register instruction) (logand instruction 31))

(define (adr-address bytes index)
  "Return the register that the ADR at INDEX sets, and to which address."
  (let ((code (instruction bytes index)))
    (and (= #x10000000 (logand code #x9f000000))
         (list (register code) (+ #x1000 (* 4 index) (operand code))))))

(define (pair-address bytes adrp add)
  "Return the same for the ADRP and the ADD at these indices."
  (let ((high (instruction bytes adrp))
        (low (instruction bytes add)))
    (list (register low)
          (+ (ash (+ (ash (+ #x1000 (* 4 adrp)) -12) (operand high)) 12)
             (logand (ash low -10) #xfff)))))

(define (string-at bytes offset)
  (let loop ((end offset))
    (if (zero? (bytevector-u8-ref bytes end))
        (list->string (map (lambda (at) (integer->char (bytevector-u8-ref bytes at)))
                           (iota (- end offset) offset)))
        (loop (+ end 1)))))

(define shell
  "/gnu/store/0123456789abcdfghijklmnpqrsvwxyz-bootstrap-glibc-cross-2.36/libexec/sh")

(define small #x2000)
(define large #x200000)

(define (redirected size code . redirections)
  (let ((bytes (apply sample-elf size code)))
    (redirect-aarch64-strings! bytes redirections)
    bytes))

(define (error-message thunk)
  (catch 'misc-error
    (lambda () (thunk) #f)
    (lambda (key who message arguments . rest)
      (apply format #f message arguments))))


;;;
;;; The linker's wrapper.
;;;

(define (call-with-directory proc)
  (let ((directory (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp") "/nacre-test-XXXXXX"))))
    (dynamic-wind
      (const #t)
      (lambda () (proc directory))
      (lambda () (system* "rm" "-r" directory)))))

(define (make-file name text)
  (system* "mkdir" "-p" (dirname name))
  (call-with-output-file name (lambda (port) (display text port))))

(define (linker-arguments program path . arguments)
  "Return the arguments that the linker gets when PROGRAM, its wrapper, is run with ARGUMENTS while
CROSS_LIBRARY_PATH is PATH, a list of directories; the store is called STORE."
  (call-with-directory
   (lambda (store)
     (define (in-store name)
       (string-append store "/" name))
     (define (collapse text)
       (match (string-contains text store)
         (#f text)
         (at (string-append (substring text 0 at) "STORE"
                            (substring text (+ at (string-length store)))))))
     (for-each (lambda (name) (make-file (in-store name) ""))
               '("one/lib/liba.so" "gcc/lib/gcc-cross/x/12/libgcc_s.so" "glibc-dev/lib/libm.so"
                 "bash/bin/.keep"))
     (let ((linker (in-store "binutils/aarch64-linux-gnu/bin/ld")))
       (make-file linker "#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
       (chmod linker #o755))
     (symlink (search-path (string-split (getenv "PATH") #\:) "bash")
              (in-store "bash/bin/bash"))
     (import-cross-item "ld-wrapper" "aarch64-linux-gnu"
                        #:output (in-store "ld-wrapper") #:debs '() #:seed "/unused"
                        #:inputs `(("bash" . ,(in-store "bash")))
                        #:target-inputs (map (lambda (name) (cons name (in-store name)))
                                             '("binutils" "glibc" "glibc-dev")))
     (setenv "CROSS_LIBRARY_PATH" (string-join (map in-store path) ":"))
     (let* ((port (apply open-pipe* OPEN_READ (in-store (string-append "ld-wrapper/" program))
                         arguments))
            (text (get-string-all port)))
       (unsetenv "CROSS_LIBRARY_PATH")
       (close-pipe port)
       (map collapse (string-split (string-trim-right text #\newline) #\newline))))))


(checks "cross-import"

 (test-equal "a string nearby is given by one instruction, even if the other is shared"
   (list (adrp 22 -1) '(2 #x2400) (add 1 22 #x320) '(0 #x2400) shell)
   (let ((bytes (redirected small
                            (list (adrp 22 -1) (add 2 22 #x300) (add 1 22 #x320) (add 0 22 #x300))
                            (cons "/bin/sh" shell))))
     (list (instruction bytes 0) (adr-address bytes 1) (instruction bytes 2)
           (adr-address bytes 3) (string-at bytes #x2400))))

 (test-equal "one far away is given by both"
   (list '(1 #x200400) ldr-x5-x0 '(0 #x200400))
   (let ((bytes (redirected large
                            (list (adrp 1 -1) ldr-x5-x0 (add 1 1 #x300)
                                  (adrp 0 -1) mov-w2-0 (add 0 0 #x300))
                            (cons "/bin/sh" shell))))
     (list (pair-address bytes 0 2) (instruction bytes 1) (pair-address bytes 3 5))))

 (test-assert "one far away whose page others may use is refused"
   (every (lambda (code)
            (string-prefix? "these instructions share"
                            (or (error-message
                                 (lambda () (redirected large code (cons "/bin/sh" shell))))
                                "")))
          (list (list (adrp 22 -1) (add 2 22 #x300))
                (list (adrp 0 -1) ldr-x5-x0 (add 0 0 #x300)))))

 (test-equal "a pointer with a relocation entry follows its string"
   "/lib/magic"
   (let ((bytes (redirected small '() '("/etc/magic" . "/lib/magic"))))
     (string-at bytes (bytevector-u64-ref bytes (+ small #x1000 #x50) (endianness little)))))

 (test-equal "what nothing refers to, or is not there, or is for another machine, is an error"
   '("nothing refers to this string in the ELF file: \"/unused\""
     "nothing refers to this string in the ELF file: \"/absent\""
     "not a program or library for AArch64")
   (list (error-message (lambda () (redirected small '() '("/unused" . "/x"))))
         (error-message (lambda () (redirected small '() '("/absent" . "/x"))))
         (error-message (lambda ()
                          (let ((bytes (sample-elf small)))
                            (bytevector-u8-set! bytes 18 62)
                            (redirect-aarch64-strings! bytes '(("/bin/sh" . "/x"))))))))

 (test-equal "the linker finds the libraries of the target's path, and programs find them again"
   '("-la" "-L" "STORE/one/lib" "-rpath" "STORE/one/lib")
   (linker-arguments "aarch64-linux-gnu/bin/ld" '("one/lib") "-la"))

 (test-equal "so does it under its long name; programs don't look into the compiler"
   '("-la" "-lgcc_s" "-L" "STORE/gcc/lib/gcc-cross/x/12" "-L" "STORE/one/lib"
     "-rpath" "STORE/one/lib")
   (linker-arguments "bin/aarch64-linux-gnu-ld" '("gcc/lib/gcc-cross/x/12" "one/lib")
                     "-la" "-lgcc_s"))

 (test-assert "items are made of packages that are pinned, in an order in which they can be built"
   (every (lambda (triplet)
            (fold (lambda (name before)
                    (let ((item (find-cross-item name triplet)))
                      (for-each find-cross-deb (cross-item-debs item))
                      (for-each find-item (cross-item-inputs item))
                      (and before
                           (lset<= string=? (cross-item-target-inputs item) before)
                           (cons name before))))
                  '()
                  `("glibc" "glibc-dev" "linux-headers" "gcc-lib" "binutils" "ld-wrapper" "gcc"
                    ,@(filter (cut target-item? <> triplet)
                              '("gmp" "libxcrypt" "libgc" "libffi" "libunistring" "guile")))))
          %cross-triplets))

 (test-equal "programs for a target are distinguished from those for this machine"
   '(#t #f #t #f)
   (list (target-item? "glibc" "aarch64-linux-gnu")
         (target-item? "gcc" "aarch64-linux-gnu")
         (target-item? "guile" "aarch64-linux-gnu")
         (target-item? "guile" "riscv64-linux-gnu"))))
