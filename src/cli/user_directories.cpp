// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/user_directories.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace nacre::cli {

std::optional<std::string> user_directory(const char* variable, std::string_view fallback) {
  const char* value = std::getenv(variable);
  if (value != nullptr && *value == '/') return value;
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return std::nullopt;
  return fmt::format("{}/{}", home, fallback);
}

}  // namespace nacre::cli
