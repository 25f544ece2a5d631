// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/user_profile.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <regex>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/roots.hpp"

namespace nacre {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// Whether a directory can have this name.
bool is_file_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

std::string user_name() {
  for (const char* name : {"USER", "LOGNAME"})
    if (std::string value = variable(name); is_file_name(value)) return value;
  const passwd* user = getpwuid(geteuid());
  return user && is_file_name(user->pw_name) ? user->pw_name : std::to_string(geteuid());
}

std::optional<std::string> link_target(const std::string& path) {
  const auto status = try_lstat(path);
  if (!status || !S_ISLNK(status->st_mode)) return {};
  return read_link(path);
}

}  // namespace

UserProfiles::UserProfiles(const StoreLayout& layout, Outside outside)
    : outside_(std::move(outside)) {
  directory_ = fmt::format("{}/profiles/per-user/{}", layout.state, user_name());
  default_ = directory_ + "/guix-profile";
  if (const std::string home = variable("HOME"); home.starts_with('/'))
    shorthand_ = absolute_path(home) + "/.guix-profile";
}

void UserProfiles::prepare() const {
  make_directories(directory_);
  const struct stat status = lstat_file(directory_);
  if (!S_ISDIR(status.st_mode) || status.st_uid != geteuid())
    throw Error("the directory of your profiles, '{}', is not yours", directory_)
        .hint("have its owner changed, or set $USER to your name");
  if (shorthand_.empty() || path_exists(shorthand_)) return;
  try {
    create_symlink(outside_(default_), shorthand_);
  } catch (const SystemError&) {
    // The profile is of use without it, and another process may just have made it.
  }
}

/// The name that this process has for a file of directory() that is called `name` in the user's
/// shell.
std::string UserProfiles::inside(const std::string& name) const {
  const std::string directory = directory_name(name);
  const bool is_ours = directory == directory_ || directory == outside_(directory_);
  return is_ours ? directory_ + "/" + base_name(name) : name;
}

std::string UserProfiles::canonical(const std::string& name) const {
  const std::string file = absolute_path(name);
  const auto target = link_target(file);
  if (target && target->starts_with('/'))
    if (std::string profile = inside(*target); directory_name(profile) == directory_)
      return profile;
  return inside(file);
}

std::string UserProfiles::friendly(const std::string& profile) const {
  const auto target = shorthand_.empty() ? std::nullopt : link_target(shorthand_);
  if (target == outside_(profile)) return shorthand_;
  return outside_(profile);
}

namespace {

/// The profile of which `link` is a generation; "" if it is not one.
std::string profile_of_generation(const std::string& link) {
  static const std::regex generation("(.*)-[0-9]+-link");
  std::smatch match;
  if (!std::regex_match(link, match, generation)) return "";
  return path_exists(match.str(1) + "/manifest") ? match.str(1) : "";
}

bool is_own(const std::string& file) {
  const auto status = try_lstat(file);
  return status && (geteuid() == 0 || status->st_uid == geteuid());
}

}  // namespace

std::vector<std::string> own_profiles(const StoreLayout& layout) {
  std::set<std::string> profiles;
  for (const auto& [link, item] : find_link_roots(layout))
    if (is_own(link))
      if (std::string profile = profile_of_generation(link); !profile.empty())
        profiles.insert(std::move(profile));
  return {profiles.begin(), profiles.end()};
}

}  // namespace nacre
