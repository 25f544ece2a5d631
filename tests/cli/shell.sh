# SPDX-License-Identifier: GPL-3.0-or-later
# 'nacre shell' runs a command with the variables of an environment; its terminal, signals and exit status are its own.
. "$(dirname "$0")/lib.sh"
export SHELL=/bin/sh
unset GUIX_ENVIRONMENT

# A package that needs nothing: tests of its environment take no builds but its own.
cat > tool.scm <<'SCM'
(use-modules (guix packages) (guix gexp) (guix build-system trivial) (guix search-paths))
(package
  (name "tool") (version "1") (source #f)
  (build-system trivial-build-system)
  (arguments
   (list #:builder
         #~(begin
             (mkdir #$output) (mkdir (string-append #$output "/bin")) (mkdir (string-append #$output "/plugins"))
             (call-with-output-file (string-append #$output "/bin/tool")
               (lambda (port)
                 (display "#!/bin/sh\necho tool \"$@\"\n" port)
                 (chmod port #o755))))))
  (native-search-paths
   (list (search-path-specification (variable "TOOL_PATH") (files '("plugins")))
         (search-path-specification (variable "TOOL_HOME") (files '("plugins")) (separator #f))))
  (synopsis "") (description "") (home-page "") (license #f))
SCM

[ "$(nacre shell -f tool.scm -- tool a 'b c')" = "tool a b c" ] || fail "the command did not run"
profile=$(nacre shell -f tool.scm -- sh -c 'echo $GUIX_ENVIRONMENT')
[ -f "$ROOT$profile/manifest" ] || fail "GUIX_ENVIRONMENT is '$profile'"

# Exit status, signals, standard input, the working directory.
expect_status 7 nacre shell -f tool.scm -- sh -c 'exit 7'
expect_status 143 nacre shell -f tool.scm -- sh -c 'kill -TERM $$'
[ "$(echo word | nacre shell -f tool.scm -- cat)" = word ] || fail "standard input is lost"
[ "$(nacre shell -f tool.scm -- pwd)" = "$work" ] || fail "the working directory is another one"

# Without a command, the user's shell.
[ "$(echo 'echo in $GUIX_ENVIRONMENT' | nacre shell -f tool.scm)" = "in $profile" ] || fail "no shell"
[ "$(SHELL=/bin/echo nacre shell -f tool.scm --)" = "" ] || fail "SHELL is not run"

# No descriptors of ours are left to it.
before=$(sh -c 'ls /proc/$$/fd' | wc -l)
inside=$(nacre shell -f tool.scm -- sh -c 'ls /proc/$$/fd' | wc -l)
[ "$inside" -le "$before" ] || fail "$inside descriptors instead of $before"

# What is not there.
expect_status 127 nacre shell -f tool.scm -- toool
expect_in err "toool: command not found"
expect_in err "did you mean 'tool'?"
touch not-executable
expect_status 126 nacre shell -f tool.scm -- ./not-executable

# Variables.
[ "$(TOOL_PATH=/mine nacre shell -f tool.scm -- sh -c 'echo $TOOL_PATH')" = "$profile/plugins:/mine" ] ||
  fail "the former value does not follow"
[ "$(TOOL_HOME=/mine nacre shell -f tool.scm -- sh -c 'echo $TOOL_HOME')" = "$profile/plugins" ] ||
  fail "a variable with one file was not replaced"
export KEPT_ONE=1 LOST_ONE=1
nacre shell --pure -E '^KEPT_' -f tool.scm -- /usr/bin/env > out
expect_in out KEPT_ONE=1
expect_in out "HOME=$HOME"
expect_in out "PATH=$profile/bin"
! grep -q LOST_ONE out || fail "a pure environment has other variables"
expect_status 1 nacre shell -E '(' -f tool.scm -- true
expect_in err "not a regular expression"

nacre shell -f tool.scm --search-paths > out
expect_in out "export PATH=\"$profile/bin\${PATH:+:}\$PATH\""
expect_in out "export TOOL_HOME=\"$profile/plugins\""
nacre shell --pure -f tool.scm --search-paths > out
expect_in out "export PATH=\"$profile/bin\""

# Other ways to name it: all have the same profile.
same() { [ "$(nacre shell "$@" -- sh -c 'echo $GUIX_ENVIRONMENT')" = "$profile" ] || fail "another profile: $*"; }
same -e "(load \"$work/tool.scm\")"
echo '(packages->manifest (list (load "tool.scm")))' > manifest.scm
same -m manifest.scm
same -m <(sed "s|tool.scm|$work/tool.scm|" manifest.scm)
nacre shell -f tool.scm -r ./root -- true
same -p ./root
expect_status 1 nacre shell -p ./root hello -- true
expect_in err "--profile names an environment, and so do packages"
expect_status 1 nacre shell -p ./tool.scm -- true
expect_in err "is not a profile"

# The build inputs of a package alone.
cat > user.scm <<SCM
(use-modules (guix packages) (guix build-system trivial))
(package (inherit (load "$work/tool.scm")) (name "user") (native-inputs (list (load "$work/tool.scm"))))
SCM
[ "$(nacre shell -D -f user.scm -- tool)" = tool ] || fail "-D does not have the inputs"

# A file of the directory, if the user has allowed it.
mkdir project
cp tool.scm manifest.scm project
mkdir project/below
cd project/below
expect_status 1 nacre shell < /dev/null
expect_in "$work/err" "you have not authorized its directory"
expect_in "$work/err" "echo $work/project >> $HOME/.config/guix/shell-authorized-directories"
mkdir -p "$HOME/.config/guix"
printf '# mine\n\n  %s\n' "$work/project" > "$HOME/.config/guix/shell-authorized-directories"
[ "$(echo 'echo $GUIX_ENVIRONMENT' | nacre shell 2> /dev/null)" = "$profile" ] || fail "manifest.scm is not used"
nacre shell -- sh -c '[ "$GUIX_ENVIRONMENT" != '"$profile"' ]' 2> "$work/err" || fail "a command has a file's environment"
expect_in "$work/err" "no packages are named"
[ "$(echo 'echo $GUIX_ENVIRONMENT' | nacre shell -q 2> /dev/null)" != "$profile" ] || fail "-q looks for files"
mv ../manifest.scm ../away
cat > ../guix.scm <<SCM
(load "$work/user.scm")
SCM
[ "$(echo tool | nacre shell 2> /dev/null)" = tool ] || fail "guix.scm is not used for development"
cd "$work"

# What would be built, and a manifest of it.
nacre shell -n hello 2> err
[ ! -s err ] || expect_in err "would be built"
nacre shell --export-manifest hello python@3 -D python-numpy > exported.scm
expect_in exported.scm '(list "hello" "python"))'
expect_in exported.scm '(specification->package "python-numpy")'
nacre build -n -m exported.scm > /dev/null 2>&1

# Options of containers need one.
expect_status 1 nacre shell -P -f tool.scm -- true
expect_in err "add --container"
expect_status 1 nacre shell no-such-package -- true
expect_in err "unknown package"
