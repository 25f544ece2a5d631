;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; What can be wrong with a profile.
(define-module (guix profiles errors)
  #:use-module (srfi srfi-35)
  #:export (&profile-error
            profile-error?
            profile-error-profile

            &profile-not-found-error
            profile-not-found-error?

            &profile-collision-error
            profile-collision-error?
            profile-collision-error-entry
            profile-collision-error-conflict

            &missing-generation-error
            missing-generation-error?
            missing-generation-error-generation))

(define-condition-type &profile-error &error
  profile-error?
  (profile profile-error-profile))

(define-condition-type &profile-not-found-error &profile-error
  profile-not-found-error?)

(define-condition-type &profile-collision-error &error
  profile-collision-error?
  (entry    profile-collision-error-entry)
  (conflict profile-collision-error-conflict))

(define-condition-type &missing-generation-error &profile-error
  missing-generation-error?
  (generation missing-generation-error-generation))
