// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "builds/graph.hpp"

namespace nacre {

/// What a build graph is put together from.
struct GraphParts {
  /// A derivation that was looked at.
  struct Build {
    StorePath path;
    std::shared_ptr<const Derivation> derivation;
    std::set<std::string> wanted;     ///< outputs
    std::vector<std::size_t> inputs;  ///< of those that are built
    bool to_build = false;
    bool requested = false;
  };
  std::vector<Build> builds;
  std::unordered_map<StorePath, std::size_t> makers;  ///< which build makes an output
  SubstituteMap fetches;  ///< also of outputs that are going to be built after all
  StorePathSet requested_paths;
  StorePathSet unknown;
};

/// Brings the parts that the requests need into an order. For one use; borrows the parts.
class GraphOrder {
 public:
  explicit GraphOrder(const GraphParts& parts);
  BuildGraph graph();

 private:
  /// A build, or a fetch, which is numbered after all builds.
  using Id = std::size_t;

  const StorePath& path_of(Id id) const;
  std::vector<Id> starts() const;
  void add_provider(std::vector<Id>& ids, const StorePath& path) const;
  std::vector<Id> inputs_of(Id id) const;
  void visit(Id start);
  BuildGraph numbered() const;

  const GraphParts& parts_;
  std::vector<const SubstituteMap::value_type*> fetches_;
  std::unordered_map<StorePath, Id> fetch_ids_;
  std::unordered_map<Id, std::vector<Id>> inputs_;
  std::vector<char> marks_;
  std::vector<Id> order_;
};

}  // namespace nacre
