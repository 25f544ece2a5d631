// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/profile_link.hpp"

#include <sys/stat.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/store_path.hpp"

namespace nacre::cli {

namespace {

bool is_below(const std::string& path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

/// Where a file that a process in the store's name space calls `path` lies for us.
std::string outside(const StoreLocation& location, const std::string& path) {
  for (std::string_view directory : {"/gnu/store", "/var/guix"})
    if (is_below(path, directory) && !path_exists(path)) return location.outside(path);
  return path;
}

}  // namespace

std::string resolve_profile_link(const StoreLocation& location, const std::string& name) {
  constexpr int most_links = 16;
  std::string path = absolute_path(name);
  for (int links = 0; links < most_links; ++links) {
    if (is_below(path, location.root + "/gnu/store")) path.erase(0, location.root.size());
    if (StorePath::is_valid(path)) {
      if (!path_exists(outside(location, path) + "/manifest")) break;
      return path;
    }
    const auto status = try_lstat(outside(location, path));
    if (!status) throw Error("the profile '{}' does not exist", name);
    if (!S_ISLNK(status->st_mode)) break;
    const std::string target = read_link(outside(location, path));
    path = target.starts_with('/') ? absolute_path(target)
                                   : absolute_path(directory_name(path) + "/" + target);
  }
  throw Error("'{}' is not a profile", name)
      .hint("--profile takes a link to a profile, such as ~/.guix-profile or the one of --root");
}

}  // namespace nacre::cli
