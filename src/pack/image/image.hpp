// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "pack/image/image_options.hpp"
#include "pack/pack_input.hpp"

namespace nacre {

/// The date of everything in an image, as JSON has it: the store's time.
inline constexpr std::string_view image_date = "1970-01-01T00:00:01Z";

/// How an image runs.
struct ImageSettings {
  ImageName name;
  std::string architecture;            ///< "amd64"…
  std::optional<std::string> variant;  ///< of an ARM processor
  nlohmann::json run;  ///< what programs run with, the part "config" of the configuration
  std::string created{image_date};  ///< RFC 3339
  std::size_t max_layers = 100;
};

/// Reads the derivation's variables. Error, naming what is wrong, for anything unexpected.
ImageSettings read_image_settings(const BuiltinContext& context, const PackInput& input);

/// One of several images that are for a platform each.
struct PlatformImage {
  PackInput input;
  ImageSettings settings;
};

/// The images that the derivation's variables tell, for different platforms; at least one.
std::vector<PlatformImage> read_platform_images(const BuiltinContext& context);

/// The program to run, with the profile's name before it, and its arguments; nothing if there is
/// none. Error if it is not in the profile.
std::vector<std::string> read_entry_point(const BuiltinContext& context, const PackInput& input);

/// A layer that was written.
struct WrittenLayer {
  Hash digest;  ///< of the uncompressed tar
  std::string description;
};

/// The image's configuration, in JSON.
std::string image_configuration(const ImageSettings& settings,
                                const std::vector<WrittenLayer>& layers);

}  // namespace nacre
