#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""picture.py NACRE OUTPUT.svg: a terminal in which NACRE makes an image, podman loads and runs it, and NACRE lists
its contents. It runs each command; the picture holds the output. Needs podman, which scripts/run-image.sh starts with
the options that this machine needs."""
import html
import os
import subprocess
import sys

COMMANDS = [
    "nacre pack -f docker -S /bin=bin --entry-point=bin/hello hello",
    "podman load -q -i $(nacre pack -f docker -S /bin=bin --entry-point=bin/hello hello)",
    "podman run --rm hello",
    "nacre pack --rounds=2 -q -f oci -C zstd hello         # twice: the same bits?",
    "nacre inspect $(nacre pack -f docker -S /bin=bin --entry-point=bin/hello hello) | tail -n 9",
]
SCRIPTS = os.path.dirname(os.path.abspath(__file__))
NO_BREAK = "\u00a0"  # several spaces count as one otherwise
COLUMNS, LINE, LETTER, MARGIN = 104, 19, 8.43, 16


def run(command, environment):
    """What the command prints on both outputs; an error if it fails."""
    command = command.replace("podman run --rm", SCRIPTS + "/run-image.sh")
    result = subprocess.run(["bash", "-c", "set -o pipefail; " + command], env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    return result.stdout.splitlines()


def rows(nacre):
    """Pairs of a CSS class and a line of the terminal."""
    environment = dict(os.environ, PATH=os.path.dirname(os.path.abspath(nacre)) + ":" + os.environ["PATH"])
    for command in COMMANDS:
        yield "command", "$ " + command
        for line in run(command, environment):
            yield "output", line if len(line) <= COLUMNS else line[: COLUMNS - 1] + "…"


def draw(lines):
    width = int(COLUMNS * LETTER + 2 * MARGIN)
    height = len(lines) * LINE + 2 * MARGIN
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    yield "<!-- SPDX-License-Identifier: GPL-3.0-or-later; made by scripts/picture.py -->"
    yield ("<style>text { font: 14px monospace; fill: #c8d0d8 } .command { fill: #ffffff; "
           "font-weight: bold }</style>")
    yield f'<rect width="{width}" height="{height}" rx="8" fill="#1d2630"/>'
    for number, (kind, line) in enumerate(lines):
        place = MARGIN + (number + 0.75) * LINE
        yield f'<text class="{kind}" x="{MARGIN}" y="{place:.0f}">{html.escape(line).replace(" ", NO_BREAK)}</text>'
    yield "</svg>"


def main():
    nacre, output = sys.argv[1:]
    lines = list(rows(nacre))
    with open(output, "w", encoding="utf-8") as file:
        file.write("\n".join(draw(lines)) + "\n")


main()
