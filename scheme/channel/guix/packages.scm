;;; SPDX-License-Identifier: GPL-3.0-or-later

;;; Packages and their origins, and how both become derivations: the interface of the modules
;;; (guix packages ...).
(define-module (guix packages)
  #:use-module (guix packages bag)
  #:use-module (guix packages errors)
  #:use-module (guix packages inputs)
  #:use-module (guix packages locations)
  #:use-module (guix packages lowering)
  #:use-module (guix packages origin)
  #:use-module (guix packages record)
  #:use-module (guix packages rewriting)
  #:use-module (guix packages source)
  #:use-module (guix packages variants)
  #:use-module ((guix search-paths) #:select (search-path-specification))
  #:use-module ((guix utils) #:select (%current-system %current-target-system))
  #:re-export (%current-system
               %current-target-system
               search-path-specification
               define-public

               content-hash
               content-hash?
               content-hash-algorithm
               content-hash-value

               origin
               origin?
               this-origin
               origin-uri
               origin-method
               origin-hash
               origin-sha256
               origin-file-name
               origin-actual-file-name
               origin-patches
               origin-patch-flags
               origin-patch-inputs
               origin-patch-guile
               origin-snippet
               origin-modules
               base32
               base16
               base64

               package
               package?
               this-package
               package-name
               package-upstream-name
               package-upstream-name*
               package-version
               package-full-name
               package-source
               package-build-system
               package-arguments
               package-inputs
               package-native-inputs
               package-propagated-inputs
               package-outputs
               package-native-search-paths
               package-search-paths
               package-replacement
               package-synopsis
               package-description
               package-license
               package-home-page
               package-supported-systems
               package-properties
               package-location
               package-definition-location
               package-field-location
               package-superseded
               package/inherit
               hidden-package
               hidden-package?
               deprecated-package
               define-deprecated-package
               supported-package?
               %32bit-supported-systems
               %64bit-supported-systems
               %supported-systems
               %hurd-systems
               %cuirass-supported-systems

               lookup-package-input
               lookup-package-native-input
               lookup-package-propagated-input
               lookup-package-direct-input
               this-package-input
               this-package-native-input
               prepend
               replace
               modify-inputs

               package-direct-inputs
               package-direct-sources
               package-transitive-sources
               package-transitive-inputs
               package-transitive-target-inputs
               package-transitive-native-inputs
               package-transitive-propagated-inputs
               package-transitive-native-search-paths
               package-transitive-supported-systems
               package-closure
               package-development-inputs
               package-patched-vulnerabilities
               transitive-input-references

               package-mapping
               package-input-rewriting
               package-input-rewriting/spec
               package-with-patches
               package-with-extra-patches
               package-with-c-toolchain

               package->bag
               bag->derivation
               bag->cross-derivation
               bag-direct-inputs
               bag-transitive-inputs
               bag-transitive-build-inputs
               bag-transitive-host-inputs
               bag-transitive-target-inputs

               package->derivation
               package->cross-derivation
               package-derivation
               package-cross-derivation
               package-source-derivation
               package-output
               package-file
               origin->derivation

               default-guile
               default-guile-derivation
               guile-for-grafts
               package-grafts
               set-guile-for-build

               &package-error
               package-error?
               package-error-package
               &package-license-error
               package-license-error?
               package-error-invalid-license
               &package-unsupported-target-error
               package-unsupported-target-error?
               package-unsupported-target-error-target
               &unsupported-cross-compilation-target-error
               unsupported-cross-compilation-target-error?
               unsupported-cross-compilation-target-error-build-system
               unsupported-cross-compilation-target-error-target
               &package-input-error
               package-input-error?
               package-error-invalid-input
               &package-cross-build-system-error
               package-cross-build-system-error?
               &package-cyclic-dependency-error
               package-cyclic-dependency-error?
               package-error-dependency-cycle))
