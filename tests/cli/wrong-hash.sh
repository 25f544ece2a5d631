# SPDX-License-Identifier: GPL-3.0-or-later
# An origin with a wrong hash: the error names both hashes, nothing is registered.
. "$(dirname "$0")/lib.sh"
mkdir www
printf 'the contents\n' > www/source.txt
serve_www
cat > origin.scm <<SCM
(use-modules (guix packages) (guix download))
(origin
  (method url-fetch)
  (uri "$web/source.txt")
  (sha256 (base32 "0000000000000000000000000000000000000000000000000000")))
SCM
drv=$(nacre build -d -f origin.scm)
expect_status 1 nacre build -f origin.scm
expect_in err "0000000000000000000000000000000000000000000000000000"
expect_in err "$("$NACRE" hash www/source.txt)"
nacre gc --references "$drv" > /dev/null
output=$(sed -n 's/^Derive(\[("out","\([^"]*\)".*/\1/p' "$ROOT$drv")
[ -n "$output" ] || fail "no output in $drv"
[ ! -e "$ROOT$output" ] || fail "$output exists"
expect_status 1 nacre gc --references "$output"
