// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "registry/manifest.hpp"
#include "registry/push_cache.hpp"

namespace nacre::registry {

/// Something about an image that goes with it into a registry: a bill of materials, a statement of
/// where it is from.
struct Artefact {
  std::string artifact_type;  ///< what it is for, as a media type
  std::string media_type;     ///< of the contents
  std::string contents;
  std::map<std::string, std::string> annotations;
};

/// The manifest of an artefact that refers to `subject`, as OCI 1.1 has it. The same artefact
/// gives the same manifest.
Document artefact_manifest(const Artefact& artefact, const Document& subject);

/// The index, as JSON text, that lists what refers to an image where a registry keeps no such list:
/// `present` (empty if there is none; else foreign, and Error if it is no index) with `artefact`
/// added, or as it is if that is in it.
std::string add_referrer(const std::string& present, const Artefact& artefact,
                         const Document& manifest);

/// Puts an artefact in beside `subject`, so that the registry lists it as referring to that; and
/// in the index under the tag "sha256-…" if the registry is too old to. True if anything had to be
/// uploaded.
bool push_artefact(Connection& connection, const PushCache& cache, const Document& subject,
                   const Artefact& artefact);

}  // namespace nacre::registry
