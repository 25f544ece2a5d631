# SPDX-License-Identifier: GPL-3.0-or-later
# A second 'nacre shell' starts no Guile, as long as nothing has changed of what the first one read.
. "$(dirname "$0")/lib.sh"
export SHELL=/bin/sh

cat > tool.scm <<'SCM'
(use-modules (guix packages) (guix gexp) (guix build-system trivial))
(define (tool text)
  (package
    (name "tool") (version "1") (source #f)
    (build-system trivial-build-system)
    (arguments
     (list #:builder
           #~(begin
               (mkdir #$output) (mkdir (string-append #$output "/bin"))
               (call-with-output-file (string-append #$output "/bin/tool")
                 (lambda (port)
                   (format port "#!/bin/sh\necho ~a\n" #$text)
                   (chmod port #o755))))))
    (synopsis "") (description "") (home-page "") (license #f)))
SCM
settle() { sleep 0.1; }  # a file that has just been changed is not relied on

# uses_guile COMMAND…: runs it with a language that cannot be started.
entries() { find "$HOME/.cache/nacre/environments" -type f 2> /dev/null | wc -l; }
# A hit leaves the entry's inode alone; a miss replaces it.
inodes() { find "$HOME/.cache/nacre/environments" -type f -printf '%i ' 2> /dev/null | sort; }
expect_hit() {
  local before
  before=$(inodes)
  "$@" > "$work/out"
  [ "$(inodes)" = "$before" ] || fail "evaluated again: $*"
}
expect_miss() {
  local before
  before=$(inodes)
  "$@" > "$work/out"
  [ "$(inodes)" != "$before" ] || fail "not evaluated again: $*"
}
shell() { nacre shell "$@" -- tool; }

# Expressions, files, manifests, with packages.
settle
expression="(begin (load \"$work/tool.scm\") (tool \"one\"))"
expect_miss shell -e "$expression"
expect_hit shell -e "$expression"
expect_in out one
echo '(load "tool.scm") (tool "two")' > package.scm
echo '(load "tool.scm") (packages->manifest (list (tool "three")))' > manifest.scm
settle
expect_miss shell -f package.scm
expect_hit shell -f package.scm
expect_miss shell -m manifest.scm
expect_hit shell -m manifest.scm
expect_hit shell -m ./manifest.scm
expect_miss shell -m <(sed "s|tool.scm|$work/tool.scm|" manifest.scm)
expect_hit shell -m <(sed "s|tool.scm|$work/tool.scm|" manifest.scm)

# Each file that was loaded counts, by its contents.
cp manifest.scm saved
touch manifest.scm tool.scm
settle
expect_hit shell -m manifest.scm
echo '(load "tool.scm") (packages->manifest (list (tool "four")))' > manifest.scm
settle
expect_miss shell -m manifest.scm
expect_in out four
cp saved manifest.scm
settle
expect_hit shell -m manifest.scm
expect_in out three
sed -i 's|echo ~a|echo new ~a|' tool.scm
settle
expect_miss shell -m manifest.scm
expect_in out "new three"

# Local files, variables, the working directory, what is missing.
echo 1 > input
cat > more.scm <<'SCM'
(load "tool.scm")
(use-modules (ice-9 rdelim))
(tool (string-append (call-with-input-file "/NAME/input" read-line) "-" (or (getenv "MORE") "none")
                     (if (file-exists? "/NAME/extra") "-extra" "")))
SCM
sed -i "s|/NAME|$work|" more.scm
settle
expect_miss shell -f more.scm
expect_hit shell -f more.scm
expect_in out 1-none
MORE=2 expect_miss shell -f more.scm
expect_in out 1-2
export MORE=2
expect_hit shell -f more.scm
echo 3 > input
settle
expect_miss shell -f more.scm
expect_in out 3-2
touch extra
settle
expect_miss shell -f more.scm
expect_in out 3-2-extra
unset MORE
cat > files.scm <<'SCM'
(use-modules (guix packages) (guix gexp) (guix build-system copy))
(package
  (name "files") (version "1") (source (local-file "tree" #:recursive? #t))
  (build-system copy-build-system)
  (synopsis "") (description "") (home-page "") (license #f))
SCM
mkdir -p tree/bin
printf '#!/bin/sh\necho tree\n' > tree/bin/tool
chmod +x tree/bin/tool
settle
expect_miss shell -f files.scm
expect_hit shell -f files.scm
printf '#!/bin/sh\necho other tree\n' > tree/bin/tool
settle
expect_miss shell -f files.scm
expect_in out "other tree"

# Modules of the user's.
mkdir -p modules/my
cat > modules/my/packages.scm <<SCM
(define-module (my packages) #:use-module (guix packages))
(load "$work/tool.scm")
(define-public my-tool (package (inherit (tool "mine")) (name "my-tool")))
SCM
settle
expect_miss shell -L modules my-tool
expect_hit shell -L modules my-tool
GUIX_PACKAGE_PATH=$work/modules expect_miss shell my-tool
GUIX_PACKAGE_PATH=$work/modules expect_hit shell my-tool
sed -i 's/mine/yours/' modules/my/packages.scm
settle
expect_miss shell -L modules my-tool
expect_in out "yours"

# What can differ each time is evaluated each time, and is kept while it runs.
echo '(load "tool.scm") (tool (number->string (current-time)))' > time.scm
settle
before=$(entries)
shell -f time.scm > out
profile=$(nacre shell -f time.scm -- sh -c "nacre() { \"$NACRE\" --root \"$ROOT\" \"\$@\"; }; "'echo $GUIX_ENVIRONMENT')
[ "$(entries)" = "$before" ] || fail "an evaluation that reads the clock was cached"

# The request: options and their order.
expect_miss shell -f package.scm -f more.scm
expect_miss shell -f more.scm -f package.scm
expect_hit shell -f more.scm -f package.scm
expect_miss nacre shell --rebuild-cache -f package.scm -- true
expect_hit shell -f package.scm

# An entry is a root; without it, the collector deletes the profile, and it is made again.
nacre gc --list-roots > roots
expect_in roots "$HOME/.cache/nacre/environments/"
profile=$(nacre shell -f package.scm -- sh -c 'echo $GUIX_ENVIRONMENT')
expect_in roots "-> $profile"
nacre shell -f package.scm -- sh -c "while [ ! -e $work/done ]; do :; done" &
sleep 1
nacre gc --delete-environments > out
touch done
wait $!
nacre gc --list-roots > roots
expect_in roots "-> $profile"
nacre gc --delete-environments=1 > out
nacre gc --delete-environments > out
[ "$(entries)" = 0 ] || fail "entries are left"
nacre gc -D "$profile" > out
expect_miss shell -f package.scm
expect_in out two

# A cache that somebody else could write to is not trusted.
chmod 777 "$HOME/.cache/nacre/environments"
expect_status 0 nacre shell -f package.scm -- tool
expect_in err "does not belong to this user alone"
