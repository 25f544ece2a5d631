// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nacre {

/// Whom a file in an archive or a file system belongs to: root, unless something else is said.
struct Owner {
  std::uint32_t user = 0;
  std::uint32_t group = 0;
  bool operator==(const Owner&) const = default;
};

}  // namespace nacre
