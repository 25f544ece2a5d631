// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "base/hash.hpp"
#include "store/layout.hpp"

namespace nacre {

/// STORE/.links: one hard link for each file contents, named by the hash of the file's NAR.
class LinkFarm {
 public:
  /// Smaller files are not shared, as in Guix: a link costs about as much as it saves.
  static constexpr off_t smallest_file = 8192;

  explicit LinkFarm(const StoreLayout& layout) : directory_(layout.store + "/.links") {}

  /// Makes the canonical file `name` in the open, writable directory a hard link to the equal file
  /// that is known already, or makes it the known one. A known file is compared byte by byte before
  /// it is used, and forgotten if it is not what its name says. The directory's time changes.
  void share(int directory, const std::string& name, const struct stat& status, const Hash& hash);
  std::uint64_t bytes_saved() const { return bytes_saved_; }

 private:
  enum class Known { absent, same_file, equal, wrong, unreadable };
  static Known look_at(const std::string& link, int directory, const std::string& name,
                       const struct stat& status);

  std::string directory_;
  std::uint64_t bytes_saved_ = 0;
};

}  // namespace nacre
