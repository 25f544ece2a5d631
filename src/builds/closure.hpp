// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <unordered_map>

#include "derivation/derivation.hpp"

namespace nacre {

/// References of valid paths, each asked for once: the closures of many builds overlap nearly
/// wholly, and what a valid path refers to never changes. Thread-safe.
class ClosureCache {
 public:
  explicit ClosureCache(Store& store) : store_(store) {}

  /// `paths` and everything they refer to, directly or not. Error if one is not valid.
  StorePathSet closure(const StorePathSet& paths);
  /// The closure of what a derivation is built from: its sources, and the outputs it uses of its
  /// inputs.
  StorePathSet input_closure(const Derivation& derivation, DerivationCache& derivations);

 private:
  const StorePathSet& references(const StorePath& path);

  Store& store_;
  std::mutex mutex_;
  std::unordered_map<StorePath, StorePathSet> references_;
};

}  // namespace nacre
