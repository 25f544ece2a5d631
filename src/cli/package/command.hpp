// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/objects/command.hpp"
#include "profile/generations.hpp"
#include "profile/user_profile.hpp"

/// `nacre package`, which shows and changes profiles, and its short forms `install`, `remove` and
/// `upgrade`.
namespace nacre::cli {

/// What is done to the generations before packages change, in the order of the command line.
struct GenerationAction {
  enum class Kind { roll_back, switch_to, remove };
  Kind kind;
  std::string pattern;  ///< "" if there is none
};

/// A package to install: the code that evaluates to it, or what names it.
struct Installation {
  enum class Kind { specification, expression, file };
  Kind kind;
  std::string text;
};

/// Something to print instead of a change.
struct ProfileQuery {
  enum class Kind {
    none,
    list_generations,
    list_installed,
    list_profiles,
    search_paths,
    export_manifest,
    export_channels,
    list_available,
    search,
    show,
  };
  Kind kind = Kind::none;
  std::string option;                 ///< as the user wrote it
  std::vector<std::string> patterns;  ///< all that were given; only some queries take several

  std::string pattern() const { return patterns.empty() ? "" : patterns.back(); }
};

struct PackageCommand : ObjectsCommand {
  std::vector<std::string> profiles;  ///< a change is made to the first
  ProfileQuery query;
  std::vector<GenerationAction> actions;
  std::vector<Installation> installations;  ///< in order; manifests are in `objects`
  std::vector<std::string> removals;
  bool upgrade = false;
  std::vector<std::string> upgrades;  ///< expressions for names; none stands for all packages
  std::vector<std::string> kept;      ///< of packages that are not upgraded
  bool allow_collisions = false;
  bool no_hooks = false;

  bool changes_packages() const {
    return !installations.empty() || !removals.empty() || upgrade ||
           !objects.plain.manifests.empty();
  }
};

/// The profiles of the user that runs the program.
UserProfiles user_profiles(Session& session);

/// Prints what the query asks for; returns the exit status.
int answer_query(Session& session, const PackageCommand& command);

/// What --list-generations prints.
void list_generations(const UserProfiles& profiles, const std::string& profile,
                      const std::string& pattern);

/// Writes code for a manifest of the profiles' packages, or for their channels, to standard output.
/// Error if that would not be exactly what the profiles hold.
void export_manifest(Session& session, const std::vector<std::string>& profiles);
void export_channels(const std::vector<std::string>& profiles);

/// Does one action; prints what has changed.
void act(Session& session, const PackageCommand& command, const Generations& generations,
         const GenerationAction& action);

/// Installs, removes and upgrades in one transaction, of which one new generation is the result.
void change_packages(Session& session, const PackageCommand& command,
                     const Generations& generations);

/// Builds the profile with the entries of `manifest`, a value of the language.
StorePath build_profile_of(Session& session, const PackageCommand& command,
                           const guile::Value& manifest);

}  // namespace nacre::cli
