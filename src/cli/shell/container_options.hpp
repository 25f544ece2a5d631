// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace nacre::cli {

/// The options of `nacre shell` about containers.
struct ContainerOptions {
  bool wanted = false;        ///< -C
  bool network = false;       ///< -N
  bool nesting = false;       ///< -W
  bool emulate_fhs = false;   ///< -F
  bool link_profile = false;  ///< -P
  bool no_cwd = false;
  bool writable_root = false;
  std::string user;                   ///< -u; "" for the caller's name
  std::vector<std::string> mappings;  ///< "+SOURCE[=TARGET]" (--share) or "-…" (--expose), in order
  std::vector<std::string> symlinks;  ///< -S: SOURCE=TARGET
  std::string shared_namespace;       ///< --share-namespace; "" for none
  std::vector<std::string> devices;   ///< --device: VENDOR/CLASS=NAME
};

void add_container_options(CLI::App& app, ContainerOptions& options);

/// Error if an option is given that only a container has, and there is none, or options
/// contradict each other.
void check_container_options(const ContainerOptions& options);

}  // namespace nacre::cli
