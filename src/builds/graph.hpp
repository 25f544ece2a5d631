// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "builds/builder.hpp"
#include "builds/substitute_search.hpp"
#include "derivation/derivation.hpp"

namespace nacre {

/// What has to be built or fetched for some requests, and what each waits for. A plain value.
struct BuildGraph {
  /// A derivation to build, or an item to fetch.
  struct Node {
    StorePath path;
    std::shared_ptr<const Derivation> derivation;  ///< nullptr: to fetch
    std::shared_ptr<const Substitute> substitute;  ///< nullptr: to build
    std::vector<std::size_t> inputs;               ///< nodes that must be done before
    std::vector<std::size_t> dependents;           ///< nodes that wait for this one
    bool requested = false;  ///< this very path, by the user, not only as an input
  };
  std::vector<Node> nodes;  ///< each after its inputs
  StorePathSet unknown;     ///< needed, not valid, and neither offered nor made by a derivation
};

/// Finds out what to do. A derivation whose needed outputs are all valid is left out, with
/// everything that only it needs; but with `again`, requested derivations are always in. Outputs
/// that `substitutes` has are fetched instead, with what they refer to, unless the derivation says
/// otherwise or another one of its outputs has to be built anyway. Validity is asked for a whole
/// level of the graph at once, and so are substitutes. Error if things depend on each other in a
/// circle, or if a derivation that is to be built claims outputs that are not its own.
BuildGraph make_build_graph(DerivationCache& cache, const std::vector<BuildRequest>& requests,
                            bool again, SubstituteSearch& substitutes);

}  // namespace nacre
