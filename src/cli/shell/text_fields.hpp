// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nacre::cli {

/// One line of fields, which may hold any bytes, separated by tabs; tabs, ends of lines and
/// backslashes in them are written with a backslash.
std::string join_fields(const std::vector<std::string>& fields);

/// The fields of such a line, without its end.
std::vector<std::string> split_fields(std::string_view line);

}  // namespace nacre::cli
