// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace nacre::cli {

/// Has each option and argument of the program and its commands refuse an empty text, which is
/// mostly a variable that is not set. The exceptions are texts that may well be empty.
void refuse_empty_values(CLI::App& program);

/// The arguments after the program's name, with "--option=" split in two, so that CLI11 does not
/// take the next argument for the value, and "-P1" as "--dependents=1". What follows `nacre repl`,
/// or "--", stays as it is.
std::vector<std::string> split_empty_values(int argc, char** argv);

}  // namespace nacre::cli
