// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/image_layers.hpp"

#include <numeric>

#include "archive/tar.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "pack/image/layer_names.hpp"
#include "pack/image/layers.hpp"

namespace nacre {
namespace {

constexpr std::uint64_t tar_end_size = 1024;

void add_store_directories(TarWriter& tar) {
  tar.add_directory("gnu");
  tar.add_directory("gnu/store");
}

void add_items(TarWriter& tar, const LocalStore& store, const Layer& layer) {
  for (const LayerItem& item : layer)
    tar.add_tree(archive_name(item.path), store.physical(item.path));
}

/// What an image needs besides the store.
void add_surroundings(TarWriter& tar, const PackInput& input) {
  tar.add_directory("tmp", 01777);
  if (input.local_state) add_local_state(tar, *input.local_state, true);
  add_root_files(tar, input, {"gnu", "tmp"});
}

/// Size of what `add` writes besides the items.
template <typename Add>
std::uint64_t measure(Add add) {
  NullSink sink;
  TarWriter tar(sink);
  add(tar);
  return sink.size;
}

std::string describe(const Layer& layer) {
  std::string text = "nacre pack:";
  for (const LayerItem& item : layer) text += fmt::format(" {}", item.path.name());
  return text;
}

LayerSource make_layer(const LocalStore& store, const PackInput& input, const Layer& layer,
                       bool is_last) {
  LayerSource source;
  source.description = describe(layer);
  source.write = [&store, &input, layer, is_last](Sink& sink) {
    TarWriter tar(sink);
    add_store_directories(tar);
    add_items(tar, store, layer);
    if (is_last) add_surroundings(tar, input);
    tar.finish();
  };
  source.measure = [&store, &input, layer, is_last] {
    std::uint64_t size = measure(add_store_directories) + tar_end_size;
    for (const LayerItem& item : layer)
      size += tar_tree_size(archive_name(item.path), store.physical(item.path));
    if (is_last) size += measure([&](TarWriter& tar) { add_surroundings(tar, input); });
    return size;
  };
  HashSink id(HashAlgorithm::sha256);
  for (const LayerItem& item : layer) {
    source.about += item.size;
    id.write(item.path.text() + " " + item.hash.base16() + "\n");
  }
  if (is_last) {
    TarWriter tar(id);
    add_surroundings(tar, input);
  }
  source.id = id.finish().base16();
  return source;
}

}  // namespace

std::vector<LayerSource> make_layer_sources(const LocalStore& store, const PackInput& input,
                                            std::size_t max_layers) {
  check_layer_names(store, input);
  const std::vector<Layer> layers =
      plan_image_layers(layer_items(store, input.closure), input.profile, max_layers);
  std::vector<LayerSource> sources;
  for (const Layer& layer : layers)
    sources.push_back(make_layer(store, input, layer, &layer == &layers.back()));
  return sources;
}

std::uint64_t about_total(const std::vector<LayerSource>& layers) {
  auto add = [](std::uint64_t sum, const LayerSource& layer) { return sum + layer.about; };
  return std::accumulate(layers.begin(), layers.end(), std::uint64_t{0}, add);
}

}  // namespace nacre
