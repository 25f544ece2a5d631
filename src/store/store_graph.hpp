// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "store/store_path.hpp"

namespace nacre {

/// Everything that is registered, at one moment. Paths are numbered from 0.
struct StoreGraph {
  std::vector<StorePath> paths;
  std::vector<std::uint64_t> nar_sizes;
  std::vector<std::vector<std::size_t>> references;  ///< without self-references
  std::vector<std::vector<std::size_t>> derivers;    ///< valid ones, at most one each
  std::vector<std::vector<std::size_t>> outputs;     ///< valid outputs of a derivation
  std::map<StorePath, std::size_t> index;
};

/// What keeps what alive besides references.
struct LivenessRules {
  bool keep_outputs = false;     ///< a live derivation, its outputs
  bool keep_derivations = true;  ///< a live output, its deriver
};

/// Whether each path is alive; roots that are not in the graph keep nothing.
std::vector<bool> find_live(const StoreGraph& graph, const StorePathSet& roots,
                            const LivenessRules& rules);
/// The chosen paths, each before its references.
std::vector<std::size_t> deletion_order(const StoreGraph& graph, const std::vector<bool>& chosen);
/// `specific` and all that refers to them.
std::vector<bool> with_referrers(const StoreGraph& graph, const StorePathSet& specific);

}  // namespace nacre
