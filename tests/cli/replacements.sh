# SPDX-License-Identifier: GPL-3.0-or-later
# A package's replacement is built in its place, also as an input of others, unless --no-grafts is given.
. "$(dirname "$0")/lib.sh"
cat > package.scm <<'SCM'
(use-modules (guix packages) (guix gexp) (gnu packages base))
(computed-file "user"
  #~(symlink #$(package
                 (inherit hello)
                 (replacement (package (inherit hello) (version "2.10.1"))))
             #$output))
SCM
replaced=$(nacre build -d -f package.scm)
plain=$(nacre build -d --no-grafts -f package.scm)
[ "$replaced" != "$plain" ] || fail "--no-grafts makes no difference"
sed -i 's/(replacement.*$/)/' package.scm
[ "$(nacre build -d -f package.scm)" = "$plain" ] || fail "--no-grafts does not give the package itself"
