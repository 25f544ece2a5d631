// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "inspect/inspect.hpp"

namespace nacre {

/// What a container image's own documents say of it, and which files are its layers.
struct ImageDescription {
  InspectedImage image;             ///< without what is in the layers
  std::vector<std::string> layers;  ///< their files in the archive, the lowest first
};

/// The JSON documents of an archive, by their file's name. Foreign.
using Documents = std::map<std::string, std::string>;

/// The images that `manifest.json` of `docker save`'s archives names; none if there is none, or it
/// is something else. Error if it is malformed.
std::vector<ImageDescription> docker_images(const Documents& documents,
                                            const InspectLimits& limits);
/// The same of an OCI layout and its `index.json`.
std::vector<ImageDescription> oci_images(const Documents& documents, const InspectLimits& limits);

}  // namespace nacre
