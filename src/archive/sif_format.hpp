// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The Singularity image format, as far as we write and read it: a header, and a table of
/// descriptors, one for each thing in the file. Numbers are little-endian.
namespace nacre::sif {

inline constexpr std::string_view magic = "SIF_MAGIC";
inline constexpr std::size_t magic_offset = 32;  ///< after the line that runs the file
inline constexpr std::size_t descriptor_size = 585;
inline constexpr std::uint32_t partition = 0x4004;  ///< a descriptor's type
inline constexpr std::uint32_t squashfs = 1;        ///< a partition's file system
inline constexpr std::uint32_t primary_system = 2;  ///< what a partition is for

}  // namespace nacre::sif
