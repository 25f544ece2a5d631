// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/closure.hpp"

namespace nacre {

StorePathSet ClosureCache::closure(const StorePathSet& paths) {
  StorePathSet result = paths;
  std::vector<StorePath> pending(paths.begin(), paths.end());
  std::lock_guard lock(mutex_);
  while (!pending.empty()) {
    StorePath path = std::move(pending.back());
    pending.pop_back();
    for (const auto& reference : references(path)) {
      if (result.insert(reference).second) pending.push_back(reference);
    }
  }
  return result;
}

StorePathSet ClosureCache::input_closure(const Derivation& derivation,
                                         DerivationCache& derivations) {
  StorePathSet paths = derivation.sources;
  for (const auto& [input, outputs] : derivation.inputs) {
    auto maker = derivations.read(input);
    for (const auto& output : outputs) paths.insert(maker->output_path(output));
  }
  return closure(paths);
}

const StorePathSet& ClosureCache::references(const StorePath& path) {
  auto known = references_.find(path);
  if (known != references_.end()) return known->second;
  return references_.emplace(path, store_.references(path)).first->second;
}

}  // namespace nacre
