;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What (guix build elf-patch) does, for programs and libraries for AArch64.
;;;
;;; Two things differ.  Constants lie in the segment of the code, as there is no segment that can be
;;; read and nothing else.  And the address of a constant takes two instructions: ADRP gives its page,
;;; and ADD what is missing.  Where the new string is less than a megabyte away, ADD becomes ADR, which
;;; gives an address by itself, so that it does not matter who else uses the page; farther away, both
;;; instructions are changed, if nothing else can see what is between them.

(define-module (guix build elf-patch-aarch64)
  #:use-module (guix elf)
  #:use-module (guix build elf-patch)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:export (redirect-aarch64-strings!
            redirect-aarch64-strings-in-file))

;; These are not exported there, where a change of the text would rebuild everything.
(define-syntax-rule (borrow name ...)
  (begin (define name (@@ (guix build elf-patch) name)) ...))

(borrow u16 u32 u64 set-u64! loaded-segments file-end zero-terminated occurrences has-padding?
        dynamic-table redirect-pointers!)

(define PF_W 2)
(define ET_EXEC 2)
(define ET_DYN 3)
(define EM_AARCH64 183)
(define DT_RELA 7)
(define DT_RELASZ 8)
(define R_AARCH64_RELATIVE 1027)

(define (parse-program bytes)
  "Return BYTES as an <elf>; raise an error if it is not a program or a library for AArch64."
  (let ((elf (parse-elf bytes)))
    (unless (and (= (elf-word-size elf) 8)
                 (eq? (elf-byte-order elf) (endianness little))
                 (memv (u16 bytes 16) (list ET_EXEC ET_DYN))
                 (= (u16 bytes 18) EM_AARCH64))
      (error "not a program or library for AArch64"))
    elf))


;;;
;;; Strings.
;;;

(define (constant? segment)
  (not (logtest PF_W (elf-segment-flags segment))))

(define (constant-segments elf)
  (filter constant? (loaded-segments elf)))

(define (string-addresses elf string)
  "Return the addresses of STRING in the segments of ELF that are not written to."
  (append-map (lambda (segment)
                (map (lambda (offset)
                       (+ (elf-segment-vaddr segment) (- offset (elf-segment-offset segment))))
                     (occurrences (elf-bytes elf) (zero-terminated string)
                                  (elf-segment-offset segment) (file-end segment))))
              (constant-segments elf)))

(define (append-string! elf string)
  "Write STRING in the padding of a segment of ELF that is not written to.  Return its address."
  (let* ((bytes (elf-bytes elf))
         (text (zero-terminated string))
         (size (bytevector-length text))
         (segment (find (lambda (segment) (has-padding? elf segment size))
                        (constant-segments elf))))
    (unless segment
      (error "no room for a string in this ELF file:" string))
    (let ((new-size (+ (elf-segment-filesz segment) size))
          (header (elf-segment-header segment)))
      (bytevector-copy! text 0 bytes (file-end segment) size)
      (set-u64! bytes (+ header 32) new-size) ;in the file
      (set-u64! bytes (+ header 40) new-size) ;in memory
      (+ (elf-segment-vaddr segment) (elf-segment-filesz segment)))))


;;;
;;; Instructions.
;;;

(define (set-u32! bytes offset value)
  (bytevector-u32-set! bytes offset value (endianness little)))

(define (bits word start count)
  (logand (ash word (- start)) (- (ash 1 count) 1)))

(define (sign-extended number width)
  (if (logbit? (- width 1) number) (- number (ash 1 width)) number))

(define (destination instruction) (bits instruction 0 5))
(define (first-source instruction) (bits instruction 5 5))
(define (second-source instruction) (bits instruction 16 5))

(define (page address) (logand address (lognot #xfff)))

(define (adrp? instruction) (= (logand instruction #x9f000000) #x90000000))
(define (add-immediate? instruction) (= (logand instruction #xffc00000) #x91000000))
(define (move-immediate? instruction) (= (logand instruction #x1f800000) #x12800000))

(define (relative-operand instruction)
  "Return the operand of INSTRUCTION, an ADR or ADRP."
  (sign-extended (logior (ash (bits instruction 5 19) 2) (bits instruction 29 2)) 21))

(define (with-relative-operand opcode register operand)
  (let ((operand (logand operand #x1fffff)))
    (logior opcode register (ash (bits operand 0 2) 29) (ash (bits operand 2 19) 5))))

;; As far as a compiler puts apart two instructions that belong together.
(define scheduling-window 64)

(define (preceding-adrp bytes at start)
  "Return the offset of the ADRP, not before START, that sets what the ADD at AT adds to, or #f."
  (let ((register (first-source (u32 bytes at)))
        (limit (max start (- at (* 4 scheduling-window)))))
    (let loop ((offset (- at 4)))
      (and (>= offset limit)
           (let ((instruction (u32 bytes offset)))
             (if (and (adrp? instruction) (= (destination instruction) register))
                 offset
                 (loop (- offset 4))))))))

(define (may-touch? instruction register)
  "Return true unless INSTRUCTION certainly neither reads nor writes REGISTER."
  (or (= (destination instruction) register)
      (and (not (move-immediate? instruction))
           (or (= (first-source instruction) register)
               (= (second-source instruction) register)))))

(define (private-pair? bytes adrp add)
  "Return true if nothing but the instruction at ADD can see what the one at ADRP gives."
  (let ((register (destination (u32 bytes adrp))))
    (and (= register (destination (u32 bytes add)))
         (every (lambda (offset) (not (may-touch? (u32 bytes offset) register)))
                (iota (quotient (- add adrp 4) 4) (+ adrp 4) 4)))))

(define (redirect-pair! bytes adrp add shift new)
  "Let the instructions at ADRP and ADD, offsets that SHIFT turns into addresses, give NEW."
  (let* ((instruction (u32 bytes add))
         (distance (- new (+ add shift))))
    (cond ((< (abs distance) #x100000)
           (set-u32! bytes add
                     (with-relative-operand #x10000000 (destination instruction) distance)))
          ((private-pair? bytes adrp add)
           (set-u32! bytes adrp
                     (with-relative-operand #x90000000 (first-source instruction)
                                            (ash (- (page new) (page (+ adrp shift))) -12)))
           (set-u32! bytes add
                     (logior (logand instruction (lognot (ash #xfff 10)))
                             (ash (logand new #xfff) 10))))
          (else
           (error "these instructions share the address of a string with others:"
                  (number->string (+ add shift) 16))))))

(define (redirect-instructions! elf moves)
  "Change the instructions of ELF that give an address of MOVES, an alist of old and new addresses.
Return the old addresses, once per pair of instructions."
  (define bytes (elf-bytes elf))
  (define (scan segment)
    (let* ((start (elf-segment-offset segment))
           (shift (- (elf-segment-vaddr segment) start))
           (end (- (file-end segment) 3)))
      (define (redirect! add)
        (let* ((adrp (preceding-adrp bytes add start))
               (target (and adrp
                            (+ (page (+ adrp shift))
                               (ash (relative-operand (u32 bytes adrp)) 12)
                               (bits (u32 bytes add) 10 12))))
               (new (and target (assv-ref moves target))))
          (when new
            (redirect-pair! bytes adrp add shift new))
          (and new target)))
      (let loop ((at start) (found '()))
        (cond ((>= at end) found)
              ((not (add-immediate? (u32 bytes at))) (loop (+ at 4) found))
              (else
               (let ((target (redirect! at)))
                 (loop (+ at 4) (if target (cons target found) found))))))))
  (append-map scan
              (filter (lambda (segment) (logtest PF_X (elf-segment-flags segment)))
                      (loaded-segments elf))))

(define (redirect-relocations! elf moves)
  "Do the same for the pointers in ELF's data that have a relocation entry of their own."
  (define bytes (elf-bytes elf))
  (call-with-values (lambda () (dynamic-table elf DT_RELA DT_RELASZ))
    (lambda (start size)
      (filter-map (lambda (index)
                    (let* ((at (+ start (* 24 index)))
                           (target (u64 bytes (+ at 16)))
                           (new (and (= (u32 bytes (+ at 8)) R_AARCH64_RELATIVE)
                                     (assv-ref moves target))))
                      (and new
                           (begin (set-u64! bytes (+ at 16) new)
                                  target))))
                  (iota (quotient size 24))))))


;;;
;;; Redirecting.
;;;

(define (redirect-aarch64-strings! bytes redirections)
  "Change BYTES, an ELF file, so that it uses the new string of each pair in REDIRECTIONS, a list of
pairs of an old and a new string, wherever it used the old one.  Raise an error if a string is not
there, if nothing refers to it, or if there is no room for the new one."
  (define moves                         ;list of (string old-address new-address)
    (append-map (match-lambda
                  ((old . new)
                   ;; Each string needs the segments as the previous one left them.
                   (let* ((elf (parse-program bytes))
                          (addresses (string-addresses elf old))
                          (destination (append-string! elf new)))
                     (map (lambda (address) (list old address destination)) addresses))))
                redirections))
  (let* ((elf (parse-program bytes))
         (pairs (map (match-lambda ((_ old new) (cons old new))) moves))
         (used (append (redirect-instructions! elf pairs)
                       (redirect-relocations! elf pairs)
                       (redirect-pointers! elf pairs))))
    (for-each (match-lambda
                ((string . _)
                 (unless (any (match-lambda
                                ((other address _) (and (string=? other string)
                                                        (memv address used))))
                              moves)
                   (error "nothing refers to this string in the ELF file:" string))))
              redirections)))

(define (redirect-aarch64-strings-in-file file redirections)
  "Apply 'redirect-aarch64-strings!' to FILE."
  (let ((bytes (call-with-input-file file get-bytevector-all #:binary #t)))
    (redirect-aarch64-strings! bytes redirections)
    (call-with-output-file file
      (lambda (port) (put-bytevector port bytes))
      #:binary #t)))
