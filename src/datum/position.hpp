// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace nacre {

/// Counts lines and columns from 0, as Guile's ports do, of ever later places in one UTF-8 text.
/// Each byte is looked at once, eight of them at a time where all are plain ASCII.
class PositionCounter {
 public:
  explicit PositionCounter(const char* text) : next_(text) {}

  /// `place` must not be before the place of an earlier call.
  void advance_to(const char* place) {
    while (place - next_ >= word_size) {
      const int plain = count_plain_bytes(next_);
      column_ += static_cast<std::uint32_t>(plain);
      next_ += plain;
      if (plain < word_size) count(static_cast<unsigned char>(*next_++));
    }
    while (next_ < place) count(static_cast<unsigned char>(*next_++));
  }
  std::uint32_t line() const { return line_; }
  std::uint32_t column() const { return column_; }

 private:
  static constexpr std::ptrdiff_t word_size = sizeof(std::uint64_t);

  /// How many bytes at the beginning of the word at `place` are one column each, for certain.
  static int count_plain_bytes(const char* place) {
    constexpr std::uint64_t each = 0x0101010101010101;
    std::uint64_t word = 0;
    std::memcpy(&word, place, sizeof word);
    // The highest bit of the first byte that is above 0x7f or below 0x0e. A byte before it is not
    // marked; one behind it may be, whatever it is.
    const std::uint64_t marks = (word | (word - each * 0x0e)) & (each * 0x80);
    if constexpr (std::endian::native == std::endian::little)
      return std::countr_zero(marks) / 8;
    else
      return marks == 0 ? word_size : 0;
  }

  void count(unsigned char byte) {
    if (byte > '\r' || byte < '\a')
      column_ += (byte & 0xc0) != 0x80;
    else
      count_control(byte);
  }

  void count_control(unsigned char byte) {
    switch (byte) {
      case '\a':
        break;
      case '\b':
        column_ -= column_ > 0;
        break;
      case '\t':
        column_ = (column_ / 8 + 1) * 8;
        break;
      case '\n':
        ++line_;
        column_ = 0;
        break;
      case '\r':
        column_ = 0;
        break;
      default:
        ++column_;
    }
  }

  const char* next_;
  std::uint32_t line_ = 0;
  std::uint32_t column_ = 0;
};

}  // namespace nacre
