// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "base/files.hpp"

/// Mounts in a mount name space that is this process's own.
namespace nacre {

/// Flags of the mount that `path` lies on: a bind mount of it must not drop them. "nosuid" and
/// "nodev" are among them in any case.
unsigned long mount_flags(const std::string& path);

/// mount(2), or an Error that names the target and what this machine may forbid.
void mount_at(const std::string& source, const std::string& target, const char* type,
              unsigned long flags, const std::string& data = {});

/// Makes the mount at `path`, and those below it, read-only, without set-uid programs. Before Linux
/// 5.12, which cannot do so for several at once, it is the first one alone, and without devices.
void make_read_only(const std::string& path);

/// A directory in which names are looked up without ever following a link: what others can write to
/// may hold some.
class SafeRoot {
 public:
  explicit SafeRoot(const std::string& directory);

  /// A descriptor of the directory `path`, making what does not exist. Error, naming the component,
  /// if one of them is a link or a file.
  UniqueFd make_directory(const std::string& path) const;
  /// The same of a file, which is made empty.
  UniqueFd make_file(const std::string& path) const;
  /// Makes a link. Error if something of that name exists.
  void make_link(const std::string& path, const std::string& target) const;

 private:
  UniqueFd root_;
};

}  // namespace nacre
