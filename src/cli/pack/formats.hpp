// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace nacre::cli {

/// Which help on formats was asked for.
struct FormatHelp {
  bool list = false;   ///< --list-formats
  std::string format;  ///< the one of --help-FORMAT-format, if any
};

/// --list-formats, and --help-FORMAT-format for each format that has options of its own.
/// For the help of --format: "tarball (the default), docker, … or appimage".
std::string format_names();

void add_format_help(CLI::App& command, FormatHelp& help);

/// Prints what was asked for; whether anything was. `command` has all options of 'nacre pack'.
bool show_format_help(const CLI::App& command, const FormatHelp& help);

}  // namespace nacre::cli
