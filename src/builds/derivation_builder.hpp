// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.hpp"
#include "builds/builder.hpp"
#include "builds/closure.hpp"
#include "builds/graph.hpp"
#include "sandbox/workspace.hpp"

namespace nacre {

/// What all builds of one run share; borrowed by them. Thread-safe as its parts are.
struct BuildSession {
  DerivationCache& derivations;
  ClosureCache& closures;
  WorkspacePool& workspaces;
  const BuildOptions& options;
  Reporter& reporter;
  unsigned cores;  ///< for one build
};

/// Builds one derivation whose inputs are valid, in the calling thread: waits for whoever is at it
/// already, runs the builder, checks its outputs and registers them. Does nothing if they are
/// valid by then. Throws BuildError, or Interrupted; then nothing is registered.
void build_derivation(BuildSession& session, const BuildGraph::Node& node);

/// Tells of an event, among the builder's output, whoever wants to know
/// (BuildOptions::print_trace).
void tell_event(const BuildSession& session, const BuildGraph::Node& node, std::string_view event);

}  // namespace nacre
