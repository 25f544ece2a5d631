;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; As much of the ELF format as it takes to see how a program gets linked when
;;; it starts: the header, the program headers (segments), the tables of the
;;; dynamic section.  Both word sizes and byte orders; nothing is trusted:
;;; offsets that leave the file raise an '&elf-error'.
(define-module (guix elf)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (rnrs bytevectors)
  #:export (PT_LOAD
            PT_DYNAMIC
            PT_INTERP
            PF_X
            PF_R

            parse-elf
            elf?
            elf-bytes
            elf-word-size
            elf-byte-order
            elf-segments

            elf-segment?
            elf-segment-header
            elf-segment-type
            elf-segment-flags
            elf-segment-offset
            elf-segment-vaddr
            elf-segment-filesz
            elf-segment-memsz

            elf-address->offset
            elf-string
            elf-word-ref

            &elf-error
            elf-error?
            elf-error-message))

(define PT_LOAD 1)
(define PT_DYNAMIC 2)
(define PT_INTERP 3)
(define PF_X 1)
(define PF_R 4)

(define-record-type <elf>
  (make-elf bytes word-size byte-order segments)
  elf?
  (bytes      elf-bytes)                ;the file's contents
  (word-size  elf-word-size)            ;4 or 8, in bytes
  (byte-order elf-byte-order)           ;'little' or 'big'
  (segments   elf-segments))            ;in the order of the file

(define-record-type <elf-segment>
  (make-elf-segment header type flags offset vaddr filesz memsz)
  elf-segment?
  (header elf-segment-header)           ;where its header is in the file
  (type   elf-segment-type)             ;PT_…, an integer
  (flags  elf-segment-flags)            ;PF_…, added up
  (offset elf-segment-offset)           ;in the file
  (vaddr  elf-segment-vaddr)            ;in memory
  (filesz elf-segment-filesz)           ;in the file, in bytes
  (memsz  elf-segment-memsz))           ;in memory, in bytes

(define-condition-type &elf-error &error
  elf-error?
  (message elf-error-message))

(define (elf-error message)
  (raise (condition (&elf-error (message message)))))

(define (check-range bytes offset size)
  (unless (<= 0 offset (+ offset size) (bytevector-length bytes))
    (elf-error "offset outside of the file")))

(define (uint-ref bytes offset byte-order size)
  (check-range bytes offset size)
  (bytevector-uint-ref bytes offset byte-order size))

(define (elf-word-ref elf offset)
  "Return the word at OFFSET, an integer, in the file of ELF."
  (uint-ref (elf-bytes elf) offset (elf-byte-order elf) (elf-word-size elf)))

(define (parse-segment bytes offset word-size byte-order)
  ;; The fields are in another order in 64-bit files.
  (define (field offset32 offset64 size)
    (uint-ref bytes (+ offset (if (= 4 word-size) offset32 offset64))
              byte-order size))

  (make-elf-segment offset
                    (field 0 0 4)
                    (field 24 4 4)
                    (field 4 8 word-size)
                    (field 8 16 word-size)
                    (field 16 32 word-size)
                    (field 20 40 word-size)))

(define (parse-segments bytes word-size byte-order)
  (define (header offset32 offset64 size)
    (uint-ref bytes (if (= 4 word-size) offset32 offset64) byte-order size))

  (let ((table      (header 28 32 word-size))
        (entry-size (header 42 54 2))
        (count      (header 44 56 2)))
    (map (lambda (index)
           (parse-segment bytes (+ table (* index entry-size))
                          word-size byte-order))
         (iota count))))

(define (parse-elf bytes)
  "Return the <elf> object for BYTES, the contents of an ELF file; raise an
'&elf-error' if they are none."
  (check-range bytes 0 16)
  (unless (= #x7f454c46 (bytevector-u32-ref bytes 0 (endianness big)))
    (elf-error "not an ELF file"))
  (let ((word-size  (case (bytevector-u8-ref bytes 4)
                      ((1) 4)
                      ((2) 8)
                      (else (elf-error "unknown ELF class"))))
        (byte-order (case (bytevector-u8-ref bytes 5)
                      ((1) (endianness little))
                      ((2) (endianness big))
                      (else (elf-error "unknown ELF byte order")))))
    (make-elf bytes word-size byte-order
              (parse-segments bytes word-size byte-order))))

(define (elf-address->offset elf address)
  "Return the offset in the file of ELF of what is at ADDRESS in memory."
  (define (holds? segment)
    (and (= PT_LOAD (elf-segment-type segment))
         (<= (elf-segment-vaddr segment) address)
         (< address (+ (elf-segment-vaddr segment)
                       (elf-segment-filesz segment)))))

  (let ((segment (find holds? (elf-segments elf))))
    (unless segment
      (elf-error "address outside of all segments"))
    (+ (elf-segment-offset segment)
       (- address (elf-segment-vaddr segment)))))

(define (elf-string elf offset)
  "Return the NUL-terminated string at OFFSET in the file of ELF."
  (define bytes (elf-bytes elf))

  (let loop ((end offset))
    (check-range bytes end 1)
    (if (zero? (bytevector-u8-ref bytes end))
        (let ((str (make-bytevector (- end offset))))
          (bytevector-copy! bytes offset str 0 (- end offset))
          (utf8->string str))
        (loop (+ end 1)))))
