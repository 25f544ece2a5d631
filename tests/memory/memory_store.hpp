// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "store/derivation_check.hpp"
#include "store/store.hpp"
#include "store/store_graph.hpp"

namespace nacre {

/// A store that is a map: no files, no database. It keeps the same promises. Thread-safe.
class MemoryStore final : public Store {
 public:
  MemoryStore() : derivation_check_(make_derivation_check(*this)) {}

  using Store::add_nar;
  std::vector<StorePath> add_texts(const std::vector<Text>& texts) override;
  StorePath add_tree(std::string_view name, const SourceTree& tree, bool recursive = true,
                     HashAlgorithm algorithm = HashAlgorithm::sha256) override;
  StorePath add_nar(Source& nar, const DescribeNar& describe,
                    Existing existing = Existing::keep) override;
  bool is_valid(const StorePath& path) const override;
  std::vector<bool> are_valid(const std::vector<StorePath>& paths) const override;
  bool is_present(const StorePath& path) const override { return is_valid(path); }
  std::vector<bool> are_present(const std::vector<StorePath>& paths) const override {
    return are_valid(paths);
  }
  void check_derivation(const StorePath& path) const override;
  std::optional<PathInfo> query_path_info(const StorePath& path) const override;
  StorePathSet all_valid_paths() const override;
  StorePathSet referrers(const StorePath& path) const override;
  StorePathSet derivers(const StorePath& path) const override;
  std::map<std::string, StorePath> derivation_outputs(const StorePath& derivation) const override;
  std::optional<StorePath> find_by_hash_part(std::string_view hash_part) const override;
  StorePathSet requisites(const StorePathSet& paths) const override;
  StorePathSet all_referrers(const StorePathSet& paths) const override;
  std::string read_text(const StorePath& path) const override;
  void dump(const StorePath& path, Sink& sink) const override;
  void add_temp_roots(const std::vector<StorePath>& paths) override;

  /// An output that a builder has made: a file with these contents.
  void add_output(const StorePath& path, const std::string& contents,
                  const StorePathSet& references, const StorePath& deriver);
  /// Removes what neither `roots` nor a temporary root keeps alive, and returns it, each before
  /// what it refers to.
  std::vector<StorePath> collect(const StorePathSet& roots, const LivenessRules& rules = {});
  void release_temp_roots();
  /// Called before temporary roots are added: who collects then is too early for them.
  std::function<void()> before_roots;

 private:
  struct Item {
    PathInfo info;
    std::string nar;
    std::map<std::string, StorePath> outputs;  ///< of a derivation
  };

  void enter(PathInfo info, std::string nar, std::map<std::string, StorePath> outputs);
  std::map<std::string, StorePath> checked_outputs(const PathInfo& info, std::string_view text);
  const Item& at(const StorePath& path) const;
  StoreGraph graph() const;
  template <typename Next>
  StorePathSet closure(const StorePathSet& paths, Next next) const;

  mutable std::recursive_mutex mutex_;  ///< the check of derivations asks while something is added
  std::map<StorePath, Item> items_;
  StorePathSet temp_roots_;
  std::unique_ptr<DerivationCheck> derivation_check_;
};

}  // namespace nacre
