;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Licenses of packages.
(define-module (guix licenses)
  #:use-module (srfi srfi-9)
  #:export (license?
            license-name
            license-uri
            license-comment
            license-spdx

            fsf-free
            fsdg-compatible
            non-copyleft
            x11-style
            bsd-style))

(define-record-type <license>
  (license name uri comment spdx)
  license?
  (name    license-name)
  (uri     license-uri)
  (comment license-comment)
  (spdx    license-spdx))               ;SPDX license expression, or #f

(define-syntax-rule (define-licenses (identifier name uri spdx) ...)
  (begin
    (define-public identifier (license name uri #f spdx)) ...))

(define-syntax-rule (define-custom-licenses (identifier name) ...)
  (begin
    (define* (identifier uri #:optional (comment ""))
      "Return a license whose text is at URI."
      (license name uri comment #f))
    ...))

(define-custom-licenses
  (fsf-free        "FSF-free")
  (fsdg-compatible "FSDG-compatible")
  (non-copyleft    "non-copyleft")
  (x11-style       "X11-style")
  (bsd-style       "BSD-style"))

(define-syntax-rule (define-gnu-licenses (identifier name file spdx) ...)
  (define-licenses
    (identifier name
                (string-append "https://www.gnu.org/licenses/" file ".html")
                spdx)
    ...))

(define-gnu-licenses
  (agpl1       "AGPL 1"       "license-list"  "AGPL-1.0-only")
  (agpl3       "AGPL 3"       "agpl-3.0"      "AGPL-3.0-only")
  (agpl3+      "AGPL 3+"      "agpl-3.0"      "AGPL-3.0-or-later")
  (fdl1.1+     "FDL 1.1+"     "fdl-1.1"       "GFDL-1.1-or-later")
  (fdl1.2+     "FDL 1.2+"     "fdl-1.2"       "GFDL-1.2-or-later")
  (fdl1.3+     "FDL 1.3+"     "fdl-1.3"       "GFDL-1.3-or-later")
  (gpl1        "GPL 1"        "gpl-1.0"       "GPL-1.0-only")
  (gpl1+       "GPL 1+"       "gpl-1.0"       "GPL-1.0-or-later")
  (gpl2        "GPL 2"        "gpl-2.0"       "GPL-2.0-only")
  (gpl2+       "GPL 2+"       "gpl-2.0"       "GPL-2.0-or-later")
  (gpl3        "GPL 3"        "gpl-3.0"       "GPL-3.0-only")
  (gpl3+       "GPL 3+"       "gpl-3.0"       "GPL-3.0-or-later")
  (lgpl2.0     "LGPL 2.0"     "lgpl-2.0"      "LGPL-2.0-only")
  (lgpl2.0+    "LGPL 2.0+"    "lgpl-2.0"      "LGPL-2.0-or-later")
  (lgpl2.1     "LGPL 2.1"     "lgpl-2.1"      "LGPL-2.1-only")
  (lgpl2.1+    "LGPL 2.1+"    "lgpl-2.1"      "LGPL-2.1-or-later")
  (lgpl3       "LGPL 3"       "lgpl-3.0"      "LGPL-3.0-only")
  (lgpl3+      "LGPL 3+"      "lgpl-3.0"      "LGPL-3.0-or-later"))

(define-syntax-rule (define-spdx-licenses (identifier name spdx) ...)
  (define-licenses
    (identifier name (string-append "https://spdx.org/licenses/" spdx ".html") spdx)
    ...))

(define-spdx-licenses
  (afl2.1          "Academic Free License 2.1" "AFL-2.1")
  (artistic2.0     "Artistic License 2.0"   "Artistic-2.0")
  (asl1.1          "ASL 1.1"                "Apache-1.1")
  (asl2.0          "ASL 2.0"                "Apache-2.0")
  (boost1.0        "Boost 1.0"              "BSL-1.0")
  (bsd-0           "Zero-Clause BSD"        "0BSD")
  (bsd-2           "FreeBSD"                "BSD-2-Clause")
  (bsd-3           "Modified BSD"           "BSD-3-Clause")
  (bsd-4           "Original BSD"           "BSD-4-Clause")
  (cc0             "CC0"                    "CC0-1.0")
  (cc-by2.0        "CC-BY 2.0"              "CC-BY-2.0")
  (cc-by3.0        "CC-BY 3.0"              "CC-BY-3.0")
  (cc-by4.0        "CC-BY 4.0"              "CC-BY-4.0")
  (cc-by-sa3.0     "CC-BY-SA 3.0"           "CC-BY-SA-3.0")
  (cc-by-sa4.0     "CC-BY-SA 4.0"           "CC-BY-SA-4.0")
  (cddl1.0         "CDDL 1.0"               "CDDL-1.0")
  (cecill          "CeCILL"                 "CECILL-2.1")
  (cecill-b        "CeCILL-B"               "CECILL-B")
  (cecill-c        "CeCILL-C"               "CECILL-C")
  (clarified-artistic "Clarified Artistic"  "ClArtistic")
  (cpl1.0          "CPL 1.0"                "CPL-1.0")
  (curl            "curl"                   "curl")
  (epl1.0          "EPL 1.0"                "EPL-1.0")
  (epl2.0          "EPL 2.0"                "EPL-2.0")
  (eupl1.2         "EUPL 1.2"               "EUPL-1.2")
  (expat           "Expat"                  "MIT")
  (freetype        "FreeType"               "FTL")
  (hpnd            "HPND"                   "HPND")
  (ibmpl1.0        "IBMPL 1.0"              "IPL-1.0")
  (ijg             "IJG"                    "IJG")
  (imlib2          "Imlib2"                 "Imlib2")
  (isc             "ISC"                    "ISC")
  (lppl1.3+        "LPPL 1.3+"              "LPPL-1.3c")
  (miros           "MirOS"                  "MirOS")
  (mpl1.0          "MPL 1.0"                "MPL-1.0")
  (mpl1.1          "MPL 1.1"                "MPL-1.1")
  (mpl2.0          "MPL 2.0"                "MPL-2.0")
  (ms-pl           "Ms-PL"                  "MS-PL")
  (ncsa            "NCSA"                   "NCSA")
  (ogl-psi1.0      "OGL-PSI 1.0"            "OGL-UK-1.0")
  (openldap2.8     "OpenLDAP 2.8"           "OLDAP-2.8")
  (openssl         "OpenSSL"                "OpenSSL")
  (psfl            "Python Software Foundation License" "PSF-2.0")
  (qpl             "QPL"                    "QPL-1.0")
  (repoze          "Repoze"                 "BSD-3-Clause-Modification")
  (ruby            "Ruby"                   "Ruby")
  (sgifreeb2.0     "SGI FreeB 2.0"          "SGI-B-2.0")
  (silofl1.1       "SIL OFL 1.1"            "OFL-1.1")
  (sleepycat       "Sleepycat"              "Sleepycat")
  (tcl/tk          "Tcl/Tk"                 "TCL")
  (unlicense       "Unlicense"              "Unlicense")
  (vim             "Vim"                    "Vim")
  (w3c             "W3C"                    "W3C")
  (wtfpl2          "WTFPL 2"                "WTFPL")
  (x11             "X11"                    "X11")
  (zlib            "Zlib"                   "Zlib")
  (zpl2.1          "Zope Public License 2.1" "ZPL-2.1"))

;; One is a choice, and the other is not a license.
(define-licenses
  (perl-license "GPL 1+ or Artistic" "https://spdx.org/licenses/Artistic-1.0-Perl.html"
                "Artistic-1.0-Perl OR GPL-1.0-or-later")
  (public-domain "Public Domain" "https://spdx.org/licenses/CC-PDDC.html"
                 #f))
