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
  (afl2.1           "Academic Free License 2.1" "AFL-2.1")
  (afl3.0           "Academic Free License 3.0" "AFL-3.0")
  (apsl2            "APSL 2.0"               "APSL-2.0")
  (arphic-1999      "Arphic Public License"  "Arphic-1999")
  (artistic2.0      "Artistic License 2.0"   "Artistic-2.0")
  (asl1.1           "ASL 1.1"                "Apache-1.1")
  (asl2.0           "ASL 2.0"                "Apache-2.0")
  (blue-oak1.0.0    "BlueOak-1.0.0"          "BlueOak-1.0.0")
  (boost1.0         "Boost 1.0"              "BSL-1.0")
  (bsd-0            "Zero-Clause BSD"        "0BSD")
  (bsd-1            "BSD 1-Clause"           "BSD-1-Clause")
  (bsd-2            "FreeBSD"                "BSD-2-Clause")
  (bsd-3            "Modified BSD"           "BSD-3-Clause")
  (bsd-4            "Original BSD"           "BSD-4-Clause")
  (cc-by-sa2.0      "CC-BY-SA 2.0"           "CC-BY-SA-2.0")
  (cc-by-sa3.0      "CC-BY-SA 3.0"           "CC-BY-SA-3.0")
  (cc-by-sa4.0      "CC-BY-SA 4.0"           "CC-BY-SA-4.0")
  (cc-by2.0         "CC-BY 2.0"              "CC-BY-2.0")
  (cc-by3.0         "CC-BY 3.0"              "CC-BY-3.0")
  (cc-by4.0         "CC-BY 4.0"              "CC-BY-4.0")
  (cc0              "CC0"                    "CC0-1.0")
  (cddl1.0          "CDDL 1.0"               "CDDL-1.0")
  (cddl1.1          "CDDL 1.1"               "CDDL-1.1")
  (cecill           "CeCILL"                 "CECILL-2.1")
  (cecill-b         "CeCILL-B"               "CECILL-B")
  (cecill-c         "CeCILL-C"               "CECILL-C")
  (clarified-artistic "Clarified Artistic"     "ClArtistic")
  (copyleft-next    "copyleft-next"          "copyleft-next-0.3.0")
  (cpl1.0           "CPL 1.0"                "CPL-1.0")
  (cua-opl1.0       "CUA Office Public License 1.0" "CUA-OPL-1.0")
  (curl             "curl"                   "curl")
  (epl1.0           "EPL 1.0"                "EPL-1.0")
  (epl2.0           "EPL 2.0"                "EPL-2.0")
  (eupl1.1          "EUPL 1.1"               "EUPL-1.1")
  (eupl1.2          "EUPL 1.2"               "EUPL-1.2")
  (expat            "Expat"                  "MIT")
  (expat-0          "Expat, no attribution"  "MIT-0")
  (freebsd-doc      "FreeBSD Documentation License" "FreeBSD-DOC")
  (freetype         "FreeType"               "FTL")
  (giftware         "Giftware"               "Giftware")
  (hpnd             "HPND"                   "HPND")
  (ibmpl1.0         "IBMPL 1.0"              "IPL-1.0")
  (ijg              "IJG"                    "IJG")
  (imlib2           "Imlib2"                 "Imlib2")
  (ipa              "IPA Font License"       "IPA")
  (isc              "ISC"                    "ISC")
  (knuth            "Knuth CTAN License"     "Knuth-CTAN")
  (lal1.3           "Free Art License 1.3"   "LAL-1.3")
  (llgpl            "LLGPL"                  "LLGPL")
  (lpl1.02          "Lucent Public License 1.02" "LPL-1.02")
  (lppl             "LPPL"                   "LPPL-1.0")
  (lppl1.0+         "LPPL 1.0+"              "LPPL-1.0")
  (lppl1.1+         "LPPL 1.1+"              "LPPL-1.1")
  (lppl1.2          "LPPL 1.2"               "LPPL-1.2")
  (lppl1.2+         "LPPL 1.2+"              "LPPL-1.2")
  (lppl1.3          "LPPL 1.3"               "LPPL-1.3c")
  (lppl1.3+         "LPPL 1.3+"              "LPPL-1.3c")
  (lppl1.3a         "LPPL 1.3a"              "LPPL-1.3a")
  (lppl1.3a+        "LPPL 1.3a+"             "LPPL-1.3a")
  (lppl1.3c         "LPPL 1.3c"              "LPPL-1.3c")
  (lppl1.3c+        "LPPL 1.3c+"             "LPPL-1.3c")
  (miros            "MirOS"                  "MirOS")
  (mpl1.0           "MPL 1.0"                "MPL-1.0")
  (mpl1.1           "MPL 1.1"                "MPL-1.1")
  (mpl2.0           "MPL 2.0"                "MPL-2.0")
  (ms-pl            "Ms-PL"                  "MS-PL")
  (ncsa             "NCSA"                   "NCSA")
  (nmap             "Nmap Public Source License" "NPSL")
  (ogl-psi1.0       "OGL-PSI 1.0"            "OGL-UK-1.0")
  (ohl2-p           "CERN OHL 2, permissive" "CERN-OHL-P-2.0")
  (ohl2-s           "CERN OHL 2, strongly reciprocal" "CERN-OHL-S-2.0")
  (ohl2-w           "CERN OHL 2, weakly reciprocal" "CERN-OHL-W-2.0")
  (openldap2.8      "OpenLDAP 2.8"           "OLDAP-2.8")
  (openssl          "OpenSSL"                "OpenSSL")
  (opl1.0+          "Open Publication License 1.0+" "OPUBL-1.0")
  (osl2.1           "Open Software License 2.1" "OSL-2.1")
  (psfl             "Python Software Foundation License" "PSF-2.0")
  (qpl              "QPL"                    "QPL-1.0")
  (repoze           "Repoze"                 "BSD-3-Clause-Modification")
  (ruby             "Ruby"                   "Ruby")
  (sgifreeb2.0      "SGI FreeB 2.0"          "SGI-B-2.0")
  (silofl1.0        "SIL OFL 1.0"            "OFL-1.0")
  (silofl1.1        "SIL OFL 1.1"            "OFL-1.1")
  (sleepycat        "Sleepycat"              "Sleepycat")
  (tcl/tk           "Tcl/Tk"                 "TCL")
  (unicode          "Unicode"                "Unicode-DFS-2016")
  (unlicense        "Unlicense"              "Unlicense")
  (vim              "Vim"                    "Vim")
  (w3c              "W3C"                    "W3C")
  (wtfpl2           "WTFPL 2"                "WTFPL")
  (x11              "X11"                    "X11")
  (zlib             "Zlib"                   "Zlib")
  (zpl2.1           "Zope Public License 2.1" "ZPL-2.1"))

;; Choices, exceptions, versions without a name of their own, and what is not a license.
(define-licenses
  (edl1.0       "EDL 1.0" "https://spdx.org/licenses/BSD-3-Clause.html" "BSD-3-Clause")
  (gfl1.0       "GUST Font License 1.0" "https://spdx.org/licenses/LPPL-1.3c.html" #f)
  (lppl1.3b     "LPPL 1.3b" "https://spdx.org/licenses/LPPL-1.3c.html" #f)
  (lppl1.3b+    "LPPL 1.3b+" "https://spdx.org/licenses/LPPL-1.3c.html" #f)
  (qwt1.0       "Qwt License 1.0" "https://spdx.org/licenses/Qwt-exception-1.0.html"
                "LGPL-2.1-only WITH Qwt-exception-1.0")
  (wxwindows3.1+ "wxWindows 3.1+" "https://spdx.org/licenses/WxWindows-exception-3.1.html"
                 "LGPL-2.0-or-later WITH WxWindows-exception-3.1")
  (perl-license "GPL 1+ or Artistic" "https://spdx.org/licenses/Artistic-1.0-Perl.html"
                "Artistic-1.0-Perl OR GPL-1.0-or-later")
  (public-domain "Public Domain" "https://spdx.org/licenses/CC-PDDC.html"
                 #f))
