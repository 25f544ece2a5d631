// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "pack/compression/part_compressor.hpp"

namespace nacre {

/// A compressed layer that lies in a pack.
struct LayerRecord {
  std::string key;  ///< what decides the layer's bytes, see layer_key()
  Hash diff_id;     ///< of the uncompressed tar
  PlainBytes contents;
  Hash digest;  ///< of the layer by itself: head, part and tail of a stream
  /// Where the part is: in the pack or, if that is a layout in a directory, in the file of the
  /// layer's blob.
  bool in_blob = false;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Names a layer whose contents have the name `id` and whose bytes part_method() `method` makes.
std::string layer_key(std::string_view id, std::string_view method);

/// The text of the file that tells a pack's layers, and what it says; nothing if it is not exactly
/// such a text, so that a file that was damaged counts as none. Thread-safe.
std::string write_layer_records(const std::vector<LayerRecord>& records);
std::optional<std::vector<LayerRecord>> parse_layer_records(std::string_view text);

}  // namespace nacre
