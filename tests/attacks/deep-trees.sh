# SPDX-License-Identifier: GPL-3.0-or-later
# Builders that nest directories: accepted trees can be verified, exported and packed, others are an error; both can be
# deleted.
. "$(dirname "$0")/../cli/lib.sh"
cat > deep.c <<'C'
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
int main(int count, char **arguments) {
  if (mkdir(getenv("out"), 0755) || chdir(getenv("out"))) return 1;
  for (int i = atoi(arguments[1]); i > 1; --i)
    if (mkdir(arguments[2], 0755) || chdir(arguments[2])) return 1;
  return 0;
}
C
cc -static -o deep deep.c 2> /dev/null || exit 77
cat > deep.scm <<'SCM'
(use-modules (guix store) (guix derivations) (ice-9 match))
(match (command-line)
  ((_ name . arguments)
   (with-store store
     (let ((builder (add-to-store store "deep" #t "sha256" "deep")))
       (display (derivation-file-name
                 (derivation store name builder arguments #:sources (list builder))))))))
SCM
own() { "$NACRE" --root "$work/root" "$@"; }
drv() { own repl -q deep.scm "$@"; }

taken=$(own build "$(drv taken 500 d)")
own archive --generate-key
own archive --export "$taken" > export
for depth in 600 1000; do
  expect_status 1 own build "$(drv "refused-$depth" "$depth" d)"
  expect_in err "nested more than 512 directories deep"
  [ "$(wc -L < err)" -lt 400 ] || fail "a message of $(wc -L < err) characters"
done
long=$(printf 'x%.0s' $(seq 200))
expect_status 1 own build "$(drv long 30 "$long")"
expect_in err "bytes below the item"
expect_status 0 own gc --verify=contents
expect_in out "nothing wrong"
expect_status 0 own gc
[ -z "$(find "$work/root/gnu/store" -name 'd' -print -quit)" ] || fail "not all was deleted"
