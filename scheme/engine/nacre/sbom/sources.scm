;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Where a component's files come from: addresses, hashes and names for package databases.
(define-module (nacre sbom sources)
  #:use-module ((guix base16) #:select (bytevector->base16-string))
  #:use-module ((guix download) #:select (url-fetch))
  #:use-module ((guix git-download)
                #:select (git-reference-commit git-reference-url
                          git-reference?))
  #:use-module ((guix packages)
                #:select (content-hash-algorithm content-hash-value
                          origin-actual-file-name origin-hash origin-method
                          origin-uri))
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (origin->source
            source?
            source-name
            source-urls
            source-commit
            source-algorithm
            source-hash
            source-hash-of-file?
            source-purl

            percent-encode))

(define-record-type <source>
  (source name urls commit algorithm hash hash-of-file?)
  source?
  (name          source-name)           ;of the file
  (urls          source-urls)           ;string*
  (commit        source-commit)         ;of a Git repository, or #f
  (algorithm     source-algorithm)      ;symbol
  (hash          source-hash)           ;base-16 string
  (hash-of-file? source-hash-of-file?)) ;else of the archive (NAR) of a tree

(define (public-urls uri)
  ;; The name of a file of this machine is useless elsewhere.
  (filter (lambda (url)
            (and (string? url)
                 (string-contains url "://")
                 (not (string-prefix? "file:" url))))
          (if (list? uri) uri (list uri))))

(define (origin->source origin)
  "Return the <source> of ORIGIN."
  (define uri (origin-uri origin))
  (define hash (origin-hash origin))
  (define git? (git-reference? uri))

  (source (or (origin-actual-file-name origin) "source")
          (public-urls (if git? (git-reference-url uri) uri))
          (and git? (git-reference-commit uri))
          (content-hash-algorithm hash)
          (bytevector->base16-string (content-hash-value hash))
          (eq? url-fetch (origin-method origin))))


;;;
;;; Package URLs.
;;;

(define %plain
  (string->char-set "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\
0123456789-._~:"))

(define (percent-encode text)
  "Return TEXT as a part of a package URL."
  (string-concatenate
   (map (lambda (byte)
          (let ((char (integer->char byte)))
            (if (char-set-contains? %plain char)
                (string char)
                (string-append "%"
                               (string-upcase
                                (string-pad (number->string byte 16) 2 #\0))))))
        (bytevector->u8-list (string->utf8 text)))))

(define (debian-purl url)
  "Return the package URL of the Debian package at URL, or #f if URL is not that of a
Debian package."
  (and (string-prefix? "mirror://debian/" url)
       (string-suffix? ".deb" url)
       (match (string-split (basename url ".deb") #\_)
         ((name version architecture)
          (string-append "pkg:deb/debian/" (percent-encode name)
                         "@" (percent-encode version)
                         "?arch=" (percent-encode architecture)))
         (_ #f))))

(define (generic-purl source url)
  (string-append "pkg:generic/" (percent-encode (source-name source)) "?"
                 (if (source-hash-of-file? source)
                     (string-append "checksum="
                                    (symbol->string (source-algorithm source))
                                    ":" (source-hash source) "&")
                     "")
                 (match (source-commit source)
                   (#f     (string-append "download_url=" (percent-encode url)))
                   (commit (string-append "vcs_url="
                                          (percent-encode
                                           (string-append "git+" url "@" commit)))))))

(define (source-purl source)
  "Return the package URL of SOURCE, or #f if it has no address."
  (match (source-urls source)
    (() #f)
    ((url . _)
     (or (debian-purl url) (generic-purl source url)))))
