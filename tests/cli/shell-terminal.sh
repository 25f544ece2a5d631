# SPDX-License-Identifier: GPL-3.0-or-later
# On a terminal, keys and job control reach the command of 'nacre shell', with and without a container.
. "$(dirname "$0")/lib.sh"
talk() { python3 "$NACRE_SOURCE/tests/cli/shell-terminal.py" "$@"; }
cat > empty.scm <<'SCM'
(specifications->manifest '())
SCM
nacre shell -C -m empty.scm -- /bin/sh -c : 2> err || { cat err; exit 77; }
export SHELL=/bin/sh TERM=dumb
nacre shell -m empty.scm -- true 2> err

# An interactive shell: a command of it, Ctrl-C, Ctrl-Z, the foreground again, the end.
cat > interactive <<'STEPS'
expect [env]
send echo one-$((1+1))\n
expect one-2
send while :; do :; done\n
expect done
send \x03
expect ^C
expect [env]
send echo after-$((1+2))\n
expect after-3
send /bin/sh -c 'echo begun-$((2+2)); while :; do :; done'\n
expect begun-4
send \x1a
expect topped
expect [env]
send fg\n
expect do :; done
send \x03
expect ^C
expect [env]
send echo back-$((2+3))\n
expect back-5
send exit 9\n
STEPS
expect_status 9 talk interactive "$NACRE" --root "$ROOT" shell -C -m empty.scm

# A command that is not a shell: Ctrl-C ends it as a signal does.
cat > command <<'STEPS'
expect begun
send \x03
STEPS
for options in "-C" ""; do
  # The status shows that the command got the signal, not nacre alone.
  expect_status 5 talk command "$NACRE" --root "$ROOT" shell $options -m empty.scm -- /bin/sh -c \
    'trap "exit 5" INT; echo begun; while :; do :; done'
done

# Ctrl-Z stops all of it for the shell outside, which continues it.
echo "PS1='READY> '" > rc
cat > outside <<'STEPS'
expect READY> 
send eval "$NACRE_COMMAND"\n
expect inside-begun
send \x1a
expect topped
expect READY> 
send echo outside-$((3+3))\n
expect outside-6
send fg\n
expect do(:);done
send \x03
expect ^C
expect READY> 
send echo end-$((3+4))\n
expect end-7
send exit 0\n
STEPS
for options in "-C" ""; do
  export NACRE_COMMAND="$NACRE --root $ROOT shell $options -m empty.scm -- /bin/sh -c 'echo inside-begun;while(true)do(:);done'"
  expect_status 0 talk outside bash --rcfile rc --noprofile -i
done
