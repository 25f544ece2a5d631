// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/trailing_command.hpp"

#include <algorithm>
#include <iterator>

namespace nacre::cli {

namespace {

/// Where the command's name is; the end if there is none. --root takes a value.
std::vector<std::string>::iterator find_command(std::vector<std::string>& arguments) {
  auto argument = arguments.begin();
  while (argument != arguments.end() && argument->starts_with('-')) {
    const bool takes_next = *argument == "--root";
    ++argument;
    if (takes_next && argument != arguments.end()) ++argument;
  }
  return argument;
}

}  // namespace

std::optional<std::vector<std::string>> take_trailing_command(std::vector<std::string>& arguments) {
  const auto command = find_command(arguments);
  if (command == arguments.end() || *command != "shell") return std::nullopt;
  const auto dashes = std::find(command, arguments.end(), "--");
  if (dashes == arguments.end()) return std::nullopt;
  std::vector<std::string> rest(std::make_move_iterator(dashes + 1),
                                std::make_move_iterator(arguments.end()));
  arguments.erase(dashes, arguments.end());
  return rest;
}

}  // namespace nacre::cli
