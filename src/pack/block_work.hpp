// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

#include "pack/block_pipeline.hpp"

namespace nacre {

/// How PartCompressor's blocks are compressed, each format in a file of its own: what a worker does
/// with a block, how long one is, and a name for the library.

/// Deflate data that ends at a byte and is not marked as the last; the block's checksum is its
/// CRC-32.
inline constexpr std::size_t gzip_block_size = std::size_t{1024} * 1024;
BlockPipeline::Work make_gzip_work(int level);
std::string gzip_library();

/// A whole frame. The version changes when its bytes do.
inline constexpr std::size_t zstd_block_size = std::size_t{2} * 1024 * 1024;
inline constexpr int zstd_work_version = 2;
BlockPipeline::Work make_zstd_work(int level);
std::string zstd_library();

}  // namespace nacre
