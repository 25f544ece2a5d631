# SPDX-License-Identifier: GPL-3.0-or-later
# 'edit' starts the user's editor at the lines where packages are defined.
. "$(dirname "$0")/lib.sh"

cat > editor <<'SH'
#!/bin/sh
printf '%s\n' "$@" > arguments
SH
chmod +x editor

export EDITOR=$work/editor
unset VISUAL
nacre edit hello sed
[ "$(wc -l < arguments)" = 4 ] || fail "not a line and a file for each package"
line=$(sed -n '1s/^+//p' arguments) file=$(sed -n 2p arguments)
sed -n "${line}p" "$file" | grep -q '(package' || fail "line $line of $file is not a definition"
sed -n "$line,$((line + 2))p" "$file" | grep -q '"hello"' || fail "not that of hello"

# VISUAL comes first; both may hold options.
VISUAL="$work/editor --wait 'one word'" EDITOR=false nacre edit hello
[ "$(head -n 2 arguments)" = "--wait
one word" ] || fail "options of the editor are lost"

# Its status is ours.
EDITOR="exit 3;" expect_status 3 nacre edit hello

mkdir "a directory"
cat > "a directory/mine.scm" <<'SCM'
(define-module (mine) #:use-module (guix packages) #:use-module (gnu packages base))
(define-public mine
  (package (inherit hello) (name "mine")))
SCM
nacre edit -L "a directory" mine
[ "$(tail -n 1 arguments)" = "$work/a directory/mine.scm" ] || fail "not the user's file"
[ "$(head -n 1 arguments)" = +3 ] || fail "not its line"

expect_status 1 nacre edit helo
expect_in err "did you mean 'hello'?"
unset EDITOR
expect_status 1 nacre edit hello
expect_in err "neither VISUAL nor EDITOR is set"
