// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/image.hpp"

#include "base/error.hpp"

namespace nacre {

std::string image_configuration(const ImageSettings& settings,
                                const std::vector<WrittenLayer>& layers) {
  auto digests = nlohmann::json::array();
  auto history = nlohmann::json::array();
  for (const WrittenLayer& layer : layers) {
    digests.push_back("sha256:" + layer.digest.base16());
    history.push_back({{"created", settings.created}, {"created_by", layer.description}});
  }
  nlohmann::json image{{"architecture", settings.architecture},
                       {"config", settings.run},
                       {"created", settings.created},
                       {"history", history},
                       {"os", "linux"},
                       {"rootfs", {{"type", "layers"}, {"diff_ids", digests}}}};
  if (settings.variant) image["variant"] = *settings.variant;
  try {
    return image.dump();
  } catch (const nlohmann::json::type_error&) {
    throw Error("the image's configuration is not valid UTF-8");
  }
}

}  // namespace nacre
