// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/layout.hpp"

namespace nacre {

/// Where the profiles of this user are, as in Guix: STATE/profiles/per-user/USER/guix-profile is
/// the default one, and ~/.guix-profile a link to it. Such links hold the name that the profile has
/// for the user's shell, which may differ from the one that this process sees: `Outside` makes it.
class UserProfiles {
 public:
  using Outside = std::function<std::string(const std::string&)>;

  /// USER is that variable, LOGNAME, or what the password database has, the first that can be the
  /// name of a directory.
  UserProfiles(const StoreLayout& layout, Outside outside);

  /// STATE/profiles/per-user/USER.
  const std::string& directory() const { return directory_; }
  /// The default profile.
  const std::string& default_profile() const { return default_; }
  /// ~/.guix-profile; "" without a home directory.
  const std::string& shorthand() const { return shorthand_; }

  /// Makes the directory, and ~/.guix-profile if nothing is there. Error if the directory is
  /// another user's.
  void prepare() const;

  /// The absolute name of the profile that a user calls `name`: a link to one of directory()
  /// stands for that one.
  std::string canonical(const std::string& name) const;
  /// What to call `profile` when a user reads it: ~/.guix-profile if that leads to it, else its
  /// name for the user's shell.
  std::string friendly(const std::string& profile) const;

 private:
  std::string inside(const std::string& name) const;

  Outside outside_;
  std::string directory_;
  std::string default_;
  std::string shorthand_;
};

/// The profiles that have generations among the roots of the store: this user's, as root
/// everybody's; sorted.
std::vector<std::string> own_profiles(const StoreLayout& layout);

}  // namespace nacre
