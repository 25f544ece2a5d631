// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/options.hpp"

namespace nacre::cli {

/// What to pack: objects, and objects of which the development inputs are meant.
struct PackObjects {
  Objects plain;
  Objects development;
  bool has_development = false;  ///< whether there is a -D

  bool empty() const { return plain.empty() && development.empty(); }
};

/// -e, -m, --file, -D and the specifications themselves.
void add_pack_object_options(CLI::App& command, PackObjects& objects);

/// To be called once the command line was parsed: moves what follows a -D to where it belongs.
/// Error if nothing follows it.
void separate_development_objects(const CLI::App& command, PackObjects& objects);

/// Starts the language and evaluates all of it to one manifest.
guile::Value evaluate_pack_objects(Session& session, const PackObjects& objects,
                                   const std::string& system, const std::string& target);

/// The manifest, each entry of which says which channel, at which commit, it comes from; what that
/// is not known of is warned of.
guile::Value add_provenance(const guile::Value& manifest);

}  // namespace nacre::cli
