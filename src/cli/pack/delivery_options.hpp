// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace nacre::cli {

/// Where 'nacre pack' is to take an image, besides the store.
struct DeliveryOptions {
  std::string push;  ///< docker://…; empty for no registry
  bool verify_tls = true;
  bool load = false;  ///< into podman or docker
};

void add_delivery_options(CLI::App& command, DeliveryOptions& options);

/// The format of the pack: `given`, or what the options ask for if none was. Error if an image is
/// to be delivered, and the format is of no image.
std::string delivered_format(const DeliveryOptions& options, const std::string& given);

}  // namespace nacre::cli
