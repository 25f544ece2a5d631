// SPDX-License-Identifier: GPL-3.0-or-later
#include "build/builder.hpp"

#include <algorithm>
#include <thread>

#include "base/interrupt.hpp"
#include "build/derivation_builder.hpp"
#include "build/graph.hpp"
#include "build/scheduler.hpp"

namespace nacre {
namespace {

constexpr int build_failure_status = 100;
/// Downloads wait for the network more than they work.
constexpr unsigned parallel_downloads = 8;

unsigned processors() {
  return std::max(1U, std::thread::hardware_concurrency());
}

unsigned job_limit(const BuildOptions& options) {
  if (options.max_jobs > 0) return options.max_jobs;
  return std::clamp(processors(), 2U, 4U);
}

void refuse_unknown(const BuildGraph& graph) {
  if (graph.unknown.empty()) return;
  throw Error("`{}' is not in the store, and no derivation is known that makes it",
              graph.unknown.begin()->text());
}

/// What the builds of a graph take from the store, as far as it is there already.
std::vector<StorePath> present_inputs(const BuildGraph& graph, DerivationCache& cache) {
  StorePathSet to_build, paths;
  for (const auto& node : graph.nodes) to_build.insert(node.path);
  for (const auto& node : graph.nodes) {
    paths.insert(node.path);
    paths.insert(node.derivation->sources.begin(), node.derivation->sources.end());
    for (const auto& [input, outputs] : node.derivation->inputs) {
      if (to_build.contains(input)) continue;
      for (const auto& output : outputs) paths.insert(cache.read(input)->output_path(output));
    }
  }
  return {paths.begin(), paths.end()};
}

/// The graph, with everything it builds upon kept from the garbage collector. What a collector took
/// before we could say so is built as well.
BuildGraph make_protected_graph(DerivationCache& cache, const std::vector<BuildRequest>& requests,
                                bool check) {
  while (true) {
    BuildGraph graph = make_build_graph(cache, requests, check);
    refuse_unknown(graph);
    std::vector<StorePath> inputs = present_inputs(graph, cache);
    for (const auto& path : inputs) cache.store().add_temp_root(path);
    std::vector<bool> valid = cache.store().are_valid(inputs);
    if (std::all_of(valid.begin(), valid.end(), [](bool is_valid) { return is_valid; })) {
      return graph;
    }
    check_interrupted();
  }
}

std::vector<SchedulerJob> to_jobs(const BuildGraph& graph) {
  std::vector<SchedulerJob> jobs;
  for (const auto& node : graph.nodes) {
    jobs.push_back({node.inputs, node.dependents, node.derivation->builder == "builtin:download"});
  }
  return jobs;
}

/// Throws the first failure; the user is told of the others.
void report_failures(const SchedulerResult& result, Reporter& reporter) {
  check_interrupted();
  for (std::size_t i = 1; i < result.failures.size(); ++i) {
    try {
      std::rethrow_exception(result.failures[i].second);
    } catch (const Error& error) {
      reporter.warning(error.what());
      if (error.hint()) reporter.warning(*error.hint());
    }
  }
  if (!result.failures.empty()) std::rethrow_exception(result.failures.front().second);
}

}  // namespace

BuildError::BuildError(StorePath derivation, std::string message, std::optional<std::string> hint)
    : Error("build of `{}' failed{}{}", derivation.text(), message.empty() ? "" : ": ", message),
      derivation_(std::move(derivation)) {
  std::move(*this).status(build_failure_status);
  if (hint) std::move(*this).hint(std::move(*hint));
}

BuildPlan plan_build(DerivationCache& cache, const std::vector<BuildRequest>& requests,
                     const BuildOptions& options) {
  BuildGraph graph = make_build_graph(cache, requests, options.check);
  BuildPlan plan;
  for (const auto& node : graph.nodes) plan.to_build.push_back(node.path);
  plan.unknown.assign(graph.unknown.begin(), graph.unknown.end());
  return plan;
}

void build(DerivationCache& cache, const std::vector<BuildRequest>& requests,
           const BuildOptions& options, Reporter& reporter) {
  BuildGraph graph = make_protected_graph(cache, requests, options.check);
  ClosureCache closures(cache.store());
  WorkspacePool workspaces(cache.store().layout());
  BuildSession session{cache,   closures, workspaces,
                       options, reporter, options.cores > 0 ? options.cores : processors()};
  SchedulerLimits limits{job_limit(options), std::max(job_limit(options), parallel_downloads),
                         options.keep_going};
  SchedulerResult result = run_jobs(
      to_jobs(graph), limits,
      [&](std::size_t index) { build_derivation(session, graph.nodes[index]); },
      [&](auto done, auto running, auto total) { reporter.totals(done, running, total); });
  report_failures(result, reporter);
}

}  // namespace nacre
