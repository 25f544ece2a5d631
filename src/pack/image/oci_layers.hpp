// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "pack/compression/part_compressor.hpp"
#include "pack/image/image.hpp"
#include "pack/image/image_layers.hpp"
#include "pack/image/layer_cache.hpp"
#include "pack/image/oci_layout.hpp"
#include "pack/pack_progress.hpp"

namespace nacre {

/// A layer of an image layout.
struct OciLayer {
  Blob blob;
  Hash diff_id;  ///< digest of the uncompressed tar
};

/// Writes layers into a layout, each compressed by itself, several at a time if they are small;
/// those that an earlier pack has are copied. Not thread-safe.
class OciLayerWriter {
 public:
  /// Borrows all; `total` bytes, about, are expected.
  OciLayerWriter(const BuiltinContext& context, const PackInput& input, std::uint64_t total,
                 OciLayout& layout);
  /// The layer, which is complete after finish() and stays where it is. One that is there already
  /// is not written again.
  const OciLayer& add(const LayerSource& source);
  void finish();

 private:
  bool copy(const std::string& key, OciLayer& layer);
  void compress(const LayerSource& source, const std::string& key, OciLayer& layer);
  void begin_layer();
  void end_layer(const std::string& key, const PlainBytes& contents, OciLayer& layer);

  Compression compression_;
  std::string method_;  ///< none: layers need not be kept
  OciLayout& layout_;
  PackProgress progress_;
  LayerCache cache_;
  std::map<std::string, OciLayer> layers_;  ///< by id
  PartCompressor parts_;
};

}  // namespace nacre
