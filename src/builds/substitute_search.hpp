// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>

#include "builds/options.hpp"
#include "builds/substituter.hpp"

namespace nacre {

/// What substitutes there are for one build: each path is asked for once. Thread-safe.
class SubstituteSearch {
 public:
  SubstituteSearch(const Store& store, const BuildOptions& options, Reporter& reporter)
      : store_(store), options_(options), reporter_(reporter) {}

  /// Asks for those that were not asked for yet, all at once.
  void look_up(const StorePathSet& paths);
  /// What was found for a path that was looked up, unless it was refused.
  std::shared_ptr<const Substitute> find(const StorePath& path) const;
  /// From now on there is none for this path.
  void refuse(const StorePath& path);

 private:
  const Store& store_;
  const BuildOptions& options_;
  Reporter& reporter_;
  mutable std::mutex mutex_;
  SubstituteMap answers_;  ///< nullptr: none
};

}  // namespace nacre
