// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "base/error.hpp"

namespace nacre::cli {

/// Prints an error on standard error: where in the user's file, what failed, what to do next.
/// In colour when standard error is a terminal and NO_COLOR is not set.
void print_error(const Error& error);

/// "1.2 GiB", "17 B".
std::string human_size(std::uint64_t bytes);
/// The bytes in "10M", "1.5GiB", "500": binary units, and decimal ones for "MB", "GB"…
std::uint64_t parse_size(const std::string& text);

}  // namespace nacre::cli
