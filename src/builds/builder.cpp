// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/builder.hpp"

#include "builds/graph.hpp"
#include "builds/local_builder.hpp"
#include "builds/run.hpp"

namespace nacre {
namespace {

constexpr int build_failure_status = 100;

}  // namespace

BuildError::BuildError(StorePath derivation, std::string message, std::optional<std::string> hint)
    // The words of Guix's daemon, which programs look for.
    : Error("build of `{}' failed{}{}", derivation.text(), message.empty() ? "" : ": ", message),
      derivation_(std::move(derivation)) {
  std::move(*this).status(build_failure_status);
  if (hint) std::move(*this).hint(std::move(*hint));
}

BuildPlan plan_build(LocalStore& store, DerivationCache& cache,
                     const std::vector<BuildRequest>& requests, const BuildOptions& options,
                     Reporter& reporter) {
  SubstituteSearch substitutes(store, options, reporter);
  BuildGraph graph =
      make_build_graph(cache, requests, options.check || options.repair, substitutes);
  BuildPlan plan;
  for (const auto& node : graph.nodes) {
    if (node.substitute) {
      plan.to_fetch.push_back(node.substitute->info());
    } else {
      plan.to_build.push_back(node.path);
    }
  }
  plan.unknown.assign(graph.unknown.begin(), graph.unknown.end());
  return plan;
}

void build(LocalStore& store, DerivationCache& cache, const std::vector<BuildRequest>& requests,
           const BuildOptions& options, Reporter& reporter) {
  SubstituteSearch substitutes(store, options, reporter);
  LocalBuilder builder(store, cache, options, reporter);
  run_builds(cache, requests, options, substitutes, builder, reporter);
}

}  // namespace nacre
