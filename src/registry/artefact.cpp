// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/artefact.hpp"

#include "base/hash.hpp"
#include "registry/answer.hpp"
#include "registry/status.hpp"
#include "registry/upload.hpp"

namespace nacre::registry {
namespace {

/// What has no configuration has this one.
constexpr std::string_view empty_type = "application/vnd.oci.empty.v1+json";
constexpr std::string_view empty_text = "{}";

bool push_text(Connection& connection, const PushCache& cache, const Document& document) {
  const Blob blob{document.digest, Contents::of(document.text)};
  if (has_blob(connection, blob.digest)) return false;
  upload_blob(connection, cache, blob, [](std::uint64_t) {});
  return true;
}

bool lists_referrers(Connection& connection, const Document& subject) {
  const Request request("GET", connection.repository().url("referrers/" + subject.digest));
  return connection.send(request).status == status::ok;
}

/// "sha256-DIGITS"
std::string fallback_tag(const Document& subject) {
  std::string tag = subject.digest;
  tag.replace(tag.find(':'), 1, "-");
  return tag;
}

bool push_fallback(Connection& connection, const Document& subject, const Artefact& artefact,
                   const Document& manifest) {
  const std::string tag = fallback_tag(subject);
  const auto present = get_manifest(connection, tag);
  const std::string index = add_referrer(present ? present->text : "", artefact, manifest);
  if (present && present->text == index) return false;
  return put_manifest(connection, tag, Document::of(oci_index_type, index));
}

}  // namespace

Document artefact_manifest(const Artefact& artefact, const Document& subject) {
  const Document config = Document::of(empty_type, std::string(empty_text));
  const Document layer = Document::of(artefact.media_type, artefact.contents);
  Json manifest{{"schemaVersion", 2},
                {"mediaType", oci_manifest_type},
                {"artifactType", artefact.artifact_type},
                {"config", config.descriptor()},
                {"layers", Json::array({layer.descriptor()})},
                {"subject", subject.descriptor()}};
  if (!artefact.annotations.empty()) manifest["annotations"] = artefact.annotations;
  return Document::of(oci_manifest_type, manifest.dump());
}

std::string add_referrer(const std::string& present, const Artefact& artefact,
                         const Document& manifest) {
  Json index{{"schemaVersion", 2}, {"mediaType", oci_index_type}, {"manifests", Json::array()}};
  if (!present.empty()) index = parse_object(present, "the registry's list of referrers");
  Json& manifests = index["manifests"];
  if (!manifests.is_array()) throw Error("the registry's list of referrers is not an image index");
  for (const Json& descriptor : manifests)
    if (text_member(descriptor, "digest") == manifest.digest) return present;
  Json descriptor = manifest.descriptor();
  descriptor["artifactType"] = artefact.artifact_type;
  if (!artefact.annotations.empty()) descriptor["annotations"] = artefact.annotations;
  manifests.push_back(std::move(descriptor));
  return index.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool push_artefact(Connection& connection, const PushCache& cache, const Document& subject,
                   const Artefact& artefact) {
  const Document manifest = artefact_manifest(artefact, subject);
  bool uploaded =
      push_text(connection, cache, Document::of(artefact.media_type, artefact.contents));
  uploaded |= push_text(connection, cache, Document::of(empty_type, std::string(empty_text)));
  bool keeps_referrers = false;
  uploaded |= put_manifest(connection, manifest.digest, manifest, &keeps_referrers);
  if (keeps_referrers || lists_referrers(connection, subject)) return uploaded;
  return push_fallback(connection, subject, artefact, manifest) || uploaded;
}

}  // namespace nacre::registry
