;;; SPDX-License-Identifier: GPL-3.0-or-later

(use-modules (nacre provenance)
             (nacre sbom dependencies)
             (gnu packages)
             (guix packages)
             (guix profiles)
             (guix search-paths)
             (srfi srfi-1)
             (srfi srfi-26)
             (srfi srfi-64)
             (ice-9 match))

(load "lib/check.scm")

(define directory (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp")
                                          "/provenance-XXXXXX")))

(define (state-of text)
  "Return the state from a record with TEXT, of a channel without files."
  (let ((record (string-append directory "/record")))
    (call-with-output-file record (cut display text <>))
    (read-channel-state record (list directory))))

(define %record
  "((url \"https://example.org/x.git\") (branch \"main\") (commit \"abc\"))")

(define known (state-of %record))

(define hello (specification->package "hello"))

(define (properties manifest)
  (append-map manifest-entry-properties (manifest-entries manifest)))

(checks "provenance"
 (test-equal "a record has address, branch and commit"
   '("https://example.org/x.git" "main" "abc" #f)
   (map (cut <> known)
        (list channel-state-url channel-state-branch channel-state-commit
              channel-state-problem)))

 (test-equal "an incomplete record says why"
   '("because" "nacre was built without a record of its sources"
     "nacre was built without a record of its sources"
     "the repository of nacre's sources has no address")
   (map (compose channel-state-problem state-of)
        '("((url \"u\") (unknown \"because\"))" "(1 2" "(a b)"
          "((branch \"main\") (commit \"abc\"))")))

 (test-equal "a record that is older than a source is not true any more"
   "the sources have changed since nacre was built"
   (let ((record (string-append directory "/record"))
         (source (string-append directory "/x.scm")))
     (call-with-output-file record (cut display %record <>))
     (utime record 1000 1000)
     (call-with-output-file source (const #t))
     (let ((state (read-channel-state record (list directory))))
       (delete-file source)
       (channel-state-problem state))))

 (test-equal "an entry says where its package comes from, as Guix writes it"
   '((provenance (repository (version 0) (url "https://example.org/x.git")
                             (branch "main") (commit "abc") (name guix))))
   (properties (manifest-with-provenance (packages->manifest (list hello))
                                         known)))

 (test-equal "and nothing about packages from elsewhere"
   '()
   (properties
    (manifest-with-provenance
     (packages->manifest (list (package (inherit hello) (name "mine"))))
     known)))

 (test-equal "what is said already stays"
   '((provenance other))
   (properties
    (manifest-with-provenance
     (manifest (list (manifest-entry
                      (inherit (package->manifest-entry hello))
                      (properties '((provenance other))))))
     known)))

 (test-equal "nothing is said where the commit is not known"
   '()
   (properties (manifest-with-provenance (packages->manifest (list hello))
                                         (state-of "()"))))

 (test-assert "a pack is made from the channel, and from its packages' sources"
   (let ((text (manifest->dependencies (packages->manifest (list hello)) known)))
     (every (cut string-contains text <>)
            '("\"uri\": \"git+https://example.org/x.git@abc\""
              "\"gitCommit\": \"abc\""
              "\"name\": \"hello-2.10.tar.gz\""
              "31e066137a962676e89f69d1b65382de95a7ef7d914b8cb956f41ea72e0f516b"
              "\"mirrors\""))))

 (test-assert "where the commit is not known, the sources still are"
   (let ((text (manifest->dependencies (packages->manifest (list hello))
                                       (state-of "()"))))
     (and (string-contains text "hello-2.10.tar.gz")
          (not (string-contains text "git+https://example.org/x.git"))))))
