// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "registry/repository.hpp"

namespace nacre::registry {

inline constexpr std::string_view oci_index_type = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view oci_manifest_type = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view docker_list_type =
    "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view docker_manifest_type =
    "application/vnd.docker.distribution.manifest.v2+json";

/// A manifest or an index, as it is put into a registry.
struct Document {
  std::string media_type;
  std::string text;
  std::string digest;

  static Document of(std::string_view media_type, std::string text);
  Json descriptor() const;
};

/// Puts a document in under `name`, a tag or its digest. What was put is true; false if it was
/// there already. `keeps_referrers` is set if the registry says that it heeds its subject.
bool put_manifest(Connection& connection, const std::string& name, const Document& document,
                  bool* keeps_referrers = nullptr);

/// The document that a registry has under a tag, nothing if there is none. Its text is foreign.
std::optional<Document> get_manifest(Connection& connection, const std::string& tag);

/// The JSON object in `text`, which is nested no deeper than any of ours. Error, naming `what`, if
/// it is none.
Json parse_object(const std::string& text, const std::string& what);

}  // namespace nacre::registry
