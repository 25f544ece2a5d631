// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

/// The numbers of an export stream. docs/formats.md.
namespace nacre {

inline constexpr std::uint64_t export_item_follows = 1;
inline constexpr std::uint64_t export_end = 0;
inline constexpr std::uint64_t export_magic = 0x4558494e;

}  // namespace nacre
