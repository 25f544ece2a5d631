// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "registry/layout.hpp"
#include "registry/manifest.hpp"

namespace nacre::registry {

/// Whose names for the parts of an image are used. What is in them is the same.
enum class MediaTypes { oci, docker };

/// What to put into a registry so that it has an image.
struct PushPlan {
  std::vector<Blob> blobs;          ///< each once, the largest first
  std::vector<Document> manifests;  ///< each after those that it refers to; the last is the image

  const Document& image() const { return manifests.back(); }
};

/// Walks over the indexes and manifests of a layout. A layout with one image is that image; one
/// with several is the index of them. The blobs borrow the layout. Error for what is damaged, and
/// for what Docker has no name for.
PushPlan plan_push(const ImageLayout& layout, MediaTypes types);

}  // namespace nacre::registry
