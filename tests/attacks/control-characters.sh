# SPDX-License-Identifier: GPL-3.0-or-later
# Names and arguments with control characters: messages about them cannot move the cursor or hide a line.
. "$(dirname "$0")/../cli/lib.sh"
ROOT=$work/store
esc=$'\e[31m'

# expect_clean COMMAND…: it fails, and prints no control character.
expect_clean() {
  expect_status 1 "$@"
  ! LC_ALL=C grep -q '[[:cntrl:]]' err || { cat -v err >&2; fail "'$*' prints control characters"; }
  expect_in err "error:"
}
printf '(specifications->manifest (list "x\\x1b;[2J\\a"))\n' > manifest.scm
printf '(error "wrong:\\x1b;]0;title\\a" "\\x9b;5m")\n' > error.scm
cp error.scm "${esc}file.scm"
expect_clean nacre build "${esc}hello"
expect_clean nacre "${esc}command"
expect_clean nacre build "--${esc}option"
expect_clean nacre build -m manifest.scm
expect_clean nacre build -f error.scm
expect_clean nacre build -f "${esc}file.scm"
expect_clean nacre build -f "${esc}missing.scm"
expect_clean nacre pack -S "/${esc}=/bin" hello
expect_clean nacre pack --push "docker://localhost/${esc}" hello
expect_clean nacre gc --references "${esc}item"
expect_clean nacre hash "${esc}file"
expect_clean nacre inspect "${esc}file"
expect_clean nacre --root "$work/${esc}store/../../dev/null/x" gc --list-dead
expect_clean nacre build --debug -e "(error \"$(printf '\033')[2J\")"
# Text does not change.
expect_status 1 nacre build "café"
expect_in err "café"
