// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "store/store.hpp"

namespace nacre {

struct GcOptions {
  enum class Action { return_live, return_dead, delete_dead, delete_specific };
  Action action = Action::delete_dead;
  /// For delete_specific: what to delete; Error if one of them is live.
  StorePathSet paths_to_delete;
  /// Stop once that many bytes were freed.
  std::uint64_t max_freed = std::numeric_limits<std::uint64_t>::max();
  /// Keep the outputs of live derivations, and the derivers of live outputs (Guix: false, true).
  bool keep_outputs = false;
  bool keep_derivations = true;
};

struct GcResult {
  std::vector<StorePath> paths;   ///< live, dead or deleted, as asked
  std::uint64_t bytes_freed = 0;  ///< on disk
};

/// Collects garbage under the global lock. What is live, what a running process has as a
/// temporary root, and what is being built is never deleted. May be interrupted at any moment:
/// a path is invalid before its files go.
GcResult collect_garbage(Store& store, const GcOptions& options, Reporter& reporter);

struct VerifyOptions {
  bool check_contents = false;  ///< re-hash every path
  bool repair = false;          ///< try to mend by `repairer`
  /// Makes the contents of a path anew (substitute or build); true if it did.
  std::function<bool(const StorePath&)> repairer;
};

struct VerifyResult {
  std::vector<StorePath>
      missing;  ///< registered, files gone; unregistered if nothing refers to them
  std::vector<StorePath> modified;     ///< contents differ from the registered hash
  std::vector<StorePath> repaired;     ///< those of them that are as registered again
  std::vector<std::string> leftovers;  ///< in the store's directory, not registered: removed by gc
  bool ok() const { return missing.size() + modified.size() == repaired.size(); }
};
VerifyResult verify_store(Store& store, const VerifyOptions& options, Reporter& reporter);

}  // namespace nacre
