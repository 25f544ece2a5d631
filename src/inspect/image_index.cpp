// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/image_index.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/json.hpp"

namespace nacre {

namespace {

/// An index may name indexes: by platform, mostly.
constexpr int max_index_depth = 4;

std::vector<std::string> texts_at(const Json& object, const char* key) {
  const Json& value = member(object, key);
  std::vector<std::string> texts;
  if (value.is_array())
    for (const Json& element : value)
      if (element.is_string()) texts.push_back(element.get<std::string>());
  return texts;
}

Json parse(const Documents& documents, const std::string& file) {
  const auto found = documents.find(file);
  if (found == documents.end()) throw Error("'{}' is missing in it, or too long", file);
  Json value = Json::parse(found->second, nullptr, false);
  if (value.is_discarded()) throw Error("'{}' in the archive is no JSON", file);
  return value;
}

/// As ArchiveReader names files.
std::string normal_file(const std::string& file) {
  return file.starts_with("./") ? file.substr(2) : file;
}

void add_configuration(const Json& configuration, InspectedImage& image) {
  const std::string system = text_member(configuration, "os");
  const std::string architecture = text_member(configuration, "architecture");
  image.platform = system + (system.empty() || architecture.empty() ? "" : "/") + architecture;
  const Json& run = member(configuration, "config");
  image.entry_point = texts_at(run, "Entrypoint");
  image.command = texts_at(run, "Cmd");
  image.environment = texts_at(run, "Env");
  image.user = text_member(run, "User");
  image.working_directory = text_member(run, "WorkingDir");
  const Json& labels = member(run, "Labels");
  if (!labels.is_object()) return;
  for (const auto& [name, value] : labels.items())
    if (value.is_string()) image.labels[name] = value.get<std::string>();
}

void check_count(std::size_t images, const InspectLimits& limits) {
  if (images > limits.images) throw Error("it holds more than {} images", limits.images);
}

/// Where an OCI layout has the blob that a descriptor names.
std::string blob_file(const Json& descriptor) {
  const std::string digest = text_member(descriptor, "digest");
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == ':';
  };
  const std::size_t colon = digest.find(':');
  if (colon == std::string::npos || digest.find(':', colon + 1) != std::string::npos ||
      !std::all_of(digest.begin(), digest.end(), allowed))
    throw Error("a descriptor in the image has the malformed digest '{}'", digest);
  return "blobs/" + digest.substr(0, colon) + "/" + digest.substr(colon + 1);
}

/// Reads the tree of indexes and manifests of an OCI layout.
class OciReader {
 public:
  OciReader(const Documents& documents, const InspectLimits& limits)
      : documents_(documents), limits_(limits) {}

  void read_index(const Json& index, const std::string& name, int depth) {
    if (depth > max_index_depth) throw Error("its indexes are nested too deeply");
    const Json& manifests = member(index, "manifests");
    if (!manifests.is_array()) throw Error("an index of the image is malformed");
    for (const Json& descriptor : manifests) read_descriptor(descriptor, name, depth);
  }

  std::vector<ImageDescription> images;

 private:
  static std::string name_of(const Json& descriptor, const std::string& inherited) {
    const Json& annotations = member(descriptor, "annotations");
    const std::string full = text_member(annotations, "io.containerd.image.name");
    if (!full.empty()) return full;
    const std::string name = text_member(annotations, "org.opencontainers.image.ref.name");
    return name.empty() ? inherited : name;
  }

  void read_descriptor(const Json& descriptor, const std::string& inherited, int depth) {
    // What BuildKit says of another image looks like one itself.
    if (!text_member(member(descriptor, "annotations"), "vnd.docker.reference.type").empty())
      return;
    // A layout may have been filled for one platform of an index only.
    if (depth > 0 && !documents_.contains(blob_file(descriptor))) return;
    const std::string name = name_of(descriptor, inherited);
    const Json document = parse(documents_, blob_file(descriptor));
    if (member(document, "manifests").is_array())
      read_index(document, name, depth + 1);
    else
      read_manifest(document, name);
  }

  void read_manifest(const Json& manifest, const std::string& name) {
    const Json& configuration = member(manifest, "config");
    const std::string type = text_member(configuration, "mediaType");
    // Signatures and bills of materials are manifests, too.
    if (type.find("image.config") == std::string::npos &&
        type.find("container.image") == std::string::npos)
      return;
    ImageDescription description;
    add_configuration(parse(documents_, blob_file(configuration)), description.image);
    if (!name.empty()) description.image.names.push_back(name);
    const Json& layers = member(manifest, "layers");
    if (!layers.is_array()) throw Error("a manifest of the image is malformed");
    for (const Json& layer : layers) description.layers.push_back(blob_file(layer));
    images.push_back(std::move(description));
    check_count(images.size(), limits_);
  }

  const Documents& documents_;
  const InspectLimits& limits_;
};

}  // namespace

std::vector<ImageDescription> docker_images(const Documents& documents,
                                            const InspectLimits& limits) {
  if (!documents.contains("manifest.json")) return {};
  const Json manifest = parse(documents, "manifest.json");
  if (!manifest.is_array()) return {};
  check_count(manifest.size(), limits);
  std::vector<ImageDescription> images;
  for (const Json& entry : manifest) {
    if (!member(entry, "Config").is_string() || !member(entry, "Layers").is_array()) return {};
    ImageDescription description;
    add_configuration(parse(documents, normal_file(text_member(entry, "Config"))),
                      description.image);
    description.image.names = texts_at(entry, "RepoTags");
    for (const std::string& layer : texts_at(entry, "Layers"))
      description.layers.push_back(normal_file(layer));
    images.push_back(std::move(description));
  }
  return images;
}

std::vector<ImageDescription> oci_images(const Documents& documents, const InspectLimits& limits) {
  if (!documents.contains("index.json") || !documents.contains("oci-layout")) return {};
  OciReader reader(documents, limits);
  reader.read_index(parse(documents, "index.json"), "", 0);
  return std::move(reader.images);
}

}  // namespace nacre
