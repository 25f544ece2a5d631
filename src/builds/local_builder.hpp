// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.hpp"
#include "base/thread.hpp"
#include "builds/builder.hpp"
#include "builds/closure.hpp"
#include "builds/graph.hpp"
#include "builds/run.hpp"
#include "sandbox/workspace.hpp"

namespace nacre {

/// What all builds of one run share; borrowed by them. Thread-safe as its parts are.
struct BuildSession {
  LocalStore& store;
  DerivationCache& derivations;
  ClosureCache closures;
  WorkspacePool workspaces;
  const BuildOptions& options;
  Reporter& reporter;
  unsigned cores;  ///< for one build
};

/// Builds on this machine, in a sandbox: waits for another build of the same derivation, runs
/// its builder, checks its outputs and adds them to the store. Does nothing if they are valid by
/// then. When it throws, nothing is registered.
class LocalBuilder final : public Builder {
 public:
  /// `cache` reads the derivations of `store`; all are borrowed.
  LocalBuilder(LocalStore& store, DerivationCache& cache, const BuildOptions& options,
               Reporter& reporter)
      : session_{store,
                 cache,
                 ClosureCache(store),
                 WorkspacePool(store.layout()),
                 options,
                 reporter,
                 options.cores > 0 ? options.cores : processors()} {}
  void build(const BuildGraph::Node& node) override;

 private:
  BuildSession session_;
};

}  // namespace nacre
