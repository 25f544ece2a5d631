;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Generations of profiles, and where a user's profiles are.  The engine does the work.
(define-module (guix profiles generations)
  #:use-module (guix derivations)
  #:use-module (guix i18n)
  #:use-module (guix profiles derivation)
  #:use-module (guix profiles errors)
  #:use-module (guix profiles manifests)
  #:use-module (guix store)
  #:use-module (nacre generations)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (%user-profile-directory
            %profile-directory
            %current-profile
            ensure-profile-directory
            user-friendly-profile

            generation-number
            generation-numbers
            generation-profile
            profile-generations
            generation-time
            generation-file-name
            relative-generation
            relative-generation-spec->number
            previous-generation-number
            switch-to-generation
            roll-back
            delete-generation)
  #:re-export (canonicalize-profile))

;; Names of the links PROFILE-N-link, and their places, come from the engine: it makes them.
(define %profile-directory (profile-directory))
(define %current-profile (string-append %profile-directory "/guix-profile"))
(define %user-profile-directory (user-profile-link))

(define (ensure-profile-directory)
  "Make %PROFILE-DIRECTORY if it does not exist; raise an error if it is another user's."
  (make-profile-directory!))

(define (user-friendly-profile profile)
  "Return the name by which a user knows PROFILE."
  (friendly-profile-name profile))

(define* (generation-number profile #:optional (base-profile profile))
  "Return the number of the generation that PROFILE, an absolute file name, leads to, or 0.
Generations have the names of BASE-PROFILE."
  (number-of-generation profile base-profile))

(define (generation-numbers profile)
  "Return the generations of PROFILE in ascending order; (0) if it has none."
  (match (numbers-of-generations profile)
    (()      '(0))
    (numbers numbers)))

(define (profile-generations profile)
  "Return the generations of PROFILE in ascending order."
  (match (generation-numbers profile)
    ((0)     '())
    (numbers numbers)))

(define (generation-profile file)
  "Return the profile of which FILE, such as \"guix-profile-42-link\", is a generation; #f
if it is not one."
  (match (string-match "^(.*)-[0-9]+-link$" file)
    (#f #f)
    (m  (let ((profile (match:substring m 1)))
          (and (file-exists? (string-append profile "/manifest"))
               profile)))))

(define (generation-file-name profile generation)
  "Return the name of the link that is GENERATION, a number, of PROFILE."
  (format #f "~a-~a-link" profile generation))

(define (generation-time profile number)
  "Return when generation NUMBER of PROFILE was made, as UTC."
  (make-time time-utc 0 (time-of-generation profile number)))

(define* (relative-generation profile shift
                              #:optional (current (generation-number profile)))
  "Return the generation of PROFILE that is SHIFT places after CURRENT, or before it if
SHIFT is negative; #f if it does not exist."
  (let* ((numbers (profile-generations profile))
         (index   (list-index (lambda (number) (= number current)) numbers))
         (wanted  (and index (+ index shift))))
    (and wanted
         (<= 0 wanted (- (length numbers) 1))
         (list-ref numbers wanted))))

(define (relative-generation-spec->number profile spec)
  "Return the generation of PROFILE that SPEC, \"N\", \"+N\" or \"-N\", stands for; #f if
it does not exist."
  (match (string->number spec)
    ((? exact-integer? number)
     (cond ((string-prefix? "+" spec) (relative-generation profile number))
           ((string-prefix? "-" spec) (relative-generation profile number))
           ((memv number (profile-generations profile)) number)
           (else #f)))
    (_ #f)))

(define* (previous-generation-number profile
                                     #:optional (number (generation-number profile)))
  "Return the generation of PROFILE before NUMBER; 0 if that is the first."
  (or (relative-generation profile -1 number) 0))

(define (check-profile profile)
  (unless (file-exists? profile)
    (raise (condition
            (&profile-not-found-error (profile profile))
            (&message
             (message (format #f (G_ "profile '~a' does not exist") profile)))))))

(define (switch-to-generation profile number)
  "Make PROFILE its generation NUMBER, in one step; return the number of the generation
that it was."
  (let ((current (generation-number profile)))
    (check-profile profile)
    (unless (file-exists? (generation-file-name profile number))
      (raise (condition
              (&missing-generation-error
               (profile profile)
               (generation number))
              (&message
               (message (format #f (G_ "profile '~a' has no generation ~a")
                                profile number))))))
    (switch-generation! profile number)
    current))

(define (make-empty-generation store profile number)
  "Make the generation NUMBER of PROFILE an empty profile."
  (let ((drv (run-with-store store
               (profile-derivation (manifest '())))))
    (build-derivations store (list drv))
    (set-generation! profile number (derivation->output-path drv))))

(define (roll-back store profile)
  "Make PROFILE the generation before its current one, an empty one if there is none.
Return the numbers of the generation that it was and of the one that it is: two values."
  (let* ((number   (generation-number profile))
         (previous (previous-generation-number profile number)))
    (check-profile profile)
    (cond ((zero? number)
           (values number number))
          (else
           (when (or (zero? previous)
                     (not (file-exists? (generation-file-name profile previous))))
             (make-empty-generation store profile previous))
           (switch-to-generation profile previous)
           (values number previous)))))

(define (delete-generation store profile number)
  "Delete generation NUMBER of PROFILE, which is rolled back first if that is its current
one.  Return the name of the link that was deleted, or #f for generation 0, which stays."
  (and (not (zero? number))
       (begin
         (when (= number (generation-number profile))
           (roll-back store profile))
         (remove-generation! profile number)
         (generation-file-name profile number))))
