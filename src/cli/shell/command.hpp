// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "cli/objects/command.hpp"
#include "cli/shell/container_options.hpp"

namespace nacre::cli {

/// What the user asked `nacre shell` for.
struct ShellCommand : ObjectsCommand {
  std::string profile;                ///< -p: one that exists already
  std::vector<std::string> preserve;  ///< -E
  bool pure = false;
  bool search_paths = false;     ///< print the variables, run nothing
  bool check = false;            ///< what the interactive shell makes of them
  bool export_manifest = false;  ///< print a manifest, run nothing
  bool no_default_file = false;  ///< -q
  bool rebuild_cache = false;
  ContainerOptions container;

  /// Whether an environment is asked for, by packages or by a profile.
  bool names_environment() const { return !objects.empty() || !profile.empty(); }
};

}  // namespace nacre::cli
