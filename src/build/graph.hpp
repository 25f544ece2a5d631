// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "build/builder.hpp"
#include "derivation/derivation.hpp"

namespace nacre {

/// The derivations that have to be built for some requests, and what each waits for. A plain value.
struct BuildGraph {
  struct Node {
    StorePath path;
    std::shared_ptr<const Derivation> derivation;
    std::vector<std::size_t> inputs;      ///< nodes that must be built before
    std::vector<std::size_t> dependents;  ///< nodes that wait for this one
    bool requested = false;               ///< by the user, not only as an input
  };
  std::vector<Node> nodes;  ///< each after its inputs
  StorePathSet unknown;     ///< needed, not valid, and made by no derivation
};

/// Finds out what to build. A derivation whose needed outputs are all valid is left out, with
/// everything that only it needs; but with `check`, requested derivations are always in. Validity
/// is asked for a whole level of the graph at once. Error if derivations depend on each other in a
/// circle.
BuildGraph make_build_graph(DerivationCache& cache, const std::vector<BuildRequest>& requests,
                            bool check);

}  // namespace nacre
