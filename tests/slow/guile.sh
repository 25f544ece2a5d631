# SPDX-License-Identifier: GPL-3.0-or-later
# Guile is built from source, from its reader on, and builds something itself.
. "$(dirname "$0")/../cli/lib.sh"

guile=$(nacre build guile)
run_in_store "$guile/bin/guile" -c '(display (version))' > out
expect_in out "3.0.10"

cat > built-by-guile.scm <<'SCM'
(use-modules (guix derivations) (guix gexp) (guix packages) (guix store)
             (gnu packages guile))
(define drv
  (with-store store
    (run-with-store store
      (gexp->derivation "built-by-guile"
        #~(call-with-output-file #$output
            (lambda (port) (display (version) port)))
        #:guile-for-build (package-derivation store guile-3.0)))))
(with-store store (build-derivations store (list drv)))
(display (call-with-input-file (derivation->output-path drv) read))
SCM
nacre repl -q built-by-guile.scm > out
expect_in out "3.0.10"
