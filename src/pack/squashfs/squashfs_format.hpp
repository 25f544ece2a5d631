// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// The parts of SquashFS 4.0 that are written here; numbers are little-endian.

namespace nacre::squashfs {

inline constexpr std::size_t block_size = std::size_t{128} * 1024;
inline constexpr unsigned block_log = 17;
inline constexpr std::size_t metadata_size = 8192;  ///< of an uncompressed block of metadata
inline constexpr std::size_t superblock_size = 96;
inline constexpr std::size_t device_block_size = 4096;

inline constexpr std::uint32_t magic = 0x73717368;
inline constexpr std::uint32_t is_stored = 1U << 24;  ///< in the size of a block: it is as it was
inline constexpr std::uint16_t is_stored_metadata = 0x8000;
inline constexpr std::uint32_t nothing = 0xffffffff;  ///< no fragment, no extended attributes
inline constexpr std::uint64_t no_table = ~std::uint64_t{0};

enum CompressorId : std::uint16_t { zlib_id = 1, xz_id = 4, zstd_id = 6 };

enum Flag : std::uint16_t {
  stores_equal_once = 0x40,
  is_exportable = 0x80,  ///< has a table of inodes by their numbers
  has_no_attributes = 0x200,
};

enum InodeType : std::uint16_t {
  directory_type = 1,
  file_type = 2,
  symlink_type = 3,
  long_directory_type = 8,
  long_file_type = 9,
};

/// Fields one after the other.
class Fields {
 public:
  template <typename Number>
  Fields& number(Number value) {
    for (std::size_t i = 0; i < sizeof value; ++i)
      bytes_ += static_cast<char>(value >> 8 * i & 0xff);
    return *this;
  }
  Fields& text(std::string_view value) {
    bytes_ += value;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace nacre::squashfs
