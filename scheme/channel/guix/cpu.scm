;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Processors, and the names that GCC has for them.
(define-module (guix cpu)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:export (current-cpu
            cpu?
            cpu-architecture
            cpu-vendor
            cpu-family
            cpu-model
            cpu-flags
            cpu->gcc-architecture
            gcc-architecture->micro-architecture-level))

(define-record-type <cpu>
  (cpu architecture vendor family model flags)
  cpu?
  (architecture cpu-architecture)       ;such as "x86_64"
  (vendor       cpu-vendor)             ;such as "GenuineIntel", or ""
  (family       cpu-family)             ;number
  (model        cpu-model)              ;number
  (flags        cpu-flags))             ;list of strings

(define (read-fields port)
  "Return the fields of the first paragraph of PORT, in the form of /proc/cpuinfo, as an
alist of strings."
  (let loop ((fields '()))
    (match (read-line port)
      ((or (? eof-object?) "") (reverse fields))
      (line
       (match (string-index line #\:)
         (#f    (loop fields))
         (colon (loop (alist-cons (string-trim-both (string-take line colon))
                                  (string-trim-both (string-drop line (1+ colon)))
                                  fields))))))))

(define* (current-cpu #:optional (file "/proc/cpuinfo"))
  "Return the processor of this machine, the first one that FILE describes."
  (define fields
    (if (file-exists? file)
        (call-with-input-file file read-fields)
        '()))

  (define (number name)
    (or (and=> (assoc-ref fields name) string->number) 0))

  (cpu (utsname:machine (uname))
       (or (assoc-ref fields "vendor_id") "")
       (number "cpu family")
       (number "model")
       (remove string-null?
               (string-split (or (assoc-ref fields "flags")
                                 (assoc-ref fields "Features")
                                 "")
                             #\space))))

;; Levels of the psABI of x86-64: what a processor of this level has over the one before.
(define %levels
  '(("x86-64-v4" "avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl")
    ("x86-64-v3" "avx" "avx2" "bmi1" "bmi2" "f16c" "fma" "abm" "movbe")
    ("x86-64-v2" "cx16" "lahf_lm" "popcnt" "sse4_1" "sse4_2" "ssse3")
    ("x86-64")))

;; Processors of Intel, family 6: names of GCC and numbers of models.
(define %intel-models
  '(("sapphirerapids" #x8f #xcf)
    ("alderlake" #x97 #x9a #xb7 #xba #xbf)
    ("rocketlake" #xa7)
    ("tigerlake" #x8c #x8d)
    ("icelake-server" #x6a #x6c)
    ("icelake-client" #x7d #x7e)
    ("cannonlake" #x66)
    ("skylake-avx512" #x55)
    ("skylake" #x4e #x5e #x8e #x9e #xa5 #xa6)
    ("broadwell" #x3d #x47 #x4f #x56)
    ("haswell" #x3c #x3f #x45 #x46)
    ("ivybridge" #x3a #x3e)
    ("sandybridge" #x2a #x2d)
    ("westmere" #x25 #x2c #x2f)
    ("nehalem" #x1a #x1e #x1f #x2e)))

(define (intel-name model)
  (any (match-lambda
         ((name . models) (and (memv model models) name)))
       %intel-models))

(define (amd-name family model)
  (match family
    ((or #x19 #x1a) "znver3")           ;the newest that GCC 12 has a name for
    (#x17 (if (< model #x30) "znver1" "znver2"))
    (_    #f)))

;; What each name implies, for names that stand for more than their level.
(define %level-of-name
  (append (map (lambda (name) (cons name "x86-64-v4"))
               '("sapphirerapids" "rocketlake" "tigerlake" "icelake-server"
                 "icelake-client" "cannonlake" "skylake-avx512" "cascadelake"
                 "cooperlake" "znver4" "x86-64-v4"))
          (map (lambda (name) (cons name "x86-64-v3"))
               '("alderlake" "skylake" "broadwell" "haswell" "znver1" "znver2" "znver3"
                 "bdver4" "x86-64-v3"))
          (map (lambda (name) (cons name "x86-64-v2"))
               '("ivybridge" "sandybridge" "westmere" "nehalem" "silvermont" "goldmont"
                 "bdver1" "bdver2" "bdver3" "x86-64-v2"))))

(define (level-of-flags flags)
  "Return the highest level of x86-64 of which FLAGS has everything."
  (let loop ((level "x86-64") (levels (cdr (reverse %levels))))
    (match levels
      (((name . needed) . rest)
       (if (every (lambda (flag) (member flag flags)) needed)
           (loop name rest)
           level))
      (() level))))

(define (cpu->gcc-architecture cpu)
  "Return the name that GCC's option '-march' has for CPU: that of the processor if the
flags that the kernel reports include what it implies, or else that of a level that all
of its kind have."
  (define (x86-name)
    (let* ((level (level-of-flags (cpu-flags cpu)))
           (name  (match (cpu-vendor cpu)
                    ("GenuineIntel" (and (= 6 (cpu-family cpu))
                                         (intel-name (cpu-model cpu))))
                    ("AuthenticAMD" (amd-name (cpu-family cpu) (cpu-model cpu)))
                    (_ #f))))
      ;; A virtual machine may hide what the processor can.
      (if (and name (string>=? level (or (assoc-ref %level-of-name name) level)))
          name
          level)))

  (match (cpu-architecture cpu)
    ("x86_64"      (x86-name))
    ("aarch64"     "armv8-a")
    ("riscv64"     "rv64gc")
    ("ppc64le"     "power8")
    (architecture  architecture)))

(define (gcc-architecture->micro-architecture-level name)
  "Return the level of the psABI, such as \"x86_64-v3\", that NAME, a processor by GCC's
name, has; NAME itself if it has none."
  (match (assoc-ref %level-of-name name)
    (#f    (if (string=? name "x86-64") "x86_64-v1" name))
    (level (string-append "x86_64-" (string-drop level (string-length "x86-64-"))))))
