// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "pack/compression/block_pipeline.hpp"
#include "pack/compression/codecs.hpp"

namespace nacre {

/// How PartCompressor's blocks are compressed, each format in a file of its own: what a worker does
/// with a block, and how long one is.

/// Deflate data that ends at a byte and is not marked as the last; the block's checksum is its
/// CRC-32.
inline constexpr std::size_t gzip_block_size = std::size_t{1024} * 1024;
BlockPipeline::MakeWork make_gzip_work(const Codecs& codecs, int level);

/// Blocks for the middle of a frame that has a window of 4 MiB and no checksum. The version changes
/// when their bytes do.
inline constexpr int zstd_work_version = 4;
std::size_t zstd_block_size(int level);
BlockPipeline::MakeWork make_zstd_work(const Codecs& codecs, int level);

}  // namespace nacre
