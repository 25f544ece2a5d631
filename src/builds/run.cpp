// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/run.hpp"

#include <algorithm>

#include "base/interrupt.hpp"
#include "base/thread.hpp"
#include "builds/builtin.hpp"
#include "builds/scheduler.hpp"

namespace nacre {
namespace {

/// Downloads wait for the network more than they work.
constexpr unsigned parallel_downloads = 8;

unsigned job_limit(const BuildOptions& options) {
  if (options.max_jobs > 0) return options.max_jobs;
  return std::clamp(processors(), 2U, 4U);
}

void refuse_unknown(const BuildGraph& graph, const std::vector<BuildRequest>& requests) {
  StorePathSet unknown = graph.unknown;
  for (const auto& request : requests)
    if (request.is_optional) unknown.erase(request.path);
  if (unknown.empty()) return;
  throw Error("'{}' is not in the store, and no derivation is known that makes it",
              unknown.begin()->text());
}

/// What a graph will bring into the store.
StorePathSet products(const BuildGraph& graph) {
  StorePathSet paths;
  for (const auto& node : graph.nodes) {
    if (node.substitute) {
      paths.insert(node.path);
      continue;
    }
    for (const auto& [name, output] : node.derivation->outputs)
      paths.insert(node.derivation->output_path(name));
  }
  return paths;
}

/// What the nodes of a graph take from the store, as far as it is there already.
std::vector<StorePath> present_inputs(const BuildGraph& graph, DerivationCache& cache) {
  StorePathSet paths;
  for (const auto& node : graph.nodes) {
    if (node.substitute) {
      const auto& references = node.substitute->info().references;
      paths.insert(references.begin(), references.end());
      continue;
    }
    paths.insert(node.path);
    paths.insert(node.derivation->sources.begin(), node.derivation->sources.end());
    for (const auto& [input, outputs] : node.derivation->inputs) {
      auto derivation = cache.read(input);
      for (const auto& output : outputs) paths.insert(derivation->output_path(output));
    }
  }
  for (const auto& path : products(graph)) paths.erase(path);
  return {paths.begin(), paths.end()};
}

/// The graph, with everything it builds upon kept from the garbage collector. If an
/// input was collected before it was protected, the graph is planned again and the input is built.
BuildGraph make_protected_graph(DerivationCache& cache, const std::vector<BuildRequest>& requests,
                                bool again, SubstituteSearch& substitutes) {
  while (true) {
    BuildGraph graph = make_build_graph(cache, requests, again, substitutes);
    refuse_unknown(graph, requests);
    std::vector<StorePath> inputs = present_inputs(graph, cache);
    cache.store().add_temp_roots(inputs);
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
    const Builtin* builtin = node.substitute ? nullptr : find_builtin(*node.derivation);
    const bool is_download = node.substitute || (builtin && builtin->is_download);
    jobs.push_back({node.inputs, node.dependents, is_download});
  }
  return jobs;
}

/// Throws the first failure; reports the others to the user.
void report_failures(const std::vector<std::exception_ptr>& failures, Reporter& reporter) {
  check_interrupted();
  for (std::size_t i = 1; i < failures.size(); ++i) {
    try {
      std::rethrow_exception(failures[i]);
    } catch (const Error& error) {
      reporter.warning(error.what());
      if (error.hint()) reporter.warning(*error.hint());
    }
  }
  if (!failures.empty()) std::rethrow_exception(failures.front());
}

/// Something could not be fetched, and will be built.
class BuiltInstead : public Error {
 public:
  explicit BuiltInstead(const Error& error) : Error(error) {}
};

/// One go over a graph: builds and fetches.
class Round {
 public:
  Round(Store& store, const BuildGraph& graph, const BuildOptions& options,
        SubstituteSearch& substitutes, Builder& builder, Reporter& reporter)
      : store_(store),
        graph_(graph),
        options_(options),
        substitutes_(substitutes),
        builder_(builder),
        reporter_(reporter) {}

  /// False if something could not be fetched, so that a new graph is needed, without it.
  bool finish() {
    SchedulerLimits limits{job_limit(options_), std::max(job_limit(options_), parallel_downloads),
                           options_.keep_going};
    SchedulerResult result = run_jobs(
        to_jobs(graph_), limits, [this](std::size_t index) { run(graph_.nodes[index]); },
        [this](auto done, auto running, auto total) { reporter_.totals(done, running, total); });
    std::vector<std::exception_ptr> failures;
    for (const auto& [index, failure] : result.failures)
      if (!is_built_instead(failure)) failures.push_back(failure);
    report_failures(failures, reporter_);
    return result.failures.empty();
  }

 private:
  void run(const BuildGraph::Node& node) {
    if (!node.substitute) return builder_.build(node);
    const std::string_view item = node.path.text();
    reporter_.event(events::FetchStarted{item});
    try {
      node.substitute->fetch(store_, reporter_, Existing::keep);
      reporter_.event(events::FetchSucceeded{item});
    } catch (const Error& error) {
      reporter_.event(events::FetchFailed{item});
      give_up(node, error);
    }
  }

  [[noreturn]] void give_up(const BuildGraph::Node& node, const Error& error) {
    if (options_.fallback && !node.requested) {
      substitutes_.refuse(node.path);
      reporter_.warning(fmt::format("building '{}' after all: {}", node.path.text(), error.what()));
      throw BuiltInstead(error);
    }
    throw Error(error).hint("'--fallback' builds what cannot be fetched");
  }

  static bool is_built_instead(const std::exception_ptr& failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const BuiltInstead&) {
      return true;
    } catch (...) {
      return false;
    }
  }

  Store& store_;
  const BuildGraph& graph_;
  const BuildOptions& options_;
  SubstituteSearch& substitutes_;
  Builder& builder_;
  Reporter& reporter_;
};

}  // namespace

void run_builds(DerivationCache& cache, const std::vector<BuildRequest>& requests,
                const BuildOptions& options, SubstituteSearch& substitutes, Builder& builder,
                Reporter& reporter) {
  while (true) {
    BuildGraph graph =
        make_protected_graph(cache, requests, options.check || options.repair, substitutes);
    if (Round(cache.store(), graph, options, substitutes, builder, reporter).finish()) return;
  }
}

}  // namespace nacre
