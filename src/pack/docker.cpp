// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "archive/tar.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "pack/image.hpp"
#include "pack/layers.hpp"
#include "pack/new_file.hpp"
#include "pack/pack.hpp"
#include "pack/pack_input.hpp"
#include "pack/pack_stream.hpp"

// The archive that `docker save` writes. It is written in one go: a layer's size is known from
// looking at its files, and its directory is named by the hashes that the store has of them, so
// that its digest is needed only afterwards, for the configuration.

namespace nacre {
namespace {

/// Something that is a layer: how long it is, and how to write it.
struct LayerSource {
  std::string id;  ///< 64 digits
  std::string description;
  std::uint64_t size = 0;
  std::function<void(Sink&)> write;
};

constexpr std::uint64_t tar_end_size = 1024;

void add_store_directories(TarWriter& tar) {
  tar.add_directory("gnu");
  tar.add_directory("gnu/store");
}

void add_items(TarWriter& tar, const Store& store, const Layer& layer) {
  for (const LayerItem& item : layer)
    tar.add_tree(archive_name(item.path), store.physical(item.path));
}

/// What an image needs besides the store.
void add_surroundings(TarWriter& tar, const PackInput& input) {
  tar.add_directory("tmp", 01777);
  add_symlinks(tar, input, {"gnu", "tmp"});
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

LayerSource make_layer(const Store& store, const PackInput& input, const Layer& layer,
                       bool is_last) {
  auto write = [&store, &input, layer, is_last](Sink& sink) {
    TarWriter tar(sink);
    add_store_directories(tar);
    add_items(tar, store, layer);
    if (is_last) add_surroundings(tar, input);
    tar.finish();
  };
  LayerSource source;
  source.description = describe(layer);
  source.write = write;
  source.size = measure(add_store_directories) + tar_end_size;
  HashSink id(HashAlgorithm::sha256);
  for (const LayerItem& item : layer) {
    source.size += tar_tree_size(archive_name(item.path), store.physical(item.path));
    id.write(item.path.text() + " " + item.hash.base16() + "\n");
  }
  if (is_last) {
    auto add = [&](TarWriter& tar) { add_surroundings(tar, input); };
    source.size += measure(add);
    TarWriter tar(id);
    add(tar);
  }
  source.id = id.finish().base16();
  return source;
}

/// The layers of the image; the last one has the profile and what is not in the store.
std::vector<LayerSource> make_layers(const Store& store, const PackInput& input,
                                     std::size_t max_layers) {
  std::vector<LayerItem> items = layer_items(store, input.closure);
  auto profile = std::find_if(items.begin(), items.end(),
                              [&](const LayerItem& item) { return item.path == input.profile; });
  Layer last{*profile};
  items.erase(profile);
  std::vector<Layer> layers;
  if (max_layers > 1)
    layers = plan_layers(std::move(items), max_layers - 1);
  else
    last.insert(last.begin(), items.begin(), items.end());

  std::vector<LayerSource> sources;
  for (const Layer& layer : layers) sources.push_back(make_layer(store, input, layer, false));
  sources.push_back(make_layer(store, input, last, true));
  return sources;
}

/// One layer's directory, in the way of Docker before 1.10, which all still read.
WrittenLayer add_layer(TarWriter& tar, const LayerSource& layer, const std::string& parent) {
  nlohmann::json description{{"id", layer.id}, {"created", image_date}};
  if (!parent.empty()) description["parent"] = parent;
  tar.add_directory(layer.id);
  tar.add_file(layer.id + "/VERSION", "1.0");
  tar.add_file(layer.id + "/json", description.dump());
  HashSink digest(HashAlgorithm::sha256);
  tar.add_stream(layer.id + "/layer.tar", layer.size, [&](Sink& sink) {
    TeeSink both(sink, digest);
    BufferedSink buffer(both);
    layer.write(buffer);
    buffer.flush();
  });
  return {digest.finish(), layer.description};
}

void add_metadata(TarWriter& tar, const ImageSettings& settings,
                  const std::vector<LayerSource>& layers,
                  const std::vector<WrittenLayer>& written) {
  std::string configuration = image_configuration(settings, written);
  std::string file = hash_bytes(HashAlgorithm::sha256, configuration).base16() + ".json";
  auto files = nlohmann::json::array();
  for (const LayerSource& layer : layers) files.push_back(layer.id + "/layer.tar");
  auto manifest = nlohmann::json::array();
  manifest.push_back({{"Config", file}, {"RepoTags", {settings.name.text()}}, {"Layers", files}});
  nlohmann::json repositories{{settings.name.repository, {{settings.name.tag, layers.back().id}}}};
  tar.add_file(file, configuration);
  tar.add_file("manifest.json", manifest.dump());
  tar.add_file("repositories", repositories.dump());
}

/// How many bytes podman looks at, when it has unpacked an archive's compression, to see whether
/// there is another one. The gzip reader in podman 4.3 (Debian 12) then loses the rest of what it
/// had decompressed so far; nothing is lost if that is the end of a gzip member.
constexpr std::size_t peeked_size = 8;

}  // namespace

void build_docker_pack(const BuiltinContext& context) {
  PackInput input = read_pack_input(context);
  ImageSettings settings = read_image_settings(context, input);
  std::vector<LayerSource> layers = make_layers(context.store, input, settings.max_layers);
  auto add_size = [](std::uint64_t sum, const LayerSource& layer) { return sum + layer.size; };
  std::uint64_t total = std::accumulate(layers.begin(), layers.end(), std::uint64_t{0}, add_size);

  NewFile file(context.outputs.at("out"));
  PackStream stream(context, input, total, file, peeked_size);
  TarWriter tar(stream);
  std::vector<WrittenLayer> written;
  for (std::size_t i = 0; i < layers.size(); ++i)
    written.push_back(add_layer(tar, layers[i], i == 0 ? "" : layers[i - 1].id));
  add_metadata(tar, settings, layers, written);
  tar.finish();
  stream.finish();
  file.finish();
}

}  // namespace nacre
