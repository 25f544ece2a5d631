// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "pack/image/image.hpp"
#include "pack/image/image_layers.hpp"
#include "pack/image/oci_layers.hpp"
#include "pack/image/oci_layout.hpp"
#include "pack/pack.hpp"

// OCI image layouts: one image or, for several platforms, an index of them.

namespace nacre {
namespace {

using nlohmann::json;

constexpr std::string_view index_type = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view manifest_type = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view config_type = "application/vnd.oci.image.config.v1+json";
constexpr std::string_view layer_type = "application/vnd.oci.image.layer.v1.tar";

/// What OCI calls a layer so compressed. Error if it knows no such layers.
std::string layer_media_type(Compression compression) {
  if (compression == Compression::none) return std::string(layer_type);
  if (compression == Compression::gzip || compression == Compression::zstd)
    return fmt::format("{}+{}", layer_type, to_string(compression));
  throw Error("OCI images have no layers compressed by {}", to_string(compression))
      .hint("choose gzip, zstd or none");
}

json descriptor(std::string_view media_type, const Blob& blob) {
  return {
      {"mediaType", media_type}, {"digest", "sha256:" + blob.digest.base16()}, {"size", blob.size}};
}

json platform(const ImageSettings& settings) {
  json platform{{"architecture", settings.architecture}, {"os", "linux"}};
  if (settings.variant) platform["variant"] = *settings.variant;
  return platform;
}

std::string index_of(const json& manifests) {
  return json{{"schemaVersion", 2}, {"mediaType", index_type}, {"manifests", manifests}}.dump();
}

/// One image's layers, in the layout.
struct ImageLayers {
  const ImageSettings& settings;
  std::vector<LayerSource> sources;
  std::vector<const OciLayer*> layers;
};

/// Adds configuration and manifest; returns the descriptor of the latter.
json add_manifest(OciLayout& layout, const ImageLayers& image, const std::string& media_type) {
  json layers = json::array();
  std::vector<WrittenLayer> written;
  for (std::size_t i = 0; i < image.layers.size(); ++i) {
    layers.push_back(descriptor(media_type, image.layers[i]->blob));
    written.push_back({image.layers[i]->diff_id, image.sources[i].description});
  }
  const Blob configuration = layout.add_blob(image_configuration(image.settings, written));
  const json manifest{{"schemaVersion", 2},
                      {"mediaType", manifest_type},
                      {"config", descriptor(config_type, configuration)},
                      {"layers", layers}};
  json added = descriptor(manifest_type, layout.add_blob(manifest.dump()));
  added["platform"] = platform(image.settings);
  return added;
}

void write_layout(const BuiltinContext& context, OciLayout& layout,
                  const std::vector<PlatformImage>& platform_images) {
  const PackInput& input = platform_images.front().input;
  const std::string media_type = layer_media_type(input.compression);
  std::vector<ImageLayers> images;
  for (const PlatformImage& image : platform_images)
    images.push_back({image.settings,
                      make_layer_sources(context.store, image.input, image.settings.max_layers),
                      {}});
  std::uint64_t total = 0;
  for (const ImageLayers& image : images) total += about_total(image.sources);
  OciLayerWriter writer(context, input, total, layout);
  for (ImageLayers& image : images)
    for (const LayerSource& source : image.sources) image.layers.push_back(&writer.add(source));
  writer.finish();

  json manifests = json::array();
  for (const ImageLayers& image : images)
    manifests.push_back(add_manifest(layout, image, media_type));
  json image = manifests.size() == 1 ? manifests.front()
                                     : descriptor(index_type, layout.add_blob(index_of(manifests)));
  image["annotations"] = {
      {"org.opencontainers.image.ref.name", images.front().settings.name.text()}};
  layout.finish(index_of(json::array({image})));
}

}  // namespace

void build_oci_pack(const BuiltinContext& context) {
  const std::vector<PlatformImage> images = read_platform_images(context);
  write_layout(context, *OciLayout::make_archive(context.outputs.at("out")), images);
}

void build_oci_directory_pack(const BuiltinContext& context) {
  const std::vector<PlatformImage> images = read_platform_images(context);
  write_layout(context, *OciLayout::make_directory(context.outputs.at("out")), images);
}

}  // namespace nacre
