// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/push_plan.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/error.hpp"
#include "registry/answer.hpp"

namespace nacre::registry {
namespace {

constexpr int deepest_index = 4;

struct TypeName {
  std::string_view oci;
  std::string_view docker;
};

constexpr std::array<TypeName, 5> type_names{
    {{oci_index_type, docker_list_type},
     {oci_manifest_type, docker_manifest_type},
     {"application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"},
     {"application/vnd.oci.image.layer.v1.tar", "application/vnd.docker.image.rootfs.diff.tar"},
     {"application/vnd.oci.image.layer.v1.tar+gzip",
      "application/vnd.docker.image.rootfs.diff.tar.gzip"}}};

std::string docker_type(const std::string& oci) {
  for (const TypeName& name : type_names)
    if (name.oci == oci) return std::string(name.docker);
  throw Error("Docker's format of images has nothing like '{}'", one_line(oci))
      .hint("push with '-f oci', or compress with gzip");
}

class Planner {
 public:
  Planner(const ImageLayout& layout, MediaTypes types) : layout_(layout), types_(types) {}

  PushPlan plan() {
    Json index = parse_object(layout_.index(), "the index of the image");
    const Json& manifests = member(index, "manifests");
    if (!manifests.is_array() || manifests.empty())
      throw Error("the index of the image names no manifest");
    if (manifests.size() == 1)
      add_described(manifests.front(), 0);
    else
      add_document(index.dump(), 0);
    auto larger = [](const Blob& a, const Blob& b) { return a.contents.size > b.contents.size; };
    std::stable_sort(plan_.blobs.begin(), plan_.blobs.end(), larger);
    return std::move(plan_);
  }

 private:
  /// The manifest or the index that a descriptor names, and all that this needs.
  Document add_described(const Json& descriptor, int depth) {
    return add_document(layout_.document(descriptor), depth);
  }

  Document add_document(const std::string& text, int depth) {
    if (depth > deepest_index) throw Error("the indexes of the image are too deep");
    Json document = parse_object(text, "a manifest of the image");
    const std::string type = text_member(document, "mediaType");
    const bool is_index = member(document, "manifests").is_array();
    if (is_index)
      add_children(document, depth);
    else
      add_parts(document);
    if (types_ == MediaTypes::docker) document["mediaType"] = docker_type(type);
    // What need not be changed is pushed as it is, whatever its spaces are.
    const bool is_same = document == Json::parse(text);
    Document result =
        Document::of(text_member(document, "mediaType"), is_same ? text : document.dump());
    if (manifests_.insert(result.digest).second) plan_.manifests.push_back(result);
    return result;
  }

  void add_children(Json& index, int depth) {
    for (Json& descriptor : index["manifests"]) {
      const Document child = add_described(descriptor, depth + 1);
      descriptor["mediaType"] = child.media_type;
      descriptor["digest"] = child.digest;
      descriptor["size"] = child.text.size();
    }
  }

  void add_parts(Json& manifest) {
    if (!member(manifest, "layers").is_array() || !member(manifest, "config").is_object())
      throw Error("a manifest of the image is malformed");
    add_part(manifest["config"]);
    for (Json& layer : manifest["layers"]) add_part(layer);
  }

  void add_part(Json& descriptor) {
    Blob blob = layout_.blob(descriptor);
    if (types_ == MediaTypes::docker)
      descriptor["mediaType"] = docker_type(text_member(descriptor, "mediaType"));
    if (blobs_.insert(blob.digest).second) plan_.blobs.push_back(std::move(blob));
  }

  const ImageLayout& layout_;
  MediaTypes types_;
  PushPlan plan_;
  std::set<std::string> blobs_;
  std::set<std::string> manifests_;
};

}  // namespace

PushPlan plan_push(const ImageLayout& layout, MediaTypes types) {
  return Planner(layout, types).plan();
}

}  // namespace nacre::registry
