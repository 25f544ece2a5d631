;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Items of the store: queries, adding, roots, garbage.
(define-module (guix store items)
  #:use-module (nacre store)
  #:use-module ((nacre derivation)
                #:select (read-derivation derivation-output-list))
  #:use-module (guix store connection)
  #:use-module (guix store paths)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:autoload   (guix store file-tree) (call-with-file-tree)
  #:export (valid-path?
            query-path-hash
            query-path-info
            path-info?
            path-info-deriver
            path-info-hash
            path-info-references
            path-info-registration-time
            path-info-nar-size
            hash-part->path
            references
            references/cached
            requisites
            referrers
            valid-derivers
            query-derivation-outputs
            topologically-sorted

            add-text-to-store
            add-data-to-store
            add-to-store
            add-file-tree-to-store

            add-temp-root
            add-indirect-root
            add-permanent-root
            remove-permanent-root
            %gc-roots-directory
            find-roots
            live-paths
            dead-paths
            collect-garbage
            delete-paths
            verify-store))


;;;
;;; Queries.
;;;

(define (valid-path? store path)
  "Return #t when PATH is a complete item of STORE."
  (store-path-valid? store path))

(define (query-path-hash store path)
  "Return the SHA-256 hash of the archive of PATH, a bytevector."
  (path-info-hash (query-path-info store path)))

;; The information of a path: a list in the order of the accessors below.
(define (query-path-info store path)
  "Return the information of PATH in STORE; raise a '&store-protocol-error' if it is
not valid."
  (or (store-path-info store path)
      (raise (condition
              (&store-protocol-error
               (message (string-append "path `" path "' is not valid"))
               (status 1))))))

(define (path-info? obj)
  (and (list? obj) (= 5 (length obj))))

(define path-info-hash first)
(define path-info-nar-size second)
(define path-info-references third)
(define path-info-deriver fourth)
(define path-info-registration-time fifth)

(define (hash-part->path store hash-part)
  "Return the valid path whose hash part is HASH-PART, or \"\"."
  (or (store-find-hash-part store hash-part) ""))

(define (references store path)
  "Return the paths that PATH refers to."
  (store-references store path))

(define references/cached references)

(define (requisites store paths)
  "Return the closure of PATHS, themselves included, without duplicates."
  (store-requisites store paths))

(define (referrers store path)
  "Return the paths that refer to PATH."
  (store-referrers store path))

(define (valid-derivers store path)
  "Return the valid derivations that PATH is an output of."
  (store-derivers store path))

(define (query-derivation-outputs store drv)
  "Return the paths of the outputs of DRV, the file name of a derivation."
  (map second (derivation-output-list (read-derivation store drv))))

(define (topologically-sorted store paths)
  "Return PATHS and all that they refer to, each after what it refers to."
  (define seen (make-hash-table))

  (define (visit path result)
    (if (hash-ref seen path)
        result
        (begin
          (hash-set! seen path #t)
          (cons path (fold visit result (references store path))))))

  (reverse (fold visit '() paths)))


;;;
;;; Adding.
;;;

(define* (add-text-to-store store name text #:optional (references '()))
  "Add TEXT under NAME, with REFERENCES, and return its path."
  (store-add-text! store name text references))

(define* (add-data-to-store store name bytes #:optional (references '()))
  "Add BYTES, a string or a bytevector, under NAME, with REFERENCES, and return
its path."
  (store-add-text! store name bytes references))

(define* (add-to-store store name recursive? hash-algo file
                       #:key (select? #f))
  "Add FILE under NAME and return its path.  With RECURSIVE?, what SELECT?, a
procedure of a file name and status, accepts of its tree; otherwise its
contents."
  (store-add-path! store name file recursive? (->algorithm hash-algo)
                   (and select?
                        (lambda (file) (select? file (lstat file))))))

(define (->algorithm algorithm)
  (if (string? algorithm)
      (string->symbol algorithm)
      algorithm))

(define* (add-file-tree-to-store store tree #:key
                                 (hash-algo "sha256") (recursive? #t))
  "Add TREE and return its path.  A tree is one of:

  (NAME directory TREE ...)
  (NAME regular CONTENTS), (NAME executable CONTENTS)
  (NAME symlink TARGET)

where CONTENTS is (data STRING-OR-BYTEVECTOR) or (file FILE-NAME)."
  (call-with-file-tree tree
    (lambda (file)
      (add-to-store store (first tree) recursive? hash-algo file))))


;;;
;;; Roots and garbage.
;;;

(define %gc-roots-directory
  ;; The directory of links to items that must be kept.
  (string-append (state-directory) "/gcroots"))

(define (add-temp-root store path)
  "Keep PATH from the garbage collector as long as this process lives."
  (store-add-temporary-root! store path))

(define (add-indirect-root store link)
  "Make LINK, a symbolic link to a path, a root."
  (store-add-indirect-root! store link))

(define (add-permanent-root path)
  "Keep PATH from the garbage collector for ever."
  (store-add-permanent-root! (default-connection) path))

(define (remove-permanent-root path)
  "Undo 'add-permanent-root' for PATH."
  (delete-file (string-append %gc-roots-directory "/" (basename path))))

(define (find-roots store)
  "Return the roots as a list of (LINK . PATH)."
  (store-roots store))

(define (live-paths store)
  "Return the paths that the garbage collector keeps."
  (store-collect-garbage! store 'live '() #f))

(define (dead-paths store)
  "Return the paths that the garbage collector would delete."
  (store-collect-garbage! store 'dead '() #f))

(define* (collect-garbage store #:optional (min-freed #f))
  "Delete dead paths until MIN-FREED bytes are free, if given.  Return the paths
and the number of bytes."
  (store-collect-garbage! store 'delete '() min-freed))

(define* (delete-paths store paths #:optional (min-freed #f))
  "Delete PATHS, which must be dead.  Return the paths and the number of bytes."
  (store-collect-garbage! store 'delete-specific paths min-freed))

(define* (verify-store store #:key check-contents? repair?)
  "Check STORE; return #t if there is no error."
  (store-verify! store check-contents? repair?))
