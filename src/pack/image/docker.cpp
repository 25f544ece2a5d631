// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "archive/tar.hpp"
#include "base/hash.hpp"
#include "pack/image/docker_stream.hpp"
#include "pack/image/image.hpp"
#include "pack/image/image_layers.hpp"
#include "pack/new_file.hpp"
#include "pack/pack.hpp"
#include "pack/pack_input.hpp"

// The archive that `docker save` writes. It is written in one go: a layer's size is known from
// looking at its files, and its directory is named by the hashes that the store has of them, so
// that its digest is needed only afterwards, for the configuration.

namespace nacre {
namespace {

/// One layer's directory, in the way of Docker before 1.10, which all still read.
WrittenLayer add_layer(DockerStream& stream, const LayerSource& layer, const std::string& parent) {
  nlohmann::json description{{"id", layer.id}, {"created", image_date}};
  if (!parent.empty()) description["parent"] = parent;
  TarWriter tar(stream);
  tar.add_directory(layer.id);
  tar.add_file(layer.id + "/VERSION", "1.0");
  tar.add_file(layer.id + "/json", description.dump());
  const std::uint64_t size = stream.layer_size(layer);
  tar.add_header(layer.id + "/layer.tar", size);
  const Hash digest = stream.add_layer(layer, size);
  tar.add_padding(size);
  return {digest, layer.description};
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

}  // namespace

void build_docker_pack(const BuiltinContext& context) {
  const PackInput input = read_pack_input(context);
  const ImageSettings settings = read_image_settings(context, input);
  const std::vector<LayerSource> layers =
      make_layer_sources(context.store, input, settings.max_layers);
  NewFile file(context.outputs.at("out"));
  auto stream = make_docker_stream(context, input, about_total(layers), file);
  std::vector<WrittenLayer> written;
  for (std::size_t i = 0; i < layers.size(); ++i)
    written.push_back(add_layer(*stream, layers[i], i == 0 ? "" : layers[i - 1].id));
  TarWriter tar(*stream);
  add_metadata(tar, settings, layers, written);
  tar.finish();
  stream->finish();
  file.finish();
}

}  // namespace nacre
