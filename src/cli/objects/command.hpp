// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/objects/objects.hpp"
#include "cli/objects/requests.hpp"

/// What the commands that make something of packages have in common. Each has a struct that is an
/// ObjectsCommand with options of its own; it adds the options in the order of its help, lowers the
/// objects to requests, and gives these to show_requests() and build_requests().
namespace nacre::cli {

struct ObjectsCommand {
  SelectedObjects objects;
  std::vector<std::string>
      systems;  ///< what it is for; this machine if there are no targets either
  std::vector<std::string> targets;  ///< triplets to cross-build for
  std::string root;                  ///< the link that keeps the result; "" for none
  bool derivations = false;          ///< print them, build nothing
  bool dry_run = false;
  bool quiet = false;
};

/// -s and --target, each once. `verb` is what the command does: "build".
void add_platform_options(CLI::App& app, ObjectsCommand& command, std::string_view verb);

/// Where a command is for several platforms: what its help says of that.
struct SeveralPlatforms {
  std::string_view systems;
  std::string_view targets;
};
/// The same, each repeatable.
void add_platform_options(CLI::App& app, ObjectsCommand& command, std::string_view verb,
                          const SeveralPlatforms& several);

/// -d, -n and --check. `derivations` is the long name of -d: "derivation" if there is one only.
void add_plan_options(CLI::App& app, Session& session, ObjectsCommand& command,
                      std::string_view derivations);

/// -r. `result` is what the command makes: "the pack".
void add_root_option(CLI::App& app, ObjectsCommand& command, std::string_view result);

/// -q, the options that change packages, and those that say how to build and what to load.
void add_building_options(CLI::App& app, Session& session, ObjectsCommand& command);

/// The one platform that is asked for. Error, which says that `reason` goes with one only, if there
/// are several.
Platform only_platform(const ObjectsCommand& command, std::string_view reason);

/// To be called before anything else is: the display is as it was asked for, and the root can be
/// made when all is built, or that is an Error.
void prepare(Session& session, const ObjectsCommand& command);

/// Prints the derivations, or what would be built, if that was asked for; then there is no more to
/// do. Returns whether it was.
bool show_requests(Session& session, const ObjectsCommand& command,
                   const std::vector<BuildRequest>& requests);

/// Builds the requests; returns the output paths that they stand for, in order.
std::vector<StorePath> build_requests(Session& session, const std::vector<BuildRequest>& requests);

/// Makes the root of what was built, if one was asked for.
void keep_result(Session& session, const ObjectsCommand& command,
                 const std::vector<StorePath>& paths);

}  // namespace nacre::cli
