// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/outside_text.hpp"

#include <array>

#include "sandbox/relocation.hpp"

namespace nacre {
namespace {

/// Files that are no store items.
constexpr std::array files = {"/var/guix", "/var/log/guix", "/gnu/store/.", "/gnu/store/trash"};

/// Whether a path may go on with this character.
bool is_in_name(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("/._-+~").find(c) != std::string_view::npos;
}

}  // namespace

std::string outside_text(std::string_view message) {
  std::string text;
  for (bool in_name = false; !message.empty();) {
    std::size_t length = 1;
    for (std::string_view file : files)
      if (!in_name && message.starts_with(file)) length = file.size();
    const std::string piece(message.substr(0, length));
    text += length > 1 ? outside_path(piece) : piece;
    in_name = is_in_name(piece.back());
    message.remove_prefix(length);
  }
  return text;
}

}  // namespace nacre
