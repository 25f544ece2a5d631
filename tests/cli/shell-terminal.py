# SPDX-License-Identifier: GPL-3.0-or-later
"""Talks to a program on a terminal: shell-terminal.py STEPS PROGRAM ARGUMENT…

STEPS is a file of lines: 'send TEXT' types TEXT (with Python's escapes), 'expect TEXT' waits until the program
has printed it since the last expectation. The program must end by itself after the last step; its exit status is
this program's.
"""
import os
import pty
import select
import sys
import time

steps, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)

seen = b""


def read_some(deadline):
    """What has come, or None at the end."""
    global seen
    ready, _, _ = select.select([terminal], [], [], max(0, deadline - time.monotonic()))
    if not ready:
        sys.exit("shell-terminal.py: nothing more comes; seen: %r" % seen)
    try:
        data = os.read(terminal, 4096)
    except OSError:
        return None
    seen += data
    return data or None


for line in open(steps):
    verb, text = line.rstrip("\n").split(" ", 1)
    text = text.encode().decode("unicode_escape").encode("latin-1")
    if verb == "send":
        os.write(terminal, text)
        continue
    deadline = time.monotonic() + 60
    while text not in seen:
        if read_some(deadline) is None:
            sys.exit("shell-terminal.py: it ended before %r; seen: %r" % (text, seen))
    seen = seen[seen.index(text) + len(text):]

deadline = time.monotonic() + 60
while read_some(deadline):
    pass
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
