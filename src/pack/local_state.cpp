// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/local_state.hpp"

#include "base/error.hpp"
#include "store/database_image.hpp"

namespace nacre {
namespace {

std::vector<PathInfo> registrations(const LocalStore& store, const StorePathSet& closure) {
  std::vector<PathInfo> infos;
  for (const StorePath& path : store.topologically_sorted(closure))
    infos.push_back(store.path_info(path));
  return infos;
}

LocalState make_local_state(const BuiltinContext& context, const StorePath& profile,
                            const StorePathSet& closure, const std::string& profile_name) {
  if (profile_name != "guix-profile" && profile_name != "current-guix")
    throw Error("'{}' is not a name for a profile", profile_name)
        .hint("it is guix-profile or current-guix");
  const std::string root_profile = "var/guix/profiles/per-user/root/" + profile_name;
  LocalState state;
  state.directories = {"var",
                       "var/guix",
                       "var/guix/db",
                       "var/guix/gcroots",
                       "var/guix/profiles",
                       "var/guix/profiles/per-user",
                       "var/guix/profiles/per-user/root"};
  state.database_name = "var/guix/db/db.sqlite";
  state.database = database_image(registrations(context.store, closure));
  state.links = {{"var/guix/gcroots/profiles", "/var/guix/profiles"},
                 {root_profile, profile_name + "-1-link"},
                 {root_profile + "-1-link", profile.text()}};
  return state;
}

}  // namespace

std::optional<LocalState> read_local_state(const BuiltinContext& context, const StorePath& profile,
                                           const StorePathSet& closure) {
  const auto profile_name = context.derivation.variable("local-state-profile");
  if (!profile_name) return {};
  return make_local_state(context, profile, closure, *profile_name);
}

void add_local_state(TarWriter& tar, const LocalState& state, bool with_var) {
  for (const std::string& directory : state.directories)
    if (with_var || directory != "var") tar.add_directory(directory);
  tar.add_file(state.database_name, state.database);
  for (const auto& [name, target] : state.links) tar.add_symlink(name, target);
}

void add_local_state(SquashfsWriter& image, const LocalState& state) {
  for (const std::string& directory : state.directories)
    if (!image.contains(directory)) image.add_directory(directory);
  image.add_file(state.database_name, state.database);
  for (const auto& [name, target] : state.links) image.add_symlink(name, target);
}

}  // namespace nacre
