// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace nacre {

/// What a complete deflate stream (RFC 1951) is made of; positions are in bits, of which the lowest
/// of a byte comes first.
struct DeflateScan {
  std::uint64_t last_header = 0;  ///< where the header of the last block begins
  std::uint64_t end = 0;          ///< after the last bit
  std::uint64_t size = 0;         ///< of the data, in bytes, that it decompresses to
};

/// Reads the stream at the start of `bytes` without decompressing it, which is some times faster.
/// Error if it is damaged or incomplete; distances of matches are not looked at.
DeflateScan scan_deflate(std::string_view bytes);

}  // namespace nacre
