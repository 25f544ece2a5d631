// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/store_graph.hpp"

namespace nacre {

std::vector<bool> find_live(const StoreGraph& graph, const StorePathSet& roots,
                            const LivenessRules& rules) {
  std::vector<bool> live(graph.paths.size(), false);
  std::vector<std::size_t> to_visit;
  auto reach = [&](std::size_t path) {
    if (live[path]) return;
    live[path] = true;
    to_visit.push_back(path);
  };
  for (const StorePath& root : roots)
    if (auto found = graph.index.find(root); found != graph.index.end()) reach(found->second);
  while (!to_visit.empty()) {
    std::size_t path = to_visit.back();
    to_visit.pop_back();
    for (std::size_t reference : graph.references[path]) reach(reference);
    if (rules.keep_derivations)
      for (std::size_t deriver : graph.derivers[path]) reach(deriver);
    if (rules.keep_outputs)
      for (std::size_t output : graph.outputs[path]) reach(output);
  }
  return live;
}

std::vector<std::size_t> deletion_order(const StoreGraph& graph, const std::vector<bool>& chosen) {
  std::vector<std::size_t> referrers(graph.paths.size(), 0);
  for (std::size_t i = 0; i < graph.paths.size(); ++i)
    if (chosen[i])
      for (std::size_t reference : graph.references[i]) ++referrers[reference];
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < graph.paths.size(); ++i)
    if (chosen[i] && referrers[i] == 0) order.push_back(i);
  for (std::size_t next = 0; next < order.size(); ++next)
    for (std::size_t reference : graph.references[order[next]])
      if (--referrers[reference] == 0 && chosen[reference]) order.push_back(reference);
  return order;
}

std::vector<bool> with_referrers(const StoreGraph& graph, const StorePathSet& specific) {
  std::vector<std::vector<std::size_t>> referrers(graph.paths.size());
  for (std::size_t i = 0; i < graph.paths.size(); ++i)
    for (std::size_t reference : graph.references[i]) referrers[reference].push_back(i);
  std::vector<bool> chosen(graph.paths.size(), false);
  std::vector<std::size_t> to_visit;
  auto reach = [&](std::size_t path) {
    if (!chosen[path]) to_visit.push_back(path);
    chosen[path] = true;
  };
  for (const StorePath& path : specific)
    if (auto found = graph.index.find(path); found != graph.index.end()) reach(found->second);
  while (!to_visit.empty()) {
    std::size_t path = to_visit.back();
    to_visit.pop_back();
    for (std::size_t referrer : referrers[path]) reach(referrer);
  }
  return chosen;
}

}  // namespace nacre
