// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

/// The pieces that a NAR is made of, for passes that make one beside other work. docs/formats.md.
namespace nacre {

inline void append_nar_number(std::string& text, std::uint64_t number) {
  for (int i = 0; i < 8; ++i) text.push_back(static_cast<char>(number >> (8 * i)));
}

inline std::string nar_padding(std::uint64_t size) {
  return std::string((8 - size % 8) % 8, '\0');
}

inline std::string nar_tokens(std::initializer_list<std::string_view> tokens) {
  std::string text;
  for (std::string_view token : tokens) {
    append_nar_number(text, token.size());
    text.append(token).append(nar_padding(token.size()));
  }
  return text;
}

/// The NAR of a regular, not executable file.
inline std::string nar_of_text(std::string_view contents) {
  return nar_tokens({"nix-archive-1", "(", "type", "regular", "contents", contents, ")"});
}

}  // namespace nacre
