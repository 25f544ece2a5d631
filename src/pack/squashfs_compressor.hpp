// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "archive/sqfs_pointer.hpp"
#include "pack/compressor.hpp"

namespace nacre {

/// What libsquashfs compresses blocks with; it makes itself a copy for each thread. A block that
/// would not become smaller is left as it is. The level has to be one that the compression has.
SqfsPointer<sqfs_compressor_t> make_squashfs_compressor(Compression compression, int level,
                                                        std::size_t block_size);
/// What reads such blocks.
SqfsPointer<sqfs_compressor_t> make_squashfs_decompressor(Compression compression,
                                                          std::size_t block_size);

}  // namespace nacre
