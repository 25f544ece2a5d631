// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/progress.hpp"
#include "builds/options.hpp"
#include "builds/substituter.hpp"
#include "derivation/derivation.hpp"
#include "store/local_store.hpp"

namespace nacre {

/// What to have at the end: outputs of a derivation (all if none is named), or a path.
struct BuildRequest {
  StorePath path;  ///< a .drv, or any other store path that must be valid
  std::set<std::string> outputs;
  bool is_optional = false;  ///< a path that nobody makes or offers is passed over
};

/// A build that failed: which, and why; status 100 as the daemon has it. what() reads
/// "build of `/gnu/store/….drv' failed".
class BuildError : public Error {
 public:
  BuildError(StorePath derivation, std::string message,
             std::optional<std::string> hint = std::nullopt);
  const StorePath& derivation() const { return derivation_; }

 private:
  StorePath derivation_;
};

/// What a build would do.
struct BuildPlan {
  std::vector<StorePath> to_build;       ///< derivations, each after its inputs
  std::vector<SubstituteInfo> to_fetch;  ///< items that are offered, each after its references
  std::vector<StorePath> unknown;        ///< not valid, and nothing tells how to make them
};

/// `cache` reads the derivations of `store`.
BuildPlan plan_build(LocalStore& store, DerivationCache& cache,
                     const std::vector<BuildRequest>& requests, const BuildOptions& options,
                     Reporter& reporter);

/// Builds, or fetches, what is asked for and not there yet, inputs first, several at a time. Throws
/// BuildError for the first failure (after the rest, with keep_going), Interrupted after a signal.
/// Another process that builds the same derivation is waited for. A process killed at any moment
/// leaves a store that verifies.
void build(LocalStore& store, DerivationCache& cache, const std::vector<BuildRequest>& requests,
           const BuildOptions& options, Reporter& reporter);

/// The compressed log of the last build of a derivation or of a path's deriver, if there is one.
std::optional<std::string> find_build_log(LocalStore& store, const StorePath& path);

}  // namespace nacre
