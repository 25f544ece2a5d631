// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/graph.hpp"

#include <unordered_map>
#include <utility>

#include "base/interrupt.hpp"
#include "builds/graph_order.hpp"

namespace nacre {
namespace {

bool allows_substitutes(const Derivation& derivation) {
  return derivation.variable("allowSubstitutes") != "0";
}

/// Walks from the requests towards the inputs, one level at a time.
class GraphMaker {
 public:
  GraphMaker(DerivationCache& cache, bool again, SubstituteSearch& substitutes)
      : cache_(cache), again_(again), substitutes_(substitutes) {}

  BuildGraph make(const std::vector<BuildRequest>& requests) {
    add_requests(requests);
    while (!level_.empty()) {
      check_interrupted();
      take_level();
    }
    return GraphOrder(parts_).graph();
  }

 private:
  using Index = std::size_t;

  /// A path that somebody needs, and the derivation that makes it, if that is known.
  struct Need {
    StorePath path;
    std::optional<Index> maker;
  };

  // --- what is needed

  void add_requests(const std::vector<BuildRequest>& requests) {
    StorePathSet derivations;
    for (const auto& request : requests) {
      if (request.path.is_derivation()) {
        derivations.insert(request.path);
      } else if (parts_.requested_paths.insert(request.path).second) {
        level_.push_back({request.path, {}});
      }
    }
    drop_invalid(derivations);
    for (const auto& request : requests) {
      if (!derivations.contains(request.path)) continue;
      Index index = find(request.path);
      parts_.builds[index].requested = true;
      want(index, request.outputs);
      if (again_) expand(index);
    }
  }

  /// Derivations that are not in the store are unknown; the rest stays in the set.
  void drop_invalid(StorePathSet& paths) {
    std::vector<StorePath> list(paths.begin(), paths.end());
    std::vector<bool> valid = cache_.store().are_valid(list);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (valid[i]) continue;
      parts_.unknown.insert(list[i]);
      paths.erase(list[i]);
    }
  }

  Index find(const StorePath& path) {
    auto [entry, is_new] = index_.try_emplace(path, parts_.builds.size());
    if (!is_new) return entry->second;
    auto derivation = cache_.read(path);
    for (const auto& [name, output] : derivation->outputs)
      if (output.path) parts_.makers.emplace(*output.path, entry->second);
    parts_.builds.push_back({path, std::move(derivation), {}, {}});
    return entry->second;
  }

  /// Notes that `outputs` (all, if empty) of a derivation are needed.
  void want(Index index, const std::set<std::string>& outputs) {
    auto& build = parts_.builds[index];
    for (const auto& name : outputs) build.derivation->output_path(name);
    for (const auto& [name, output] : build.derivation->outputs) {
      if (!outputs.empty() && !outputs.contains(name)) continue;
      if (build.wanted.insert(name).second)
        level_.push_back({build.derivation->output_path(name), index});
    }
  }

  /// The derivation has to be built: so its sources have to be there, and its inputs' outputs.
  void expand(Index index) {
    if (std::exchange(parts_.builds[index].to_build, true)) return;
    cache_.check(parts_.builds[index].path);
    std::shared_ptr<const Derivation> derivation = parts_.builds[index].derivation;
    for (const auto& [name, output] : derivation->outputs)
      if (output.path) parts_.makers.insert_or_assign(*output.path, index);
    for (const auto& source : derivation->sources) {
      if (known_sources_.insert(source).second) level_.push_back({source, {}});
    }
    for (const auto& [input, outputs] : derivation->inputs) {
      Index input_index = find(input);
      parts_.builds[index].inputs.push_back(input_index);
      want(input_index, outputs);
    }
  }

  // --- where it comes from

  void take_level() {
    std::vector<Need> missing = drop_valid(std::exchange(level_, {}));
    StorePathSet candidates;
    for (auto& need : missing) {
      if (!need.maker) need.maker = maker_of(need.path);
      if (may_fetch(need)) candidates.insert(need.path);
    }
    substitutes_.look_up(candidates);
    for (const auto& need : missing) decide(need);
  }

  std::vector<Need> drop_valid(std::vector<Need> needs) {
    std::vector<StorePath> paths;
    for (const auto& need : needs) paths.push_back(need.path);
    std::vector<bool> valid = cache_.store().are_present(paths);
    std::vector<Need> missing;
    for (std::size_t i = 0; i < needs.size(); ++i)
      if (!valid[i]) missing.push_back(std::move(needs[i]));
    return missing;
  }

  std::optional<Index> maker_of(const StorePath& path) const {
    auto maker = parts_.makers.find(path);
    if (maker == parts_.makers.end()) return {};
    return maker->second;
  }

  bool may_fetch(const Need& need) const {
    if (!need.maker) return true;
    const auto& build = parts_.builds[*need.maker];
    return !build.to_build && allows_substitutes(*build.derivation);
  }

  void decide(const Need& need) {
    if (need.maker && parts_.builds[*need.maker].to_build) return;
    auto substitute = may_fetch(need) ? substitutes_.find(need.path) : nullptr;
    if (substitute) return fetch(need, substitute);
    if (need.maker) return expand(*need.maker);
    settle_without_offer(need.path);
  }

  void fetch(const Need& need, const std::shared_ptr<const Substitute>& substitute) {
    for (const auto& reference : substitute->info().references)
      if (known_references_.insert(reference).second) level_.push_back({reference, {}});
    parts_.fetches.try_emplace(need.path, substitute);
  }

  /// Nobody offers `first`, and no derivation looked at so far makes it. If one further down does,
  /// it is built; otherwise what refers to it cannot be fetched either.
  void settle_without_offer(const StorePath& first) {
    std::vector<StorePath> pending{first};
    while (!pending.empty()) {
      StorePath path = std::move(pending.back());
      pending.pop_back();
      std::vector<StorePath> referrers = fetched_referrers(path);
      if (!referrers.empty() && build_further_down(path, referrers)) continue;
      bool is_needed = parts_.requested_paths.contains(path) || known_sources_.contains(path);
      if (is_needed) parts_.unknown.insert(path);
      for (const auto& referrer : referrers) {
        substitutes_.refuse(referrer);
        parts_.fetches.erase(referrer);
        auto maker = maker_of(referrer);
        maker ? expand(*maker) : pending.push_back(referrer);
      }
    }
  }

  std::vector<StorePath> fetched_referrers(const StorePath& path) const {
    std::vector<StorePath> referrers;
    for (const auto& [item, substitute] : parts_.fetches)
      if (item != path && substitute->info().references.contains(path)) referrers.push_back(item);
    return referrers;
  }

  /// Looks for a maker of `path` among all that the makers of `referrers` are built from.
  bool build_further_down(const StorePath& path, const std::vector<StorePath>& referrers) {
    for (const auto& referrer : referrers) {
      if (auto maker = maker_of(referrer)) survey(parts_.builds[*maker].path);
    }
    auto maker = surveyed_makers_.find(path);
    if (maker == surveyed_makers_.end()) return false;
    auto [derivation, output] = maker->second;
    want(find(derivation), {output});
    return true;
  }

  /// Notes what a derivation and those that it is built from make.
  void survey(const StorePath& start) {
    std::vector<StorePath> pending{start};
    while (!pending.empty()) {
      StorePath path = std::move(pending.back());
      pending.pop_back();
      if (!surveyed_.insert(path).second) continue;
      auto derivation = cache_.read(path);
      for (const auto& [name, output] : derivation->outputs)
        if (output.path) surveyed_makers_.try_emplace(*output.path, path, name);
      for (const auto& [input, outputs] : derivation->inputs) pending.push_back(input);
    }
  }

  DerivationCache& cache_;
  bool again_;
  SubstituteSearch& substitutes_;
  GraphParts parts_;
  std::unordered_map<StorePath, Index> index_;
  std::vector<Need> level_;
  StorePathSet known_sources_;
  StorePathSet known_references_;
  StorePathSet surveyed_;
  std::map<StorePath, std::pair<StorePath, std::string>> surveyed_makers_;
};

}  // namespace

BuildGraph make_build_graph(DerivationCache& cache, const std::vector<BuildRequest>& requests,
                            bool again, SubstituteSearch& substitutes) {
  return GraphMaker(cache, again, substitutes).make(requests);
}

}  // namespace nacre
