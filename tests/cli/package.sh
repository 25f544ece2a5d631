# SPDX-License-Identifier: GPL-3.0-or-later
# Profiles: packages are installed, upgraded and removed in generations, which are listed, switched and deleted.
. "$(dirname "$0")/lib.sh"
export USER=tester
hello=$(nacre build hello)
sed=$(nacre build bootstrap-sed)
state=$ROOT/var/guix/profiles/per-user/tester
chmod -R u+w "$state" 2> /dev/null || true
rm -rf "$state"
profile=$work/profile

# What is printed of a profile, whose files are seen where the store is.
installed() { nacre package -p "$profile" -I | cut -f 1-3 | tr -s ' \t' ' '; }
target() { readlink "$profile"; }

# Install: the effect is announced, the result is a generation.
expect_status 0 nacre package -p "$profile" -i hello
expect_in err "The following package will be installed:"
expect_in err "hello 2.10"
[ "$(target)" = profile-1-link ] || fail "no first generation"
run_in_store "$profile/bin/hello" > out
expect_in out "Hello"
[ "$(installed)" = "hello 2.10 out" ] || fail "$(installed)"

# The same again does nothing; nor does --dry-run.
expect_status 0 nacre package -p "$profile" -i hello
expect_in err "nothing to be done"
expect_status 0 nacre package -p "$profile" -u
expect_in err "nothing to do"
expect_status 0 nacre package -n -p "$profile" -i bootstrap-sed
expect_in err "would be installed"
[ ! -e "$profile-2-link" ] && [ ! -L "$profile-2-link" ] || fail "a generation that changes nothing"

# Several changes are one generation. What is installed last comes last.
expect_status 0 nacre package -p "$profile" -r hello -i "$sed" zlib
expect_in err "will be removed"
[ "$(target)" = profile-2-link ] || fail "$(target)"
[ "$(installed)" = "$(printf 'bootstrap-sed 4.9 out\nzlib 1.2.13 out')" ] || fail "$(installed)"
nacre package -p "$profile" -l > list
expect_in list "(current)"
expect_in list " + zlib"
expect_in list " - hello"
nacre package -p "$profile" -l2 > list
! grep -q "Generation 1" list || fail "another generation is listed"
expect_status 1 nacre package -p "$profile" --list-generations=7
expect_in err "its generations are: 1, 2"
expect_status 1 nacre package -p "$profile" -l 1..x
expect_in err "which generations"

# Generations keep what they hold from the garbage collector, and are roots.
nacre gc --list-live > live
expect_in live "$(readlink "$profile-1-link")"
expect_in live "$hello"

# Back and forth; the number after the current one is used again.
nacre package -p "$profile" --roll-back > out
expect_in out "switched from generation 2 to 1"
expect_status 0 nacre package -p "$profile" -S +1
[ "$(target)" = profile-2-link ] || fail "$(target)"
expect_status 1 nacre package -p "$profile" -S 9
expect_in err "has no generation 9"
expect_status 1 nacre package -p "$profile" -S -5
nacre package -p "$profile" -S 1 > /dev/null
expect_status 0 nacre package -p "$profile" -i zlib
[ "$(target)" = profile-2-link ] && [ "$(installed)" = "$(printf 'hello 2.10 out\nzlib 1.2.13 out')" ] ||
  fail "generation 2 is not made again"
nacre package -p "$profile" --roll-back --roll-back > out
expect_in out "switched from generation 1 to 0"
[ -z "$(installed)" ] || fail "generation 0 is not empty"
nacre package -p "$profile" --roll-back > out
expect_in out "switched from generation 0 to 0"
nacre package -p "$profile" -S 2 > /dev/null

# Deleting: never the current one.
expect_status 1 nacre package -p "$profile" -d 2
expect_in err "is the current one: it stays"
expect_status 1 nacre package -p "$profile" -d 12m
expect_status 0 nacre package -p "$profile" --delete-generations=0
nacre package -p "$profile" -d 1 > out
expect_in out "deleting $profile-1-link"
[ ! -L "$profile-1-link" ] || fail "generation 1 is there"

# Variables.
nacre package -p "$profile" --search-paths > out
[ "$(cat out)" = "export PATH=\"$profile/bin\"" ] || fail "$(cat out)"
nacre package -p "$profile" --search-paths=suffix > out
expect_in out "export PATH=\"\$PATH\${PATH:+:}$profile/bin\""
expect_status 1 nacre package -p "$profile" --search-paths=infix

# The aliases, and the default profile, to which a link in the home directory leads.
expect_status 0 nacre install hello bootstrap-sed
[ "$(readlink "$HOME/.guix-profile")" = "$state/guix-profile" ] || fail "$(ls -l "$HOME")"
[ "$(readlink "$state/guix-profile")" = guix-profile-1-link ] || fail "$(ls -l "$state")"
nacre gc --list-live > live
expect_in live "$(readlink "$state/guix-profile-1-link")"
expect_status 0 nacre remove bootstrap-sed -p "$HOME/.guix-profile"
[ ! -e "$HOME/.guix-profile-1-link" ] || fail "a profile beside the link"
[ "$(readlink "$state/guix-profile")" = guix-profile-2-link ] || fail "$(ls -l "$state")"
expect_status 0 nacre upgrade
expect_in err "nothing to do"
nacre package --list-profiles > out
expect_in out "$HOME/.guix-profile"
expect_in out "$profile"

# A manifest replaces all; what is exported makes the same profile.
echo '(specifications->manifest (list "zlib" "hello"))' > manifest.scm
expect_status 0 nacre package -p other -m manifest.scm
expect_status 0 nacre package -p other -m manifest.scm
expect_in err "nothing to be done"
echo '(use-package-modules base compression) (packages->manifest (list zlib hello))' > modules.scm
expect_status 0 nacre package -p other -m modules.scm
expect_in err "nothing to be done"
nacre package -p other --export-manifest > exported.scm
expect_status 0 nacre package -p third -m exported.scm
[ "$(readlink third-1-link)" = "$(readlink other-1-link)" ] || fail "$(cat exported.scm)"
expect_status 0 nacre package -p item -i "$sed"
expect_status 1 nacre package -p item --export-channels
expect_in err "does not say which channels"

# What a manifest cannot express is refused.
expect_status 0 nacre package -p third -e '(package (inherit (specification->package "hello")) (name "ciao") (source #f)
  (build-system (@ (guix build-system trivial) trivial-build-system))
  (arguments (list #:builder #~(mkdir #$output))))'
expect_status 1 nacre package -p third --export-manifest
expect_in err "'ciao@2.10': no package of this channel is called that"

# Transformations are recorded, kept by an upgrade, and exported.
expect_status 0 nacre package -p fourth -i hello --with-input=hello=zlib --without-tests=zlib
expect_status 0 nacre package -p fourth -u
expect_in err "nothing to do"
nacre package -p fourth --export-manifest > exported.scm
expect_in exported.scm "(with-input . \"hello=zlib\")"
expect_status 0 nacre package -p fifth -m exported.scm
[ "$(readlink fifth-1-link)" = "$(readlink fourth-1-link)" ] || fail "$(cat exported.scm)"
expect_status 1 nacre package -p fourth -r hello --without-tests=hello
expect_in err "none is named"

# Queries of what there is.
nacre package -A '^hello$' > out
expect_in out "hello"
nacre package --show=hello > out
expect_in out "name: hello"

# Mistakes.
expect_status 1 nacre package -p "$profile" -i hlelo
expect_in err "did you mean 'hello'?"
expect_status 1 nacre remove -p "$profile" helo
expect_in err "did you mean 'hello'?"
expect_status 1 nacre package -p "$profile" -i hello:lib
expect_status 1 nacre package -p "$profile" -e +
expect_status 1 nacre package -p "$profile" -l -i hello
expect_in err "--list-generations shows a profile"
expect_status 1 nacre package -p "$work/none/profile" -i hello
expect_in err "mkdir -p"
expect_status 1 nacre package -p none -l
expect_in err "does not exist"
expect_status 1 nacre package -p "$profile" hello
mkdir directory
expect_status 1 nacre package -p directory -i hello
expect_in err "not a symbolic link"
[ ! -e "$profile-3-link" ] || fail "a mistake made a generation"

# One at a time.
mkfifo ready
echo '(call-with-output-file "ready" (lambda (port) (display 1 port))) (sleep 100)' > slow.scm
"$NACRE" --root "$ROOT" package -p "$profile" -m slow.scm &
cat ready > /dev/null
expect_status 1 nacre package -p "$profile" -i zlib
expect_in err "is locked by another process (process $!)"
nacre package -p "$profile" -I > /dev/null
kill -9 $!
wait $! 2> /dev/null || true
expect_status 0 nacre package -p "$profile" -r zlib

# Collisions say who brings what.
mkdir modules
cat > modules/colliding.scm <<'SCM'
(define-module (colliding)
  #:use-module (guix packages) #:use-module (guix gexp) #:use-module (guix build-system trivial)
  #:use-module (gnu packages base))
(define (tool version)
  (package (inherit hello) (name "tool") (version version) (source #f)
    (build-system trivial-build-system)
    (arguments (list #:builder #~(begin (mkdir #$output) (mkdir (string-append #$output "/" #$version)))))))
(define-public tool-1 (tool "1"))
(define-public tool-2 (tool "2"))
(define-public user
  (package (inherit tool-1) (name "user") (propagated-inputs (list tool-2))))
SCM
expect_status 1 nacre package -L modules -p colliding -i user tool@1
expect_in err "profile contains conflicting entries for 'tool'"
expect_in err "propagated from user@1"
[ ! -e colliding-1-link ] || fail "a collision was installed"
expect_status 0 nacre package -L modules -p colliding -i user tool@1 --allow-collisions

# An upgrade takes newer versions, and what replaces a package.
mkdir newer
define_tools() {
  cat > newer/tools.scm <<SCM
(define-module (tools)
  #:use-module (guix packages) #:use-module (guix gexp) #:use-module (guix build-system trivial)
  #:use-module (gnu packages base))
(define (make name version)
  (package (inherit hello) (name name) (version version) (source #f)
    (build-system trivial-build-system)
    (arguments (list #:builder #~(begin (mkdir #\$output) (mkdir (string-append #\$output "/" #\$name)))))))
(define-public growing (make "growing" "$1"))
(define-public kept (make "kept" "$1"))
(define-public renamed $2)
SCM
}
define_tools 1 '(make "before" "1")'
expect_status 0 nacre package -L newer -p tools -i growing kept before
define_tools 2 '(deprecated-package "before" growing)'
expect_status 0 nacre package -L newer -p tools -u '^g' kept --do-not-upgrade=kept -n
expect_in err "growing 1 -> 2"
! grep -q 'kept 1' err || { cat err; fail "kept is upgraded"; }
expect_status 0 nacre upgrade -L newer -p tools
expect_in err "superseded by 'growing'"
nacre package -p tools -I | cut -f 1-2 | tr -s ' \t' ' ' > out
[ "$(sort out)" = "$(printf 'growing 2\nkept 2')" ] || fail "$(cat out)"
rm newer/tools.scm
expect_status 0 nacre upgrade -L newer -p tools
expect_in err "no longer exists"
