// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/sink.hpp"
#include "pack/pack_input.hpp"

namespace nacre {

/// A layer of an image, not yet written: what is in it, and how to write it as an uncompressed tar
/// archive.
struct LayerSource {
  std::string id;                          ///< SHA-256 of what is in it, in base 16
  std::string description;                 ///< for people
  std::uint64_t about = 0;                 ///< its length, about; for displays
  std::function<std::uint64_t()> measure;  ///< its length; looks at all files without reading them
  std::function<void(Sink&)> write;        ///< in small pieces: give it a BufferedSink
};

/// The layers of the image, at most `max_layers`; the last one has the profile and what is not in
/// the store. They borrow `store` and `input`. Error if layers cannot hold a file.
std::vector<LayerSource> make_layer_sources(const LocalStore& store, const PackInput& input,
                                            std::size_t max_layers);

/// The length of all of them, about.
std::uint64_t about_total(const std::vector<LayerSource>& layers);

}  // namespace nacre
