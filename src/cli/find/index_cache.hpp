// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "guile/guile.hpp"
#include "index/package_index.hpp"

/// Where indices of packages are kept.
namespace nacre::cli {

/// The text of the index that was made with the channel's compiled modules, if there is one.
std::optional<std::string> installed_index(const guile::ModuleRoot& channel);

/// Whether no file that defines packages was added, removed or changed since the index was made.
bool describes(const PackageIndex& index, const guile::ModuleRoot& channel);

/// A file in $XDG_CACHE_HOME/nacre/packages or ~/.cache/nacre/packages for the index of one content
/// of directories. Its name is a hash of the names and bytes of their Scheme files, of nacre's own
/// modules and of the machine's kind. Nothing fails if it can be neither read nor written.
class IndexCache {
 public:
  explicit IndexCache(const std::vector<std::string>& directories);

  /// Nothing if there is no such file, or it is not this user's.
  std::optional<std::string> read() const;
  /// Removes all but the newest few files, too.
  void write(const std::string& text) const noexcept;

 private:
  std::string file_;  ///< empty: no cache
};

}  // namespace nacre::cli
