// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>

#include "base/hash.hpp"
#include "base/sink.hpp"
#include "pack/image/image_layers.hpp"
#include "pack/new_file.hpp"
#include "pack/pack_input.hpp"

namespace nacre {

/// The compressed bytes of an image's archive, being written. Where the compression allows it,
/// layers are parts of their own, which are copied from earlier packs that have them. Not
/// thread-safe.
class DockerStream : public Sink {
 public:
  /// Writes the archive's uncompressed bytes, besides those of layers.
  void write(std::string_view bytes) override = 0;
  /// How many they are of a layer.
  virtual std::uint64_t layer_size(const LayerSource& layer) { return layer.measure(); }
  /// Writes a layer's, `size` of them, and returns their digest.
  virtual Hash add_layer(const LayerSource& layer, std::uint64_t size) = 0;
  virtual void finish() = 0;
};

/// Borrows all; `total` bytes, about, are expected.
std::unique_ptr<DockerStream> make_docker_stream(const BuiltinContext& context,
                                                 const PackInput& input, std::uint64_t total,
                                                 NewFile& file);

}  // namespace nacre
