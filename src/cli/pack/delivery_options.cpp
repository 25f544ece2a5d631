// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pack/delivery_options.hpp"

#include "base/error.hpp"

namespace nacre::cli {

void add_delivery_options(CLI::App& command, DeliveryOptions& options) {
  command
      .add_option(
          "--push", options.push,
          "put the image (oci, or docker) into a registry, as "
          "docker://HOST[:PORT]/NAME[:TAG], and print its name with its digest; with --sbom, "
          "the bill of materials, too")
      ->type_name("REFERENCE");
  command
      .add_option("--tls-verify", options.verify_tls,
                  "false: accept invalid certificates, and plain HTTP")
      ->type_name("BOOLEAN");
  command.add_flag("--load", options.load,
                   "load the image (docker, or oci) into podman, or into docker where there is no "
                   "podman, and print the name that it has there");
}

std::string delivered_format(const DeliveryOptions& options, const std::string& given) {
  const bool is_delivered = options.load || !options.push.empty();
  if (!is_delivered) return given.empty() ? "tarball" : given;
  if (given.empty()) return options.push.empty() ? "docker" : "oci";
  if (given != "docker" && given != "oci")
    throw Error("a pack in the format {} cannot be {}", given,
                options.push.empty() ? "loaded" : "pushed")
        .hint("images can: add '-f docker' or '-f oci', or leave the format out");
  return given;
}

}  // namespace nacre::cli
