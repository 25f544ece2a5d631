// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "archive/tar.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "pack/image.hpp"
#include "pack/image_layers.hpp"
#include "pack/new_file.hpp"
#include "pack/pack.hpp"
#include "pack/pack_input.hpp"
#include "pack/pack_stream.hpp"

// An OCI image layout, in a tar archive. Its files, the blobs, are named by their digests, and
// layers are compressed each by itself. So that a layer is read once only, and needs no room of
// its own, its header is written again when its digest and its size are known.

namespace nacre {
namespace {

using nlohmann::json;

constexpr std::string_view index_type = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view manifest_type = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view config_type = "application/vnd.oci.image.config.v1+json";
constexpr std::string_view layer_type = "application/vnd.oci.image.layer.v1.tar";

/// What OCI calls a layer so compressed. Error if it knows no such layers.
std::string layer_media_type(Compression compression) {
  const std::string plain(layer_type);
  switch (compression) {
    case Compression::none:
      return plain;
    case Compression::gzip:
    case Compression::zstd:
      return fmt::format("{}+{}", plain, to_string(compression));
    case Compression::xz:
    case Compression::lzip:
    case Compression::bzip2:
      break;
  }
  throw Error("OCI images have no layers compressed by {}", to_string(compression))
      .hint("choose gzip, zstd or none");
}

std::string blob_name(const std::string& digest) {
  return "blobs/sha256/" + digest;
}

/// The layout's archive, being written. Borrows the file.
class Layout {
 public:
  explicit Layout(NewFile& file) : file_(file), tar_(file) {
    tar_.add_file("oci-layout", json{{"imageLayoutVersion", "1.0.0"}}.dump());
    tar_.add_directory("blobs");
    tar_.add_directory("blobs/sha256");
  }

  /// Adds what `write` writes as a blob; returns its descriptor.
  json add_blob(std::string_view media_type, const std::function<void(Sink&)>& write) {
    const std::uint64_t header = file_.size();
    tar_.add_header(blob_name(std::string(64, '0')), 0);
    const std::uint64_t begin = file_.size();
    HashSink hash(HashAlgorithm::sha256);
    TeeSink both(file_, hash);
    write(both);
    const std::uint64_t size = file_.size() - begin;
    tar_.add_padding(size);
    const std::string digest = hash.finish().base16();
    overwrite_header(header, blob_name(digest), size);
    return {{"mediaType", media_type}, {"digest", "sha256:" + digest}, {"size", size}};
  }

  json add_blob(std::string_view media_type, std::string_view contents) {
    return add_blob(media_type, [&](Sink& sink) { sink.write(contents); });
  }

  void finish(const json& index) {
    tar_.add_file("index.json", index.dump());
    tar_.finish();
  }

 private:
  void overwrite_header(std::uint64_t offset, const std::string& name, std::uint64_t size) {
    StringSink header;
    TarWriter(header).add_header(name, size);
    file_.overwrite(offset, header.text);
  }

  NewFile& file_;
  TarWriter tar_;
};

/// Writes the layers, and enters them in `written`; returns their descriptors.
json add_layers(Layout& layout, const BuiltinContext& context, const PackInput& input,
                const std::vector<LayerSource>& layers, std::vector<WrittenLayer>& written) {
  const std::string media_type = layer_media_type(input.compression);
  const std::uint64_t total = total_size(layers);
  std::uint64_t done = 0;
  json descriptors = json::array();
  for (const LayerSource& layer : layers) {
    HashSink digest(HashAlgorithm::sha256);
    auto write = [&](Sink& blob) {
      PackStream stream(context, input, total, blob, 0, done);
      TeeSink both(stream, digest);
      BufferedSink buffer(both);
      layer.write(buffer);
      buffer.flush();
      stream.finish();
    };
    descriptors.push_back(layout.add_blob(media_type, write));
    written.push_back({digest.finish(), layer.description});
    done += layer.size;
  }
  return descriptors;
}

json platform(const ImageSettings& settings) {
  json platform{{"architecture", settings.architecture}, {"os", "linux"}};
  if (settings.variant) platform["variant"] = *settings.variant;
  return platform;
}

}  // namespace

void build_oci_pack(const BuiltinContext& context) {
  const PackInput input = read_pack_input(context);
  const ImageSettings settings = read_image_settings(context, input);
  const std::vector<LayerSource> layers =
      make_layer_sources(context.store, input, settings.max_layers);

  NewFile file(context.outputs.at("out"));
  Layout layout(file);
  std::vector<WrittenLayer> written;
  json manifest{{"schemaVersion", 2}, {"mediaType", manifest_type}};
  manifest["layers"] = add_layers(layout, context, input, layers, written);
  manifest["config"] = layout.add_blob(config_type, image_configuration(settings, written));

  json image = layout.add_blob(manifest_type, manifest.dump());
  image["platform"] = platform(settings);
  image["annotations"] = {{"org.opencontainers.image.ref.name", settings.name.text()}};
  layout.finish(
      {{"schemaVersion", 2}, {"mediaType", index_type}, {"manifests", json::array({image})}});
  file.finish();
}

}  // namespace nacre
