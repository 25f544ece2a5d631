;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Manifests, their files, transactions, collisions and hooks.  Guix's own tests are run, too:
;;; tests/upstream.sh.
(use-modules (guix profiles)
             ((guix profiles files) #:select (sexp->manifest manifest-file-text))
             (guix build certificates)
             (guix build info-directory)
             (guix derivations)
             (guix gexp)
             (guix packages)
             (guix search-paths)
             (guix store)
             (gnu packages)
             (nacre package-transaction)
             (srfi srfi-1)
             (srfi srfi-34)
             (srfi srfi-35)
             (srfi srfi-64)
             (ice-9 match)
             (ice-9 textual-ports))

(load "lib/check.scm")

(define store (open-connection))

(define directory
  (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp") "/profiles-XXXXXX")))

(define (write-file name . lines)
  (let ((file (string-append directory "/" name)))
    (let loop ((parents (list (dirname file))))
      (match parents
        ((parent . rest)
         (if (file-exists? (dirname parent))
             (begin
               (unless (file-exists? parent) (mkdir parent))
               (unless (null? rest) (loop rest)))
             (loop (cons (dirname parent) parents))))))
    (call-with-output-file file
      (lambda (port)
        (for-each (lambda (line) (display line port) (newline port)) lines)))
    file))

(define (item name)
  (string-append "/gnu/store/00000000000000000000000000000000-" name))

(define* (entry name version #:key (output "out") (properties '())
                (dependencies '()))
  (manifest-entry
   (name name)
   (version version)
   (output output)
   (item (item (string-append name "-" version)))
   (properties properties)
   (dependencies dependencies)))

(define (names manifest)
  (map manifest-entry-name (manifest-entries manifest)))

(define (message-of thunk)
  (guard (c ((message-condition? c) (condition-message c)))
    (thunk)
    #f))

(define hello (specification->package "hello"))

(define* (package-like name #:key (version "1") (propagated '()))
  (package
    (inherit hello)
    (name name)
    (version version)
    (propagated-inputs propagated)))

(define (derivation-name* manifest . options)
  (derivation-file-name
   (run-with-store store (apply profile-derivation manifest options))))

(define (plan profile . options)
  (apply plan-transaction store profile #:channel-record "" options))

;; A profile that lies in a directory, of which only the manifest is read.
(define (make-profile name manifest)
  (dirname
   (write-file (string-append name "/manifest")
               (manifest-file-text
                (manifest->sexp manifest manifest-entry-item)))))

(define (effects result)
  (second result))

(checks "profiles"

 ;; Files.
 (test-equal "version 0"
   '(("a" "1" "out" "x"))
   (map (lambda (entry)
          (list (manifest-entry-name entry) (manifest-entry-version entry)
                (manifest-entry-output entry) (manifest-entry-item entry)))
        (manifest-entries
         (sexp->manifest '(manifest (version 0)
                                    (packages (("a" "1" "out" "x"))))))))

 (test-equal "version 1, with labels and without"
   '("gmp" "lib-x")
   (map manifest-entry-name
        (manifest-entry-dependencies
         (first (manifest-entries
                 (sexp->manifest
                  `(manifest (version 1)
                             (packages (("a" "1" "out" "x"
                                         (("gmp" ,(item "gmp-6.1"))
                                          ,(item "lib-x-2"))))))))))))

 (test-assert "version 2"
   (match (manifest-entries
           (sexp->manifest
            `(manifest (version 2)
                       (packages (("a" "1" "out" "x"
                                   (propagated-inputs (,(item "b-2")))
                                   (search-paths
                                    (("X" ("lib/x") ":" directory #f)))))))))
     ((entry)
      (and (equal? '("b") (map manifest-entry-name
                               (manifest-entry-dependencies entry)))
           (eq? entry (force (manifest-entry-parent
                              (first (manifest-entry-dependencies entry)))))
           (string=? "X" (search-path-specification-variable
                          (first (manifest-entry-search-paths entry))))))))

 (test-equal "versions 3 and 4 keep properties, whatever they are"
   '(((answer . 42) (transformations . ((with-input . "a=b"))))
     ((answer . 42) (transformations . ((with-input . "a=b")))))
   (map (lambda (version)
          (manifest-entry-properties
           (first
            (manifest-entries
             (sexp->manifest
              (manifest->sexp
               (manifest
                (list (entry "a" "1"
                             #:properties
                             '((answer . 42)
                               (transformations . ((with-input . "a=b")))))))
               manifest-entry-item version))))))
        '(3 4)))

 (test-equal "entries that differ in properties only are both written"
   '("a" "a")
   (map first
        (match (manifest->sexp (manifest
                                (list (entry "a" "1")
                                      (entry "a" "1" #:properties '((x . 1)))))
                               manifest-entry-item)
          (('manifest _ ('packages packages)) packages))))

 (test-assert "another version is an error"
   (guard (c ((profile-error? c) #t))
     (sexp->manifest '(manifest (version 99) (packages ())))
     #f))

 (test-assert "what is no manifest is an error"
   (guard (c ((profile-error? c) #t))
     (sexp->manifest '(manifest (version 4) (packages (("a")))))
     #f))

 (test-equal "a profile that does not exist is empty"
   '()
   (manifest-entries (profile-manifest "/does-not-exist")))

 ;; Transactions.
 (test-equal "what is installed last comes first"
   '("c" "b" "a")
   (names (manifest-add (manifest (list (entry "a" "1")))
                        (list (entry "b" "1") (entry "c" "1")))))

 (test-equal "an installation is planned with its effects"
   '("changes" (("install" "glib:bin" "" "2.74.6") ("install" "hello" "" "2.10"))
        ("glib" "hello"))
   (match (plan "/does-not-exist" #:install '("hello" "glib:bin"))
     ((change effects manifest)
      (list change effects (names manifest)))))

 (test-equal "what is removed is not upgraded"
   '("changes" (("remove" "hello" "1" "")) ())
   (match (plan (make-profile "old" (manifest (list (entry "hello" "1"))))
                #:remove '("hello") #:upgrade '(""))
     ((change effects manifest)
      (list change effects (names manifest)))))

 (test-equal "an upgrade is for names that match, and are not kept"
   '(("upgrade" "hello" "1" "2.10"))
   (effects (plan (make-profile "old2" (manifest (list (entry "hello" "1")
                                                       (entry "sed" "1"))))
                  #:upgrade '("^HEL" "sed") #:keep '("^sed$"))))

 (test-equal "an upgrade does not go back"
   '("nothing" ())
   (match (plan (make-profile "new" (manifest (list (entry "hello" "99"))))
                #:upgrade '(""))
     ((change effects _) (list change effects))))

 (test-equal "a package that is asked for may go back"
   '(("downgrade" "hello" "99" "2.10"))
   (effects (plan (make-profile "new2" (manifest (list (entry "hello" "99"))))
                  #:install '("hello"))))

 (test-equal "what is there already stays in its place"
   '("the same" () ("sed" "hello"))
   (let* ((entry (run-with-store store
                   (lower-manifest-entry (package->manifest-entry hello)
                                         (%current-system))))
          (other (manifest-entry (inherit entry)
                                 (name "sed") (version "9")
                                 (item (item "sed-9")))))
     (match (plan (make-profile "same" (manifest (list other entry)))
                  #:install '("hello"))
       ((change effects manifest)
        (list change effects (names manifest))))))

 (test-equal "what is removed and installed is there"
   '("changes" ("hello"))
   (let ((entry (run-with-store store
                  (lower-manifest-entry (package->manifest-entry hello)
                                        (%current-system))))
         (other (entry "sed" "1")))
     (match (plan (make-profile "again" (manifest (list entry other)))
                  #:install '("hello") #:remove '("hello" "sed"))
       ((change _ manifest)
        (list change (names manifest))))))

 (test-equal "a manifest replaces all"
   '(("remove" "old" "1" "") ("install" "hello" "" "2.10"))
   (sort (effects (plan (make-profile "all" (manifest (list (entry "old" "1"))))
                        #:manifests
                        (list (cons (packages->manifest (list hello)) "file"))))
         (lambda (a b) (string>? (first a) (first b)))))

 (test-equal "what is not installed cannot be removed"
   '("package 'heloo' is not in the profile" "package 'hello:lib' is not in the profile")
   (let ((profile (make-profile "some" (manifest (list (entry "hello" "1"))))))
     (map (lambda (name)
            (message-of (lambda () (plan profile #:remove (list name)))))
          '("heloo" "hello:lib"))))

 ;; Collisions.
 (test-assert "a collision is reported with the way of both"
   (let* ((old  (package-like "tool" #:version "1"))
          (new  (package-like "tool" #:version "2"))
          (lib  (package-like "lib" #:propagated (list new)))
          (user (package-like "user" #:propagated (list lib))))
     (match (string-split
             (message-of (lambda ()
                           (derivation-name* (packages->manifest (list old user)))))
             #\newline)
       (("profile contains conflicting entries for 'tool':"
         (? (lambda (line) (string-prefix? "  tool@1 /gnu/store/" line)))
         (? (lambda (line) (string-prefix? "  tool@2 /gnu/store/" line)))
         "    propagated from lib@1"
         "    propagated from user@1")
        #t)
       (_ #f))))

 (test-assert "a collision can be allowed"
   (derivation-name* (packages->manifest (list (package-like "tool" #:version "1")
                                               (package-like "tool" #:version "2")))
                     #:allow-collisions? #t))

 ;; Hooks.
 (test-equal "a profile for which no hook is called has the derivation without hooks"
   (derivation-name* (packages->manifest (list hello)) #:hooks '())
   (derivation-name* (packages->manifest (list hello))))

 (test-assert "a package that shows manuals calls for their directory"
   (let ((with-hooks
          (derivation-name* (packages->manifest
                             (list (specification->package "texinfo"))))))
     (and (not (string=? with-hooks
                         (derivation-name* (packages->manifest
                                            (list (specification->package "texinfo")))
                                           #:hooks '())))
          (any (lambda (input)
                 (string-suffix? "-info-dir.drv" (derivation-input-path input)))
               (derivation-inputs (read-derivation-from-file with-hooks))))))

 (test-equal "certificates and settings call for their hooks"
   '("ca-certificate-bundle.drv" "glib-schemas.drv")
   (map (lambda (name)
          (any (lambda (input)
                 (match (string-split (derivation-input-path input) #\-)
                   ((_ parts ... "bundle.drv") "ca-certificate-bundle.drv")
                   ((_ parts ... "schemas.drv") "glib-schemas.drv")
                   (_ #f)))
               (derivation-inputs
                (read-derivation-from-file
                 (derivation-name* (packages->manifest
                                    (list (package-like name))))))))
        '("nss-certs" "dconf")))

 (test-equal "an empty profile calls for nothing"
   (derivation-name* (manifest '()) #:hooks '())
   (derivation-name* (manifest '())
                     #:hooks (list (lambda _ (error "called")))))

 (test-assert "a kernel's modules are refused"
   (guard (c ((error? c) #t))
     (derivation-name* (packages->manifest (list (package-like "linux-libre")))
                       #:hooks (list linux-module-database))
     #f))

 (test-equal "certificates are copied once"
   "-----A-----\n-----B-----\n"
   (begin
     (write-file "one/etc/ssl/certs/a.pem" "-----A-----")
     (write-file "two/etc/ssl/certs/b.pem" "-----B-----")
     (write-file "two/etc/ssl/certs/README" "no certificate")
     (symlink "b.pem" (string-append directory "/two/etc/ssl/certs/1234.pem"))
     (let ((bundle (string-append directory "/out/ca.crt")))
       (with-output-to-string
         (lambda ()
           (write-certificate-bundle
            (map (lambda (name) (string-append directory "/" name))
                 '("one" "two" "three"))
            bundle)))
       (call-with-input-file bundle get-string-all))))

 (test-equal "the directory of manuals has sections in order and each entry once"
   '("* Menu:" "" "Basics" "* A: (a).  First." "          And more." "* B: (b).  Second."
     "" "Miscellaneous" "* C: (c).  Third." "")
   (begin
     (write-file "m1/share/info/b.info" "This is b.info"
                 "INFO-DIR-SECTION Basics"
                 "START-INFO-DIR-ENTRY" "* B: (b).  Second." "END-INFO-DIR-ENTRY"
                 "\x1f" "START-INFO-DIR-ENTRY" "* not an entry" "END-INFO-DIR-ENTRY")
     (write-file "m1/share/info/b.info-1" "START-INFO-DIR-ENTRY" "* no"
                 "END-INFO-DIR-ENTRY")
     (write-file "m2/share/info/a.info"
                 "INFO-DIR-SECTION Basics"
                 "START-INFO-DIR-ENTRY" "* A: (a).  First." "          And more."
                 "END-INFO-DIR-ENTRY")
     (write-file "m2/share/info/c.info"
                 "START-INFO-DIR-ENTRY" "* C: (c).  Third." "END-INFO-DIR-ENTRY")
     (let ((file (string-append directory "/out/dir")))
       (write-info-directory (map (lambda (name) (string-append directory "/" name))
                                  '("m1" "m2" "m1"))
                             file)
       (member "* Menu:"
               (string-split (call-with-input-file file get-string-all)
                             #\newline)))))

 ;; Generations.
 (test-equal "generations are found, switched and deleted"
   '(0 (1 2) 0 2 1 #f 2 ("p-1-link") (2))
   (let* ((profile (string-append directory "/p"))
          (link    (lambda (number)
                     (symlink (dirname directory)
                              (generation-file-name profile number))))
          (before  (generation-number profile)))
     (link 1)
     (link 2)
     (symlink "p-2-link" profile)
     (let* ((numbers  (generation-numbers profile))
            (first-of (generation-number (string-append directory "/none")))
            (current  (generation-number profile))
            (previous (previous-generation-number profile))
            (none     (relative-generation profile 1)))
       (switch-to-generation profile 1)
       (switch-to-generation profile 2)
       (list before numbers first-of current previous none
             (relative-generation-spec->number profile "2")
             (list (basename (delete-generation store profile 1)))
             (profile-generations profile)))))

 (test-equal "a generation that is missing is a condition"
   '(7 #t)
   (guard (c ((missing-generation-error? c)
              (list (missing-generation-error-generation c)
                    (profile-error? c))))
     (switch-to-generation (string-append directory "/p") 7)))

 (test-assert "rolling back from the first generation leads to an empty profile"
   (let ((profile (string-append directory "/q")))
     (symlink (dirname directory) (generation-file-name profile 1))
     (symlink "q-1-link" profile)
     (and (equal? '(1 0)
                  (call-with-values (lambda () (roll-back store profile)) list))
          (zero? (generation-number profile))
          (null? (manifest-entries (profile-manifest profile)))
          (file-exists? (string-append profile "/etc/profile"))
          (equal? '(0 0)
                  (call-with-values (lambda () (roll-back store profile)) list))))))
