;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; System calls that Guile does not offer.
(define-module (guix build syscalls)
  #:use-module (system foreign)
  #:export (MS_RDONLY
            MS_NOSUID
            MS_NODEV
            MS_NOEXEC
            MS_REMOUNT
            MS_NOATIME
            MS_BIND
            MS_MOVE
            MS_REC
            MS_PRIVATE
            MNT_FORCE
            MNT_DETACH
            mount
            umount))

;; Flags of mount(2).
(define MS_RDONLY  1)
(define MS_NOSUID  2)
(define MS_NODEV   4)
(define MS_NOEXEC  8)
(define MS_REMOUNT 32)
(define MS_NOATIME 1024)
(define MS_BIND    4096)
(define MS_MOVE    8192)
(define MS_REC     16384)
(define MS_PRIVATE 262144)

;; Flags of umount2(2).
(define MNT_FORCE  1)
(define MNT_DETACH 2)

(define (system-call name . types)
  "Return a procedure that calls function NAME of the C library, whose arguments
are of TYPES, and raises a 'system-error' when it does not return zero."
  (let ((function (pointer->procedure int (dynamic-func name (dynamic-link))
                                      types #:return-errno? #t)))
    (lambda args
      (call-with-values (lambda () (apply function args))
        (lambda (result errno)
          (unless (zero? result)
            (throw 'system-error name "~A: ~A" (list name (strerror errno))
                   (list errno))))))))

(define (->pointer string)
  (if string (string->pointer string) %null-pointer))

(define mount
  (let ((call (system-call "mount" '* '* '* unsigned-long '*)))
    (lambda* (source target type #:optional (flags 0) options)
      "Mount SOURCE, of the file system TYPE, at TARGET; the last three may be #f
or left out."
      (call (->pointer source) (->pointer target) (->pointer type)
            flags (->pointer options)))))

(define umount
  (let ((call (system-call "umount2" '* int)))
    (lambda* (target #:optional (flags 0))
      "Unmount TARGET."
      (call (->pointer target) flags))))
