// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "guile/guile.hpp"

namespace nacre::cli {

/// What a pack is to tell of its profile: to the store that it becomes part of, and to whoever
/// wants to make it again.
struct ProfileOptions {
  bool local_state = false;
  std::string profile_name;
  bool save_provenance = false;
};

void add_profile_options(CLI::App& command, ProfileOptions& options);

/// Appends pack-derivation's keyword arguments for them.
void append_profile_keywords(std::vector<guile::Value>& arguments, const ProfileOptions& options);

}  // namespace nacre::cli
