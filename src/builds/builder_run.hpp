// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "builds/local_builder.hpp"
#include "sandbox/workspace.hpp"

namespace nacre {

/// Runs the builder of a derivation, once, in an empty workspace, and returns when it has ended
/// well; its outputs, unchecked, are where `outputs` (name → physical path) says. Otherwise an
/// Error says how it ended, with the end of its log in the hint.
void run_builder(BuildSession& session, const BuildGraph::Node& node, const StorePathSet& closure,
                 Workspace& workspace, const std::map<std::string, std::string>& outputs);

/// Whether its builder uses the host's network: where the hash of the output is known before.
bool has_network(const Derivation& derivation);

/// Whether the builder works in the sandbox, its outputs appearing in the workspace; the other
/// choice is a program that runs as an ordinary child of ours and writes to the store itself.
bool writes_to_workspace(const BuildSession& session, const Derivation& derivation);

}  // namespace nacre
