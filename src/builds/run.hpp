// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "builds/builder.hpp"
#include "builds/graph.hpp"

namespace nacre {

/// Carries out builds.
class Builder {
 public:
  virtual ~Builder() = default;
  /// Builds the derivation of `node`, whose inputs are valid, in the calling thread, of which there
  /// are several. Its outputs are valid afterwards. Throws BuildError, or Interrupted.
  virtual void build(const BuildGraph::Node& node) = 0;
};

/// What build() does, with whatever makes, finds and keeps things: plans, protects from collectors
/// what the plan builds upon, builds and fetches, and plans again without what could not be
/// fetched. Errors and options as there.
void run_builds(DerivationCache& cache, const std::vector<BuildRequest>& requests,
                const BuildOptions& options, SubstituteSearch& substitutes, Builder& builder,
                Reporter& reporter);

}  // namespace nacre
