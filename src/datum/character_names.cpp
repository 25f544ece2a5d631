// SPDX-License-Identifier: GPL-3.0-or-later
#include "datum/character_names.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/utf8.hpp"

namespace nacre {
namespace {

struct NamedCharacter {
  std::string_view name;
  std::uint32_t code;
};

/// Names of R5RS, R6RS and R7RS, those of ASCII's control characters, and older ones.
constexpr NamedCharacter named_characters[] = {
    {"space", 0x20}, {"newline", 0x0a},  {"nul", 0x00},    {"alarm", 0x07}, {"backspace", 0x08},
    {"tab", 0x09},   {"linefeed", 0x0a}, {"vtab", 0x0b},   {"page", 0x0c},  {"return", 0x0d},
    {"esc", 0x1b},   {"delete", 0x7f},   {"escape", 0x1b}, {"soh", 0x01},   {"stx", 0x02},
    {"etx", 0x03},   {"eot", 0x04},      {"enq", 0x05},    {"ack", 0x06},   {"bel", 0x07},
    {"bs", 0x08},    {"ht", 0x09},       {"lf", 0x0a},     {"vt", 0x0b},    {"ff", 0x0c},
    {"cr", 0x0d},    {"so", 0x0e},       {"si", 0x0f},     {"dle", 0x10},   {"dc1", 0x11},
    {"dc2", 0x12},   {"dc3", 0x13},      {"dc4", 0x14},    {"nak", 0x15},   {"syn", 0x16},
    {"etb", 0x17},   {"can", 0x18},      {"em", 0x19},     {"sub", 0x1a},   {"fs", 0x1c},
    {"gs", 0x1d},    {"rs", 0x1e},       {"us", 0x1f},     {"sp", 0x20},    {"del", 0x7f},
    {"null", 0x00},  {"nl", 0x0a},       {"np", 0x0c},
};

bool equal_names(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

/// All of `digits` in `base`, if that is a Unicode scalar value.
std::optional<std::uint32_t> code_of_digits(std::string_view digits, int base) {
  std::uint32_t code = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, code, base);
  if (error != std::errc() || stop != end || !is_scalar_value(code)) return {};
  return code;
}

}  // namespace

std::optional<std::uint32_t> character_of_name(std::string_view name) {
  const std::size_t first = utf8_sequence_length(name);
  if (first == 0) return {};
  const std::string_view behind = name.substr(first);
  constexpr std::string_view dotted_circle = "\u25cc";
  if (behind.empty() || behind == dotted_circle) return utf8_code_point(name.substr(0, first));
  if (name[0] >= '0' && name[0] <= '7') {
    if (auto code = code_of_digits(name, 8)) return code;
  }
  if (name[0] == 'x') {
    if (auto code = code_of_digits(behind, 16)) return code;
  }
  for (const auto& character : named_characters)
    if (equal_names(character.name, name)) return character.code;
  return {};
}

}  // namespace nacre
