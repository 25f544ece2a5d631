// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string_view>

#include "base/sink.hpp"

namespace nacre {

/// The names of compressions that narinfos use.
bool is_known_compression(std::string_view name);

/// Reads what `compressed` (borrowed) holds; "none", "gzip", "bzip2", "xz", "lzip" or "zstd". The
/// bytes are foreign: reading throws Error where they are something else or end too early.
std::unique_ptr<Source> decompress(std::string_view compression, Source& compressed);

}  // namespace nacre
