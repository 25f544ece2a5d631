// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace nacre::cli {

/// Takes "--" and what follows it off `arguments`, those after the program's name, if their command
/// is one that runs another program: the latter's command line, which is not nacre's to parse.
/// Nothing if there is no "--".
std::optional<std::vector<std::string>> take_trailing_command(std::vector<std::string>& arguments);

}  // namespace nacre::cli
