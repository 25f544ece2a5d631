// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace nacre::cli {

/// The manual page, in man(7) macros, of the program and its commands, made of the same
/// descriptions that --help prints.
std::string man_page(const CLI::App& program, const std::string& version);

}  // namespace nacre::cli
