// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/topology.hpp"

#include "base/error.hpp"

namespace nacre {
namespace {

struct Visit {
  const StorePath* path;
  StorePathSet::const_iterator next, end;
};

}  // namespace

std::vector<StorePath> sort_topologically(const std::map<StorePath, StorePathSet>& references) {
  enum class State { under_way, done };
  std::map<StorePath, State> states;
  std::vector<StorePath> sorted;
  std::vector<Visit> stack;
  auto enter = [&](const StorePath& path) {
    auto found = references.find(path);
    if (found == references.end()) return;
    auto [state, is_new] = states.emplace(path, State::under_way);
    if (is_new)
      stack.push_back({&found->first, found->second.begin(), found->second.end()});
    else if (state->second == State::under_way)
      throw Error("'{}' refers to itself through other paths", path.text());
  };
  for (const auto& [start, _] : references) {
    if (!states.contains(start)) enter(start);
    while (!stack.empty()) {
      Visit& visit = stack.back();
      if (visit.next == visit.end) {
        states[*visit.path] = State::done;
        sorted.push_back(*visit.path);
        stack.pop_back();
        continue;
      }
      const StorePath& reference = *visit.next++;
      if (reference != *visit.path) enter(reference);
    }
  }
  return sorted;
}

}  // namespace nacre
