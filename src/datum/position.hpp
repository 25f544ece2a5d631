// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nacre {

/// Counts lines and columns from 0, as Guile's ports do, of ever later places in one UTF-8 text.
/// Each byte is looked at once.
class PositionCounter {
 public:
  explicit PositionCounter(const char* text) : next_(text) {}

  /// `place` must not be before the place of an earlier call.
  void advance_to(const char* place) {
    for (; next_ < place; ++next_) {
      const auto byte = static_cast<unsigned char>(*next_);
      if (byte > '\r' || (byte < '\a'))
        column_ += (byte & 0xc0) != 0x80;
      else
        count_control(byte);
    }
  }
  std::uint32_t line() const { return line_; }
  std::uint32_t column() const { return column_; }

 private:
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
