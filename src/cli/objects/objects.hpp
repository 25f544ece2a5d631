// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "cli/objects/transformations.hpp"
#include "cli/session.hpp"

namespace nacre::cli {

/// What the user names: specifications, expressions, files, manifests.
struct Objects {
  std::vector<std::string> specifications;
  std::vector<std::string> expressions;
  std::vector<std::string> files;
  std::vector<std::string> manifests;
  /// The texts of those files and manifests that can be read only once, such as pipes, and were.
  std::map<std::string, std::string> texts;

  bool empty() const {
    return specifications.empty() && expressions.empty() && files.empty() && manifests.empty();
  }
};

/// Objects, and objects of which the development inputs are meant.
struct SelectedObjects {
  Objects plain;
  Objects development;
  bool has_development = false;     ///< whether there is a -D
  Transformations transformations;  ///< what to change in all packages of both

  bool empty() const { return plain.empty() && development.empty(); }
};

/// What something is for; each part is "" for this machine.
struct Platform {
  std::string system;
  std::string target;  ///< the triplet to cross-build for
};

/// How a command's help words what it takes.
struct ObjectsHelp {
  std::string specifications;
  std::string file_names;  ///< "-f,--file": -f is something else in some commands
  std::string files;
};

/// -e, -m, the specifications themselves and --file.
void add_object_options(CLI::App& command, Objects& objects, const ObjectsHelp& help);

/// -D, which is about what follows it: when the command line was parsed,
/// separate_development_objects() has to be called.
void add_development_option(CLI::App& command, SelectedObjects& objects);

/// Moves what follows a -D to where it belongs. Error if nothing follows it.
void separate_development_objects(const CLI::App& command, SelectedObjects& objects);

/// What the expressions and files, or the manifests, evaluate to: a Scheme list of pairs of a value
/// and the name of where it comes from. The language has to be started.
guile::Value evaluate_objects(const Objects& objects);
guile::Value evaluate_manifests(const Objects& objects);

/// Starts the language and evaluates all of it to one manifest. `platform` matters to development
/// inputs alone.
guile::Value evaluate_to_manifest(Session& session, const SelectedObjects& objects,
                                  const Platform& platform);

}  // namespace nacre::cli
