;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; The environment variables of a profile.
(define-module (guix profiles environment)
  #:use-module (guix profiles files)
  #:use-module (guix profiles manifests)
  #:use-module (guix search-paths)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-98)
  #:use-module (ice-9 match)
  #:export (profile-search-paths
            load-profile))

;; What stays of the environment when a profile is loaded by itself: who and where the user is, and
;; how much Bash is to remember.
(define %precious-variables
  '("HOME" "USER" "LOGNAME" "DISPLAY" "XAUTHORITY" "TERM" "TZ" "PAGER"
    "HISTCONTROL" "HISTFILE" "HISTFILESIZE" "HISTIGNORE" "HISTSIZE"
    "HISTTIMEFORMAT"))

(define* (profile-search-paths profile
                               #:optional (manifest (profile-manifest profile))
                               #:key (getenv (const #f)))
  "Return pairs of a search path of PROFILE, whose manifest is MANIFEST, and its value.
Those whose variable has that value already, according to GETENV, are left out."
  (evaluate-search-paths (manifest-search-paths manifest) (list profile)
                         getenv))

(define (keep-variables names regexps)
  "Unset all environment variables but those of NAMES and those that match REGEXPS."
  (for-each (match-lambda
              ((name . _)
               (unless (or (member name names)
                           (any (lambda (regexp) (regexp-exec regexp name))
                                regexps))
                 (unsetenv name))))
            (get-environment-variables)))

(define* (load-profile profile
                       #:optional (manifest (profile-manifest profile))
                       #:key pure? (white-list-regexps '())
                       (white-list %precious-variables))
  "Set the environment variables of PROFILE, whose manifest is MANIFEST, before what they
are.  If PURE?, unset all others but those of WHITE-LIST and those that match
WHITE-LIST-REGEXPS first."
  (when pure?
    (keep-variables white-list white-list-regexps))
  (for-each (match-lambda
              ((spec . value)
               (let* ((variable  (search-path-specification-variable spec))
                      (separator (search-path-specification-separator spec))
                      (present   (and (not pure?) (getenv variable))))
                 (setenv variable
                         (if (and present separator)
                             (string-append value separator present)
                             value)))))
            (profile-search-paths profile manifest)))
