;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Profiles: manifests, which list packages, the derivation that puts these together, and the
;;; generations of what a user has installed.  The interface of the modules (guix profiles ...).
(define-module (guix profiles)
  #:use-module (guix profiles collisions)
  #:use-module (guix profiles derivation)
  #:use-module (guix profiles entries)
  #:use-module (guix profiles environment)
  #:use-module (guix profiles errors)
  #:use-module (guix profiles files)
  #:use-module (guix profiles generations)
  #:use-module (guix profiles hooks)
  #:use-module (guix profiles manifests)
  #:re-export (&profile-error
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
               missing-generation-error-generation
               &unmatched-pattern-error
               unmatched-pattern-error?
               unmatched-pattern-error-pattern
               unmatched-pattern-error-manifest

               manifest make-manifest manifest?
               manifest-entries
               manifest-transitive-entries

               <manifest-entry>
               manifest-entry
               manifest-entry?
               this-manifest-entry
               manifest-entry-name
               manifest-entry-version
               manifest-entry-output
               manifest-entry-item
               manifest-entry-dependencies
               manifest-entry-search-paths
               manifest-entry-parent
               manifest-entry-properties
               manifest-entry=?
               lower-manifest-entry

               manifest-pattern
               manifest-pattern?
               manifest-pattern-name
               manifest-pattern-version
               manifest-pattern-output

               concatenate-manifests
               map-manifest-entries
               manifest-lookup
               manifest-installed?
               manifest-matching-entries
               manifest-add
               manifest-remove
               manifest-search-paths
               check-for-collisions
               manifest->code

               manifest-transaction
               manifest-transaction?
               manifest-transaction-install
               manifest-transaction-remove
               manifest-transaction-install-entry
               manifest-transaction-remove-pattern
               manifest-transaction-null?
               manifest-transaction-removal-candidate?
               manifest-transaction-effects
               manifest-perform-transaction

               default-package-properties
               package->manifest-entry
               packages->manifest
               package->development-manifest

               %manifest-format-version
               manifest->sexp
               profile-manifest
               profile-derivation
               profile-search-paths
               load-profile

               profile
               profile?
               profile-name
               profile-content
               profile-hooks
               profile-locales?
               profile-allow-collisions?
               profile-relative-symlinks?

               %default-profile-hooks
               ca-certificate-bundle
               info-dir-file
               glib-schemas
               linux-module-database

               %user-profile-directory
               %profile-directory
               %current-profile
               ensure-profile-directory
               canonicalize-profile
               user-friendly-profile

               generation-number
               generation-numbers
               generation-profile
               profile-generations
               generation-time
               generation-file-name
               relative-generation
               relative-generation-spec->number
               previous-generation-number
               switch-to-generation
               roll-back
               delete-generation))
