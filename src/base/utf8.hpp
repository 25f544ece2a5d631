// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// UTF-8, by the strict rules of Unicode: shortest forms only, no surrogates. All functions are
/// pure.
namespace nacre {

/// Bytes of the sequence at the start of `text`; 0 if there is no valid one.
std::size_t utf8_sequence_length(std::string_view text);

/// The position of the first byte that is not part of a valid sequence; npos if all are.
std::size_t find_invalid_utf8(std::string_view text);

/// The text with U+FFFD for each longest beginning of a sequence that is cut short, and for each
/// other byte that is not part of a valid sequence (Unicode 15, chapter 3, "U+FFFD substitution of
/// maximal subparts", which is what Guile's ports do).
std::string replace_invalid_utf8(std::string_view text);

/// The code point that a valid sequence stands for.
std::uint32_t utf8_code_point(std::string_view sequence);

/// Whether the number is a code point that text may hold.
constexpr bool is_scalar_value(std::uint32_t code) {
  return code < 0xd800 || (code > 0xdfff && code <= 0x10ffff);
}

/// Appends the sequence of a scalar value.
void append_utf8(std::string& text, std::uint32_t code);

}  // namespace nacre
