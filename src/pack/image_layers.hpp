// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/sink.hpp"
#include "pack/pack_input.hpp"

namespace nacre {

/// A layer of an image, not yet written: what is in it, how long it is as an uncompressed tar
/// archive, and how to write that.
struct LayerSource {
  std::string id;           ///< SHA-256 of what is in it, in base 16
  std::string description;  ///< for people
  std::uint64_t size = 0;
  std::function<void(Sink&)> write;  ///< in small pieces: give it a BufferedSink
};

/// The layers of the image, at most `max_layers`; the last one has the profile and what is not in
/// the store. They borrow `store` and `input`.
std::vector<LayerSource> make_layer_sources(const Store& store, const PackInput& input,
                                            std::size_t max_layers);

/// The size of all of them, uncompressed.
std::uint64_t total_size(const std::vector<LayerSource>& layers);

}  // namespace nacre
