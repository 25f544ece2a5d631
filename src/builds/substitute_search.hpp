// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>

#include "builds/options.hpp"
#include "builds/substituter.hpp"

namespace nacre {

/// What substitutes there are for one build: each path is asked for once. Thread-safe.
class SubstituteSearch {
 public:
  explicit SubstituteSearch(FindSubstitutes find) : find_(std::move(find)) {}
  /// Those of the servers that `options` name, for `store`. All are borrowed.
  SubstituteSearch(const LocalStore& store, const BuildOptions& options, Reporter& reporter);

  /// Asks for those that were not asked for yet, all at once.
  void look_up(const StorePathSet& paths);
  /// What was found for a path that was looked up, unless it was refused.
  std::shared_ptr<const Substitute> find(const StorePath& path) const;
  /// From now on there is none for this path.
  void refuse(const StorePath& path);

 private:
  FindSubstitutes find_;
  mutable std::mutex mutex_;
  SubstituteMap answers_;  ///< nullptr: none
};

}  // namespace nacre
