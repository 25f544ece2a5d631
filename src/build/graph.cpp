// SPDX-License-Identifier: GPL-3.0-or-later
#include "build/graph.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/interrupt.hpp"

namespace nacre {
namespace {

/// Walks from the requests towards the inputs, one level at a time.
class GraphMaker {
 public:
  GraphMaker(DerivationCache& cache, bool check) : cache_(cache), check_(check) {}

  BuildGraph make(const std::vector<BuildRequest>& requests) {
    add_requests(requests);
    while (!level_.empty() || !plain_paths_.empty()) {
      check_interrupted();
      take_level();
    }
    return sorted();
  }

 private:
  /// Some outputs of a derivation that somebody needs.
  struct Need {
    std::size_t node;
    std::vector<StorePath> outputs;
  };
  struct Found {
    BuildGraph::Node node;
    std::set<std::string> wanted;
    bool to_build = false;
  };

  void add_requests(const std::vector<BuildRequest>& requests) {
    StorePathSet derivations;
    for (const auto& request : requests) {
      (request.path.is_derivation() ? derivations : plain_paths_).insert(request.path);
    }
    drop_invalid(derivations);
    for (const auto& request : requests) {
      if (!derivations.contains(request.path)) continue;
      std::size_t index = find(request.path);
      found_[index].node.requested = true;
      want(index, request.outputs);
      if (check_) expand(index);
    }
  }

  /// Derivations that are not in the store are unknown; the rest stays in the set.
  void drop_invalid(StorePathSet& paths) {
    std::vector<StorePath> list(paths.begin(), paths.end());
    std::vector<bool> valid = cache_.store().are_valid(list);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (valid[i]) continue;
      unknown_.insert(list[i]);
      paths.erase(list[i]);
    }
  }

  std::size_t find(const StorePath& path) {
    auto [entry, is_new] = index_.try_emplace(path, found_.size());
    if (is_new) found_.push_back({{path, cache_.read(path), {}, {}}, {}});
    return entry->second;
  }

  /// Notes that `outputs` (all, if empty) of a derivation are needed.
  void want(std::size_t index, const std::set<std::string>& outputs) {
    Found& found = found_[index];
    Need need{index, {}};
    for (const auto& [name, output] : found.node.derivation->outputs) {
      if (!outputs.empty() && !outputs.contains(name)) continue;
      if (found.wanted.insert(name).second) {
        need.outputs.push_back(found.node.derivation->output_path(name));
      }
    }
    for (const auto& name : outputs) found.node.derivation->output_path(name);
    if (!need.outputs.empty()) level_.push_back(std::move(need));
  }

  void take_level() {
    std::vector<Need> level = std::exchange(level_, {});
    StorePathSet plain = std::exchange(plain_paths_, {});
    std::vector<StorePath> paths(plain.begin(), plain.end());
    for (const auto& need : level) {
      paths.insert(paths.end(), need.outputs.begin(), need.outputs.end());
    }
    std::vector<bool> valid = cache_.store().are_valid(paths);

    std::size_t at = 0;
    for (const auto& path : plain) {
      if (!valid[at++]) unknown_.insert(path);
    }
    for (const auto& need : level) {
      bool missing = false;
      for (std::size_t i = 0; i < need.outputs.size(); ++i) missing |= !valid[at++];
      if (missing) expand(need.node);
    }
  }

  /// The derivation has to be built: so its sources have to be there, and its inputs' outputs.
  void expand(std::size_t index) {
    if (std::exchange(found_[index].to_build, true)) return;
    std::shared_ptr<const Derivation> derivation = found_[index].node.derivation;
    for (const auto& source : derivation->sources) {
      if (known_sources_.insert(source).second) plain_paths_.insert(source);
    }
    for (const auto& [input, outputs] : derivation->inputs) {
      std::size_t input_index = find(input);
      found_[index].node.inputs.push_back(input_index);
      want(input_index, outputs);
    }
  }

  /// The graph with inputs first. Depth-first without recursion: chains may be long.
  BuildGraph sorted() {
    enum class Mark : char { fresh, open, done };
    std::vector<Mark> marks(found_.size(), Mark::fresh);
    std::vector<std::size_t> order;
    std::vector<std::pair<std::size_t, std::size_t>> stack;  // node, next of its inputs
    for (std::size_t start = 0; start < found_.size(); ++start) {
      if (!found_[start].to_build || marks[start] != Mark::fresh) continue;
      stack.emplace_back(start, 0);
      marks[start] = Mark::open;
      while (!stack.empty()) {
        auto& [node, next] = stack.back();
        if (next == found_[node].node.inputs.size()) {
          marks[node] = Mark::done;
          order.push_back(node);
          stack.pop_back();
          continue;
        }
        std::size_t input = found_[node].node.inputs[next++];
        if (!found_[input].to_build || marks[input] == Mark::done) continue;
        if (marks[input] == Mark::open) {
          throw Error("derivation `{}' depends on itself", found_[input].node.path.text());
        }
        marks[input] = Mark::open;
        stack.emplace_back(input, 0);
      }
    }
    return renumbered(order);
  }

  BuildGraph renumbered(const std::vector<std::size_t>& order) {
    std::unordered_map<std::size_t, std::size_t> place;
    for (std::size_t i = 0; i < order.size(); ++i) place.emplace(order[i], i);
    BuildGraph graph;
    graph.unknown = std::move(unknown_);
    for (std::size_t i = 0; i < order.size(); ++i) {
      BuildGraph::Node node = std::move(found_[order[i]].node);
      std::vector<std::size_t> inputs;
      for (std::size_t input : node.inputs) {
        auto entry = place.find(input);
        if (entry == place.end()) continue;
        inputs.push_back(entry->second);
        graph.nodes[entry->second].dependents.push_back(i);
      }
      node.inputs = std::move(inputs);
      graph.nodes.push_back(std::move(node));
    }
    return graph;
  }

  DerivationCache& cache_;
  bool check_;
  std::vector<Found> found_;
  std::unordered_map<StorePath, std::size_t> index_;
  std::vector<Need> level_;
  StorePathSet plain_paths_;
  StorePathSet known_sources_;
  StorePathSet unknown_;
};

}  // namespace

BuildGraph make_build_graph(DerivationCache& cache, const std::vector<BuildRequest>& requests,
                            bool check) {
  return GraphMaker(cache, check).make(requests);
}

}  // namespace nacre
