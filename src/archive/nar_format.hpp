// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// What nar_dump.cpp writes and nar_restore.cpp reads: strings, each a little-endian 64-bit
/// length, the bytes, and zeros up to a multiple of 8. docs/formats.md.
namespace nacre::nar {

inline constexpr std::string_view magic = "nix-archive-1";
inline constexpr std::size_t alignment = 8;

inline constexpr std::size_t padding_of(std::uint64_t size) {
  return static_cast<std::size_t>((alignment - size % alignment) % alignment);
}

}  // namespace nacre::nar
