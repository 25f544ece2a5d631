# SPDX-License-Identifier: GPL-3.0-or-later
"""Fits a line to the points of a CSV file, and writes its slope and intercept.

    job.py [INPUT [OUTPUT]]
"""

import sys

import numpy

source = sys.argv[1] if len(sys.argv) > 1 else "/data/points.csv"
target = sys.argv[2] if len(sys.argv) > 2 else "/results/line.csv"
points = numpy.loadtxt(source, delimiter=",")
slope, intercept = numpy.polyfit(points[:, 0], points[:, 1], 1)
with open(target, "w") as file:
    file.write(f"{slope:.6f},{intercept:.6f}\n")
