;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What else the root of a pack has: files, directories and users of one's own.
(define-module (nacre pack root)
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix monads) #:select (mapm mlet mlet* return with-monad))
  #:use-module ((guix store) #:select (%store-monad interned-file text-file))
  #:use-module (nacre pack format)
  #:use-module (nacre pack options)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (lower-root-entries
            root-entries-lines
            root-entries-sources
            added-user-names))

;; The builder's variable, line by line, and the store items that it names.
(define-record-type <root-entries>
  (root-entries lines sources)
  root-entries?
  (lines   root-entries-lines)
  (sources root-entries-sources))


;;;
;;; Users.
;;;

(define-record-type <user>
  (make-user name uid gid home shell)
  user?
  (name  user-name)
  (uid   user-uid)                      ;string of digits, as the others
  (gid   user-gid)
  (home  user-home)
  (shell user-shell))

(define %name-form
  (make-regexp "^[a-z_][a-z0-9_-]{0,31}$"))

(define (number-or text default)
  (if (or (not text) (string-null? text)) default text))

(define (parse-user text)
  "Return the <user> of TEXT, NAME[:UID[:GID[:HOME[:SHELL]]]]."
  (define (bad why)
    (fail (format #f (G_ "~a: bad user: ~a") text why)
          (G_ "write NAME:UID:GID:HOME:SHELL; what follows NAME may be left out, such as \
app or app:1000:1000:/srv")))

  (define (part parts index)
    (and (< index (length parts)) (list-ref parts index)))

  (define (check-number number)
    (unless (and (string-every char-numeric? number)
                 (< (string->number number) 4294967295))
      (bad (format #f (G_ "'~a' is not a number of a user or group") number)))
    number)

  (define (check-file file)
    (unless (and (string-prefix? "/" file) (not (string-index file #\newline)))
      (bad (format #f (G_ "'~a' is not an absolute file name") file)))
    file)

  (let* ((parts (string-split text #\:))
         (name  (first parts))
         (uid   (check-number (number-or (part parts 1) "1000"))))
    (when (> (length parts) 5)
      (bad (G_ "it has more than five parts")))
    (unless (regexp-exec %name-form name)
      (bad (format #f (G_ "'~a' is not the name of a user") name)))
    (make-user name uid (check-number (number-or (part parts 2) uid))
               (check-file (number-or (part parts 3) "/"))
               (check-file (number-or (part parts 4) "/bin/sh")))))

(define (parse-users options)
  "Return the users of OPTIONS, keywords and values."
  (let ((users (map parse-user (option-value options #:users '()))))
    (for-each (lambda (key what)
                (fold (lambda (user seen)
                        (when (member (key user) seen)
                          (fail (format #f (G_ "two users have the ~a ~a") what (key user))
                                (G_ "leave one out, or give it another")))
                        (cons (key user) seen))
                      (list (if (eq? key user-name) "root" "0"))
                      users))
              (list user-name user-uid)
              (list (G_ "name") (G_ "number")))
    users))

(define (added-user-names options)
  "Return the names of users, and so of groups, that OPTIONS add."
  (match (parse-users options)
    (()    '())
    (users (cons* "root" "nobody" (map user-name users)))))

(define (passwd-text users)
  (string-append
   "root:x:0:0:root:/root:/bin/sh\n"
   (string-concatenate
    (map (lambda (user)
           (string-append (user-name user) ":x:" (user-uid user) ":" (user-gid user) "::"
                          (user-home user) ":" (user-shell user) "\n"))
         users))
   (if (find (lambda (user) (string=? "nobody" (user-name user))) users)
       ""
       "nobody:x:65534:65534:nobody:/:/bin/false\n")))

(define (group-text users)
  (string-append
   "root:x:0:\n"
   (string-concatenate
    (map (lambda (user)
           (string-append (user-name user) ":x:" (user-gid user) ":\n"))
         users))
   (if (find (lambda (user) (string=? "nobody" (user-name user))) users)
       ""
       "nogroup:x:65534:\n")))


;;;
;;; Files and directories.
;;;

(define (parse-attributes text attributes default-mode users)
  "Return two values, the mode and the owner that ATTRIBUTES, the parts of TEXT behind
commas, say."
  (define (bad why)
    (fail (format #f (G_ "~a: ~a") text why)
          (G_ "what follows a comma is mode=MODE, such as mode=0750, or owner=USER[:GROUP], \
such as owner=1000:1000")))

  (define (number name key)
    (cond ((and (not (string-null? name)) (string-every char-numeric? name)) name)
          ((string=? name "root") "0")
          ((find (lambda (user) (string=? name (user-name user))) users) => key)
          (else
           (bad (format #f (G_ "there is no user '~a'; --add-user adds one") name)))))

  (define (owner value)
    (match (string-split value #\:)
      ((user)       (string-append (number user user-uid) ":" (number user user-gid)))
      ((user group) (string-append (number user user-uid) ":" (number group user-gid)))
      (_            (bad (G_ "an owner has the form USER or USER:GROUP")))))

  (let loop ((attributes attributes) (mode default-mode) (owner* "0:0"))
    (match attributes
      (() (values mode owner*))
      ((attribute . rest)
       (cond ((string-match "^mode=([0-7]{3,4})$" attribute)
              => (lambda (found) (loop rest (match:substring found 1) owner*)))
             ((string-prefix? "owner=" attribute)
              (loop rest mode (owner (string-drop attribute 6))))
             (else
              (bad (format #f (G_ "'~a' is neither a mode nor an owner") attribute))))))))

(define (split-attributes text)
  "Return the part of TEXT before the attributes, and these: two values."
  (let loop ((parts (reverse (string-split text #\,))) (attributes '()))
    (match parts
      (((and attribute (or (? (lambda (part) (string-prefix? "mode=" part)))
                           (? (lambda (part) (string-prefix? "owner=" part)))))
        . (and rest (_ . _)))
       (loop rest (cons attribute attributes)))
      (_
       (values (string-join (reverse parts) ",") attributes)))))

(define (check-name name text)
  "Return NAME, the name of a file of the root, in its normal form."
  (unless (and (string-prefix? "/" name)
               (not (string-index name #\newline))
               (not (any (lambda (part) (member part '("." "..")))
                         (string-split name #\/)))
               (not (string=? "/" (normal-file-name name))))
    (fail (format #f (G_ "~a: '~a' is not an absolute file name without '..'") text name)
          (G_ "name a file of the pack's root, such as /etc/app.conf")))
  (normal-file-name name))

(define (directory-line text users)
  (call-with-values (lambda () (split-attributes text))
    (lambda (name attributes)
      (call-with-values (lambda () (parse-attributes text attributes "0755" users))
        (lambda (mode owner)
          (string-append "directory " mode " " owner " " (check-name name text)))))))

(define (file-parts text users)
  "Return two values: the beginning of the line for the file of TEXT, and the name of what has
its contents."
  (call-with-values (lambda () (split-attributes text))
    (lambda (assignment attributes)
      (match (string-index assignment #\=)
        (#f
         (fail (format #f (G_ "~a: bad file: there is no '='") text)
               (G_ "write NAME=FILE, such as /etc/app.conf=app.conf")))
        (index
         (call-with-values (lambda () (parse-attributes text attributes "0644" users))
           (lambda (mode owner)
             (values (string-append "file " mode " " owner " "
                                    (check-name (string-take assignment index) text)
                                    " -> ")
                     (string-drop assignment (+ index 1))))))))))

(define (lower-file text users)
  "Return, as a monadic value, the line for the file of TEXT and the list of the store items
that it names."
  (call-with-values (lambda () (file-parts text users))
    (lambda (line source)
      (cond ((string-prefix? "profile:" source)
             (with-monad %store-monad
               (return (list (string-append
                              line (profile-file-name (G_ "the contents of a file")
                                                      (string-drop source 8)))))))
            ((and (file-exists? source) (eq? 'regular (stat:type (stat source))))
             (mlet %store-monad ((item (interned-file source (basename source)
                                                      #:recursive? #f)))
               (return (list (string-append line item) item))))
            (else
             (fail (format #f (G_ "~a: no such file") source)
                   (G_ "name a file of this machine, or 'profile:' and one of the \
profile")))))))

(define (lower-user-files users)
  "Return, as a monadic value, a list like those of 'lower-file' for /etc/passwd and
/etc/group."
  (if (null? users)
      (with-monad %store-monad
        (return '()))
      (mlet %store-monad ((passwd (text-file "passwd" (passwd-text users)))
                          (group  (text-file "group" (group-text users))))
        (return (list (list (string-append "file 0644 0:0 /etc/passwd -> " passwd) passwd)
                      (list (string-append "file 0644 0:0 /etc/group -> " group) group))))))

(define (lower-root-entries options)
  "Return, as a monadic value, the <root-entries> of OPTIONS, keywords and values."
  (define users (parse-users options))

  (mlet* %store-monad ((user-files (lower-user-files users))
                       (files (mapm %store-monad
                                    (lambda (text) (lower-file text users))
                                    (option-value options #:files '()))))
    (let ((all (append user-files files)))
      (return (root-entries
               (append (map (lambda (text) (directory-line text users))
                            (option-value options #:directories '()))
                       (map first all))
               (delete-duplicates (append-map cdr all)))))))
