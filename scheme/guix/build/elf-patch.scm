;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Reads ELF files, and makes a program use other strings than those that were compiled into it.
;;;
;;; A file name such as "/bin/sh" in a binary cannot be overwritten by a longer one.  But the
;;; linker pads each loaded segment to a whole page, and code reaches its constants by address:
;;; so the longer string is written in the padding of a read-only segment, and whatever holds
;;; the address of the old string, instruction or pointer, gets that of the new one.  Nothing
;;; moves, so that this is safe even for the C library and the dynamic linker.
;;;
;;; Only 64-bit little-endian files for x86-64 are understood.  Depends on nothing but Guile.

(define-module (guix build elf-patch)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (parse-elf
            elf?
            elf-interpreter
            elf-needed
            elf-dynamic?
            elf-segments
            segment-type
            segment-flags
            segment-offset
            segment-address
            segment-file-size
            segment-memory-size

            redirect-strings!
            redirect-strings-in-file))

(define-record-type <elf>
  (make-elf bytes segments dynamic)
  elf?
  (bytes    elf-bytes)
  (segments elf-segments)
  (dynamic  elf-dynamic))               ;list of (tag . value)

(define-record-type <segment>
  (make-segment header type flags offset address file-size memory-size)
  segment?
  (header      segment-header)          ;where its program header is in the file
  (type        segment-type)
  (flags       segment-flags)
  (offset      segment-offset)
  (address     segment-address)
  (file-size   segment-file-size)
  (memory-size segment-memory-size))

(define ET_EXEC 2)
(define ET_DYN 3)
(define EM_X86_64 62)
(define PT_LOAD 1)
(define PT_DYNAMIC 2)
(define PT_INTERP 3)
(define PF_X 1)
(define PF_R 4)
(define DT_NULL 0)
(define DT_NEEDED 1)
(define DT_STRTAB 5)
(define DT_RELA 7)
(define DT_RELASZ 8)
(define DT_RELRSZ 35)
(define DT_RELR 36)
(define R_X86_64_RELATIVE 8)

(define page-size 4096)
(define header-size 64)
(define program-header-size 56)

(define (u16 bytes offset) (bytevector-u16-ref bytes offset (endianness little)))
(define (u32 bytes offset) (bytevector-u32-ref bytes offset (endianness little)))
(define (s32 bytes offset) (bytevector-s32-ref bytes offset (endianness little)))
(define (u64 bytes offset) (bytevector-u64-ref bytes offset (endianness little)))
(define (set-u64! bytes offset value)
  (bytevector-u64-set! bytes offset value (endianness little)))


;;;
;;; Reading.
;;;

(define (parse-elf bytes)
  "Return BYTES, the contents of a file, as an <elf>, or #f if it is not a program or a shared
library for x86-64."
  (and (>= (bytevector-length bytes) header-size)
       (= (u32 bytes 0) #x464c457f)     ;"\x7fELF"
       (= (bytevector-u8-ref bytes 4) 2)
       (= (bytevector-u8-ref bytes 5) 1)
       (memv (u16 bytes 16) (list ET_EXEC ET_DYN))
       (= (u16 bytes 18) EM_X86_64)
       (= (u16 bytes 54) program-header-size)
       (let ((segments (parse-segments bytes (u64 bytes 32) (u16 bytes 56))))
         (make-elf bytes segments (parse-dynamic bytes segments)))))

(define (parse-segments bytes start count)
  (map (lambda (index)
         (let ((at (+ start (* index program-header-size))))
           (make-segment at
                         (u32 bytes at)
                         (u32 bytes (+ at 4))
                         (u64 bytes (+ at 8))
                         (u64 bytes (+ at 16))
                         (u64 bytes (+ at 32))
                         (u64 bytes (+ at 40)))))
       (iota count)))

(define (segment-of-type segments type)
  (find (lambda (segment) (= (segment-type segment) type)) segments))

(define (parse-dynamic bytes segments)
  (let ((segment (segment-of-type segments PT_DYNAMIC)))
    (if segment
        (let loop ((at (segment-offset segment))
                   (left (quotient (segment-file-size segment) 16))
                   (result '()))
          (let ((tag (if (zero? left) DT_NULL (u64 bytes at))))
            (if (= tag DT_NULL)
                (reverse result)
                (loop (+ at 16) (- left 1)
                      (alist-cons tag (u64 bytes (+ at 8)) result)))))
        '())))

(define (loaded-segments elf)
  (filter (lambda (segment) (= (segment-type segment) PT_LOAD))
          (elf-segments elf)))

(define (address->offset elf address)
  "Return where in the file of ELF the byte at ADDRESS is, or #f."
  (any (lambda (segment)
         (let ((into (- address (segment-address segment))))
           (and (<= 0 into) (< into (segment-file-size segment))
                (+ (segment-offset segment) into))))
       (loaded-segments elf)))

(define (c-string bytes offset)
  "Return the string of BYTES that begins at OFFSET and ends before a zero byte."
  (let loop ((end offset))
    (if (zero? (bytevector-u8-ref bytes end))
        (let ((copy (make-bytevector (- end offset))))
          (bytevector-copy! bytes offset copy 0 (- end offset))
          (utf8->string copy))
        (loop (+ end 1)))))

(define (elf-interpreter elf)
  "Return the name of the dynamic linker that the program ELF asks for, or #f."
  (let ((segment (segment-of-type (elf-segments elf) PT_INTERP)))
    (and segment (c-string (elf-bytes elf) (segment-offset segment)))))

(define (elf-dynamic? elf)
  "Return true if ELF has names of libraries: Guile's compiled files, for instance, have none."
  (and (assv-ref (elf-dynamic elf) DT_STRTAB) #t))

(define (elf-needed elf)
  "Return the names of the libraries that ELF needs."
  (let* ((address (assv-ref (elf-dynamic elf) DT_STRTAB))
         (strings (and address (address->offset elf address))))
    (filter-map (match-lambda
                  ((tag . value)
                   (and strings (= tag DT_NEEDED)
                        (c-string (elf-bytes elf) (+ strings value)))))
                (elf-dynamic elf))))


;;;
;;; Redirecting strings.
;;;

(define (zero-terminated string)
  (let* ((text (string->utf8 string))
         (result (make-bytevector (+ (bytevector-length text) 1) 0)))
    (bytevector-copy! text 0 result 0 (bytevector-length text))
    result))

(define (occurrences bytes pattern start end)
  "Return the offsets from START to END in BYTES where PATTERN, a bytevector, is."
  (let* ((size (bytevector-length pattern))
         (first (bytevector-u8-ref pattern 0))
         (last (- end size)))
    (define (match-at? at)
      (let loop ((i 1))
        (or (= i size)
            (and (= (bytevector-u8-ref pattern i) (bytevector-u8-ref bytes (+ at i)))
                 (loop (+ i 1))))))
    (let loop ((at start) (result '()))
      (cond ((> at last) (reverse result))
            ((and (= (bytevector-u8-ref bytes at) first) (match-at? at))
             (loop (+ at 1) (cons at result)))
            (else (loop (+ at 1) result))))))

(define (read-only? segment)
  (= (segment-flags segment) PF_R))

(define (string-addresses elf string)
  "Return the addresses of STRING in ELF's read-only segments."
  (append-map (lambda (segment)
                (map (lambda (offset)
                       (+ (segment-address segment) (- offset (segment-offset segment))))
                     (occurrences (elf-bytes elf) (zero-terminated string)
                                  (segment-offset segment)
                                  (+ (segment-offset segment) (segment-file-size segment)))))
              (filter read-only? (loaded-segments elf))))

(define (round-up number)
  (* page-size (ceiling-quotient number page-size)))

(define (all-zero? bytes start size)
  (let loop ((at start))
    (or (= at (+ start size))
        (and (zero? (bytevector-u8-ref bytes at)) (loop (+ at 1))))))

(define (has-padding? elf segment size)
  "Return true if SEGMENT of ELF can grow by SIZE bytes without leaving its last page or meeting
anything that the file or another segment has there."
  (let* ((bytes (elf-bytes elf))
         (file-end (+ (segment-offset segment) (segment-file-size segment)))
         (memory-end (+ (segment-address segment) (segment-memory-size segment)))
         (new-end (+ file-end size)))
    (and (= (segment-file-size segment) (segment-memory-size segment))
         (<= (+ memory-end size) (round-up memory-end))
         (<= new-end (bytevector-length bytes))
         (all-zero? bytes file-end size)
         (every (lambda (other)
                  (or (>= (segment-offset other) new-end)
                      (<= (+ (segment-offset other) (segment-file-size other)) file-end)))
                (elf-segments elf)))))

(define (append-string! elf string)
  "Write STRING in the padding of a read-only segment of ELF.  Return its address."
  (let* ((bytes (elf-bytes elf))
         (text (zero-terminated string))
         (size (bytevector-length text))
         (segment (find (lambda (segment)
                          (and (read-only? segment) (has-padding? elf segment size)))
                        (loaded-segments elf))))
    (unless segment
      (error "no room for a string in this ELF file:" string))
    (let ((new-size (+ (segment-file-size segment) size))
          (at (segment-header segment)))
      (bytevector-copy! text 0 bytes
                        (+ (segment-offset segment) (segment-file-size segment)) size)
      (set-u64! bytes (+ at 32) new-size)
      (set-u64! bytes (+ at 40) new-size)
      (+ (segment-address segment) (segment-file-size segment)))))

(define (redirect-instructions! elf moves)
  "Change the instructions of ELF that load an address of MOVES, an alist of old and new addresses,
relative to the program counter.  Return the old addresses, once per instruction."
  (let ((bytes (elf-bytes elf)))
    ;; REX.W(R) 8D /r with mod = 00, r/m = 101, then a displacement from the next instruction.
    (define (load-address? at)
      (and (= (bytevector-u8-ref bytes at) #x8d)
           (= (logand (bytevector-u8-ref bytes (+ at 1)) #xc7) 5)
           (= (logand (bytevector-u8-ref bytes (- at 1)) #xfb) #x48)))
    (define (scan segment)
      (let* ((shift (- (segment-address segment) (segment-offset segment)))
             (end (+ (segment-offset segment) (segment-file-size segment) -5)))
        (let loop ((at (+ (segment-offset segment) 1)) (found '()))
          (cond ((>= at end) found)
                ((not (load-address? at)) (loop (+ at 1) found))
                (else
                 (let* ((next (+ at shift 6))
                        (target (+ next (s32 bytes (+ at 2))))
                        (new (assv-ref moves target)))
                   (when new
                     (bytevector-s32-set! bytes (+ at 2) (- new next) (endianness little)))
                   (loop (+ at 1) (if new (cons target found) found))))))))
    (append-map scan
                (filter (lambda (segment) (logtest PF_X (segment-flags segment)))
                        (loaded-segments elf)))))

(define (dynamic-table elf table size)
  "Return the offset of the dynamic table with tag TABLE of ELF, and its size."
  (let ((address (assv-ref (elf-dynamic elf) table)))
    (if address
        (values (address->offset elf address) (assv-ref (elf-dynamic elf) size))
        (values 0 0))))

(define (redirect-relocations! elf moves)
  "Do for the pointers in ELF's data that have a relocation entry of their own what
'redirect-instructions!' does for instructions."
  (define bytes (elf-bytes elf))
  (call-with-values (lambda () (dynamic-table elf DT_RELA DT_RELASZ))
    (lambda (start size)
      (filter-map (lambda (index)
                    (let* ((at (+ start (* 24 index)))
                           (target (u64 bytes (+ at 16)))
                           (new (and (= (u32 bytes (+ at 8)) R_X86_64_RELATIVE)
                                     (assv-ref moves target))))
                      (and new
                           (begin (set-u64! bytes (+ at 16) new)
                                  target))))
                  (iota (quotient size 24))))))

(define (relative-pointers elf)
  "Return the addresses of the pointers that the compact relocation table of ELF lists."
  (define bytes (elf-bytes elf))
  (define (bitmap-addresses bitmap base)
    (filter-map (lambda (bit)
                  (and (logbit? (+ bit 1) bitmap) (+ base (* 8 bit))))
                (iota 63)))
  (call-with-values (lambda () (dynamic-table elf DT_RELR DT_RELRSZ))
    (lambda (start size)
      ;; An even entry is an address; an odd one is a bitmap of the 63 words that follow.
      (let loop ((index 0) (base 0) (result '()))
        (if (= index (quotient size 8))
            result
            (let ((entry (u64 bytes (+ start (* 8 index)))))
              (if (even? entry)
                  (loop (+ index 1) (+ entry 8) (cons entry result))
                  (loop (+ index 1) (+ base (* 63 8))
                        (append (bitmap-addresses entry base) result)))))))))

(define (redirect-pointers! elf moves)
  "Do the same for the pointers that have no relocation entry of their own."
  (define bytes (elf-bytes elf))
  (filter-map (lambda (address)
                (let* ((at (address->offset elf address))
                       (target (u64 bytes at))
                       (new (assv-ref moves target)))
                  (and new
                       (begin (set-u64! bytes at new)
                              target))))
              (relative-pointers elf)))

(define (redirect-strings! bytes redirections)
  "Change BYTES, an ELF file, so that it uses the new string of each pair in REDIRECTIONS, a list of
pairs of an old and a new string, wherever it used the old one.  Raise an error if a string is not
there, if nothing refers to it, or if there is no room for the new one."
  ;; Each string needs the segments as the previous one left them, hence a new 'parse-elf'.
  (define moves
    (append-map (match-lambda
                  ((old . new)
                   (let* ((elf (or (parse-elf bytes) (error "not an ELF file")))
                          (addresses (string-addresses elf old))
                          (destination (append-string! elf new)))
                     (map (lambda (address) (list address destination old)) addresses))))
                redirections))
  (let* ((elf (parse-elf bytes))
         (pairs (map (match-lambda ((old new _) (cons old new))) moves))
         (used (append (redirect-instructions! elf pairs)
                       (redirect-relocations! elf pairs)
                       (redirect-pointers! elf pairs))))
    (for-each (match-lambda
                ((string . _)
                 (unless (any (match-lambda
                                ((address _ old) (and (string=? old string)
                                                      (memv address used))))
                              moves)
                   (error "nothing refers to this string in the ELF file:" string))))
              redirections)))

(define (redirect-strings-in-file file redirections)
  "Apply 'redirect-strings!' to FILE."
  (let ((bytes (call-with-input-file file get-bytevector-all #:binary #t)))
    (catch 'misc-error
      (lambda () (redirect-strings! bytes redirections))
      (lambda (key . args)
        (apply throw key (cons* (car args) (string-append file ": " (cadr args)) (cddr args)))))
    (call-with-output-file file
      (lambda (port) (put-bytevector port bytes))
      #:binary #t)))
