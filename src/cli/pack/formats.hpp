// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace nacre::cli {

/// The options of 'nacre pack' that only some formats have are in groups of these names. A
/// command's help shows them by group, and a format's help shows the groups that it has.
inline constexpr const char* program_options = "Options of images that run a program";
inline constexpr const char* image_options = "Options of the formats docker and oci";
inline constexpr const char* package_options = "Options of the formats deb, deb-directory and rpm";
inline constexpr const char* deb_control_options = "Options of the format deb";
inline constexpr const char* deb_options = "Options of the formats deb and deb-directory";
inline constexpr const char* rpm_options = "Options of the format rpm";

/// Which help on formats was asked for.
struct FormatHelp {
  bool list = false;   ///< --list-formats
  std::string format;  ///< the one of --help-FORMAT-format, if any
};

/// --list-formats, and --help-FORMAT-format for each format that has options of its own.
void add_format_help(CLI::App& command, FormatHelp& help);

/// Prints what was asked for; whether anything was. `command` has all options of 'nacre pack'.
bool show_format_help(const CLI::App& command, const FormatHelp& help);

/// Calls `add`, which adds options to `command`: they are in the group `name`.
template <typename Add>
void in_group(CLI::App& command, const char* name, Add add) {
  const std::string usual = command.option_defaults()->get_group();
  command.option_defaults()->group(name);
  add();
  command.option_defaults()->group(usual);
}

}  // namespace nacre::cli
