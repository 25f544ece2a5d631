;;; SPDX-License-Identifier: GPL-3.0-or-later

(define-module (gnu packages sqlite)
  #:use-module (gnu packages tcl)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix build-system gnu)
  #:use-module ((guix licenses) #:prefix license:))

(define-public sqlite
  (package
    (name "sqlite")
    (version "3.40.1")
    ;; Debian's file is the repository's: the single C file that users know is
    ;; made from it, by programs in Tcl.
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/s/sqlite3/sqlite3_"
                                  version ".orig.tar.xz"))
              (sha256
               (base32
                "0mfnlln1wc66xcik2y5jnmv8ck2834c8k9sandnrgp5l18k7d9xa"))))
    (build-system gnu-build-system)
    (native-inputs (list tcl))
    (arguments
     (list
      #:tests? #f                       ;they take many minutes
      #:configure-flags
      #~(list (string-append "CFLAGS=-O2"
                             " -DSQLITE_ENABLE_COLUMN_METADATA"
                             " -DSQLITE_ENABLE_DBSTAT_VTAB"
                             " -DSQLITE_ENABLE_FTS3"
                             " -DSQLITE_ENABLE_FTS3_PARENTHESIS"
                             " -DSQLITE_ENABLE_FTS4"
                             " -DSQLITE_ENABLE_FTS5"
                             " -DSQLITE_ENABLE_MATH_FUNCTIONS"
                             " -DSQLITE_ENABLE_RTREE"
                             " -DSQLITE_ENABLE_UNLOCK_NOTIFY"
                             " -DSQLITE_SECURE_DELETE")
              "--disable-static" "--disable-tcl" "--disable-readline")))
    (synopsis "Database management system")
    (description
     "SQLite is a library that keeps an SQL database, with transactions, in a
single file, without a server.")
    (home-page "https://www.sqlite.org/")
    (license license:public-domain)))
