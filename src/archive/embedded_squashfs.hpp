// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "archive/byte_range.hpp"

namespace nacre {

/// A SquashFS file system in a file, and what that file is.
struct EmbeddedSquashfs {
  std::string format;        ///< "squashfs", "appimage" or "sif"
  std::string architecture;  ///< "amd64"…, as Go names it; "" if nothing tells
  std::uint64_t offset = 0;
};

/// Finds it: alone, behind the program of an AppImage (type 2), or as the primary partition of a
/// Singularity image (SIF). Nothing if the bytes, which are foreign, are something else; Error if
/// they are one of these and hold no such file system where it should be.
std::optional<EmbeddedSquashfs> find_squashfs(const ByteRange& bytes);

}  // namespace nacre
