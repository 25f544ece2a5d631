// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nacre::cli {

/// The directory that `variable` names, such as XDG_CACHE_HOME, if that is absolute; else
/// `fallback` in the home directory; nothing if there is no home directory either.
std::optional<std::string> user_directory(const char* variable, std::string_view fallback);

}  // namespace nacre::cli
