// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/graph_order.hpp"

#include <algorithm>

namespace nacre {
namespace {

enum Mark : char { fresh, open, done };

void add_once(std::vector<std::size_t>& ids, std::size_t id) {
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
}

}  // namespace

GraphOrder::GraphOrder(const GraphParts& parts) : parts_(parts) {
  for (const auto& fetch : parts.fetches) {
    fetch_ids_.emplace(fetch.first, parts.builds.size() + fetches_.size());
    fetches_.push_back(&fetch);
  }
  marks_.resize(parts.builds.size() + fetches_.size(), fresh);
}

BuildGraph GraphOrder::graph() {
  for (Id start : starts()) visit(start);
  return numbered();
}

const StorePath& GraphOrder::path_of(Id id) const {
  if (id < parts_.builds.size()) return parts_.builds[id].path;
  return fetches_[id - parts_.builds.size()]->first;
}

std::vector<GraphOrder::Id> GraphOrder::starts() const {
  std::vector<Id> ids;
  for (Id id = 0; id < parts_.builds.size(); ++id) {
    const auto& build = parts_.builds[id];
    if (!build.requested) continue;
    if (build.to_build) ids.push_back(id);
    for (const auto& output : build.wanted)
      add_provider(ids, build.derivation->output_path(output));
  }
  for (const auto& path : parts_.requested_paths) add_provider(ids, path);
  return ids;
}

/// Adds what a path comes from, unless it is there.
void GraphOrder::add_provider(std::vector<Id>& ids, const StorePath& path) const {
  auto maker = parts_.makers.find(path);
  if (maker != parts_.makers.end() && parts_.builds[maker->second].to_build)
    return add_once(ids, maker->second);
  auto fetch = fetch_ids_.find(path);
  if (fetch != fetch_ids_.end()) add_once(ids, fetch->second);
}

std::vector<GraphOrder::Id> GraphOrder::inputs_of(Id id) const {
  std::vector<Id> inputs;
  if (id >= parts_.builds.size()) {
    for (const auto& reference : fetches_[id - parts_.builds.size()]->second->info().references)
      if (reference != path_of(id)) add_provider(inputs, reference);
    return inputs;
  }
  const auto& build = parts_.builds[id];
  if (!fetches_.empty())
    for (const auto& source : build.derivation->sources) add_provider(inputs, source);
  for (Id input : build.inputs) {
    const auto& maker = parts_.builds[input];
    if (maker.to_build) {
      inputs.push_back(input);
    } else if (!fetches_.empty()) {
      for (const auto& output : build.derivation->inputs.at(maker.path))
        add_provider(inputs, maker.derivation->output_path(output));
    }
  }
  return inputs;
}

/// Depth-first without recursion: chains may be long.
void GraphOrder::visit(Id start) {
  if (marks_[start] != fresh) return;
  std::vector<std::pair<Id, std::size_t>> stack;  // what is open, next of its inputs
  auto enter = [&](Id id) {
    marks_[id] = open;
    inputs_.emplace(id, inputs_of(id));
    stack.emplace_back(id, 0);
  };
  enter(start);
  while (!stack.empty()) {
    auto& [id, next] = stack.back();
    const std::vector<Id>& inputs = inputs_.at(id);
    if (next == inputs.size()) {
      marks_[id] = done;
      order_.push_back(id);
      stack.pop_back();
      continue;
    }
    Id input = inputs[next++];
    if (marks_[input] == open) throw Error("'{}' depends on itself", path_of(input).text());
    if (marks_[input] == fresh) enter(input);
  }
}

BuildGraph GraphOrder::numbered() const {
  std::unordered_map<Id, std::size_t> place;
  for (std::size_t i = 0; i < order_.size(); ++i) place.emplace(order_[i], i);
  BuildGraph graph;
  graph.unknown = parts_.unknown;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    Id id = order_[i];
    BuildGraph::Node node{path_of(id), {}, {},
                          {},          {}, parts_.requested_paths.contains(path_of(id))};
    if (id < parts_.builds.size()) {
      node.derivation = parts_.builds[id].derivation;
      node.requested = parts_.builds[id].requested;
    } else {
      node.substitute = fetches_[id - parts_.builds.size()]->second;
    }
    for (Id input : inputs_.at(id)) {
      node.inputs.push_back(place.at(input));
      graph.nodes[node.inputs.back()].dependents.push_back(i);
    }
    graph.nodes.push_back(std::move(node));
  }
  return graph;
}

}  // namespace nacre
