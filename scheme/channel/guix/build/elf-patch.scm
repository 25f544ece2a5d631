;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Makes a program use other strings than those that were compiled into it.
;;;
;;; A file name such as "/bin/sh" in a binary cannot be overwritten by a longer one.  But the
;;; linker pads each loaded segment to a whole page, and code reaches its constants by address:
;;; so the longer string is written in the padding of a read-only segment, and whatever holds
;;; the address of the old string, instruction or pointer, gets that of the new one.  Nothing
;;; moves, so that this is safe even for the C library and the dynamic linker.
;;;
;;; Only programs for x86-64 are understood.

(define-module (guix build elf-patch)
  #:use-module (guix elf)
  #:use-module (guix build gremlin)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:export (redirect-strings!
            redirect-strings-in-file))

(define ET_EXEC 2)
(define ET_DYN 3)
(define EM_X86_64 62)
(define DT_RELA 7)
(define DT_RELASZ 8)
(define DT_RELRSZ 35)
(define DT_RELR 36)
(define R_X86_64_RELATIVE 8)

(define page-size 4096)

(define (u16 bytes offset) (bytevector-u16-ref bytes offset (endianness little)))
(define (u32 bytes offset) (bytevector-u32-ref bytes offset (endianness little)))
(define (s32 bytes offset) (bytevector-s32-ref bytes offset (endianness little)))
(define (u64 bytes offset) (bytevector-u64-ref bytes offset (endianness little)))
(define (set-u64! bytes offset value)
  (bytevector-u64-set! bytes offset value (endianness little)))

(define (parse-program bytes)
  "Return BYTES as an <elf>; raise an error if it is not a program or a library for x86-64."
  (let ((elf (parse-elf bytes)))
    (unless (and (= (elf-word-size elf) 8)
                 (eq? (elf-byte-order elf) (endianness little))
                 (memv (u16 bytes 16) (list ET_EXEC ET_DYN))
                 (= (u16 bytes 18) EM_X86_64))
      (error "not a program or library for x86-64"))
    elf))

(define (loaded-segments elf)
  (filter (lambda (segment) (= (elf-segment-type segment) PT_LOAD))
          (elf-segments elf)))

(define (file-end segment)
  (+ (elf-segment-offset segment) (elf-segment-filesz segment)))

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
  (= (elf-segment-flags segment) PF_R))

(define (string-addresses elf string)
  "Return the addresses of STRING in ELF's read-only segments."
  (append-map (lambda (segment)
                (map (lambda (offset)
                       (+ (elf-segment-vaddr segment) (- offset (elf-segment-offset segment))))
                     (occurrences (elf-bytes elf) (zero-terminated string)
                                  (elf-segment-offset segment) (file-end segment))))
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
         (end (file-end segment))
         (memory-end (+ (elf-segment-vaddr segment) (elf-segment-memsz segment)))
         (new-end (+ end size)))
    (and (= (elf-segment-filesz segment) (elf-segment-memsz segment))
         (<= (+ memory-end size) (round-up memory-end))
         (<= new-end (bytevector-length bytes))
         (all-zero? bytes end size)
         (every (lambda (other)
                  (or (>= (elf-segment-offset other) new-end)
                      (<= (file-end other) end)))
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
    (let ((new-size (+ (elf-segment-filesz segment) size))
          (header (elf-segment-header segment)))
      (bytevector-copy! text 0 bytes (file-end segment) size)
      (set-u64! bytes (+ header 32) new-size) ;in the file
      (set-u64! bytes (+ header 40) new-size) ;in memory
      (+ (elf-segment-vaddr segment) (elf-segment-filesz segment)))))

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
      (let* ((shift (- (elf-segment-vaddr segment) (elf-segment-offset segment)))
             (end (- (file-end segment) 5)))
        (let loop ((at (+ (elf-segment-offset segment) 1)) (found '()))
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
                (filter (lambda (segment) (logtest PF_X (elf-segment-flags segment)))
                        (loaded-segments elf)))))

(define (dynamic-table elf table size)
  "Return the offset of the dynamic table with tag TABLE of ELF, and its size."
  (let* ((entries (elf-dynamic-entries elf))
         (address (assv-ref entries table)))
    (if address
        (values (elf-address->offset elf address) (assv-ref entries size))
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
                (let* ((at (elf-address->offset elf address))
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
  ;; Each string needs the segments as the previous one left them: they are read anew.
  (define moves
    (append-map (match-lambda
                  ((old . new)
                   (let* ((elf (parse-program bytes))
                          (addresses (string-addresses elf old))
                          (destination (append-string! elf new)))
                     (map (lambda (address) (list address destination old)) addresses))))
                redirections))
  (let* ((elf (parse-program bytes))
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
