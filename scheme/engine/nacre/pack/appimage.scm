;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; AppImages: a program and its closure in one executable file.
(define-module (nacre pack appimage)
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix profiles) #:select (manifest-search-paths))
  #:use-module (nacre pack format)
  #:use-module (nacre pack metadata)
  #:use-module (nacre pack options)
  #:use-module (nacre pack programs)
  #:autoload   (nacre pack relocatable) (relocatable-program)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (appimage-format))

(define %icon
  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">
<rect x=\"4\" y=\"4\" width=\"56\" height=\"56\" rx=\"10\" fill=\"#3a6ea5\"/>
<path d=\"M18 22l12 10-12 10\" fill=\"none\" stroke=\"#fff\" stroke-width=\"5\"/>
<path d=\"M34 44h14\" stroke=\"#fff\" stroke-width=\"5\"/>
</svg>
")

(define (entry-point request)
  "Return the program that REQUEST's AppImage runs, relative to the profile."
  (let ((entry-point (pack-request-option request #:entry-point)))
    (unless entry-point
      (fail (G_ "an AppImage needs an entry point")
            (G_ "add --entry-point=PROGRAM, such as --entry-point=bin/hello")))
    (profile-file-name (G_ "an entry point") entry-point)))

(define (desktop-entry request)
  "Return the text of the desktop entry for REQUEST."
  (define name (pack-request-name request))

  (string-append "[Desktop Entry]\n"
                 "Type=Application\n"
                 "Name=" name "\n"
                 "Comment=" (manifest-summary (pack-request-manifest request)) "\n"
                 "Exec=" (basename (entry-point request)) "\n"
                 "Icon=" name "\n"
                 "Terminal=true\n"
                 "Categories=Utility;\n"
                 "X-AppImage-Version="
                 (manifest-pack-version (pack-request-manifest request)) "\n"))

(define (appimage-variables request)
  (define program (entry-point request))

  `(("name" . ,(pack-request-name request))
    ("entry-point" . ,program)
    ("desktop-entry" . ,(desktop-entry request))
    ("icon" . ,%icon)))

(define (appimage-objects request)
  `(("runtime" ,(pack-program 'appimage) "/bin/nacre-appimage")
    ("app-run"
     ,(relocatable-program (string-append (pack-request-name request) "-AppRun")
                           (pack-request-profile request)
                           (entry-point request)
                           (pack-request-option request #:entry-point-arguments '())
                           #:search-paths
                           (manifest-search-paths (pack-request-manifest request))
                           #:target (pack-request-target request))
     "")))

(define (check-appimage name options links local-state?)
  "Raise an error if NAME cannot be that of an AppImage's files, or if one of LINKS
collides with those."
  (define own
    (list "/AppRun" "/.DirIcon" (string-append "/" name ".desktop")
          (string-append "/" name ".svg")))

  (when (or (string-index name #\/) (string-prefix? "." name))
    (fail (simple-format #f (G_ "'~a' cannot be the name of an AppImage") name)
          (G_ "choose a file's name that does not begin with a dot")))
  (for-each (match-lambda
              ((source . _)
               (when (any (lambda (file) (below? source file)) own)
                 (fail (simple-format #f (G_ "~a: bad symbolic link: that place is the AppImage's own")
                                      source)
                       (G_ "choose another place")))))
            links))

(define appimage-format
  (pack-format 'appimage "builtin:pack-appimage"
               (lambda (name ending)
                 (string-append name ".AppImage"))
               #:compressions '(gzip zstd none)
               #:variables appimage-variables
               #:objects appimage-objects
               #:check check-appimage))
