// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre::cli {

/// Reads the command line, runs the command and returns the exit status: 0; 1 for an error, which
/// was printed; 128 + N after signal N.
int run_program(int argc, char** argv);

}  // namespace nacre::cli
