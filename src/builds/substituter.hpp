// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "store/local_store.hpp"

namespace nacre {

/// What is known of a store item that somebody offers ready-made.
struct SubstituteInfo {
  explicit SubstituteInfo(StorePath path) : path(std::move(path)) {}

  StorePath path;
  std::optional<StorePath> deriver;
  StorePathSet references;
  std::uint64_t download_size = 0;  ///< 0: not known
  std::uint64_t nar_size = 0;
};

/// A store item that can be fetched instead of built. Immutable, so thread-safe.
class Substitute {
 public:
  virtual ~Substitute() = default;
  virtual const SubstituteInfo& info() const = 0;
  /// Adds the item, whose references are valid, to the store. Error if nobody gave it as promised.
  /// `existing`: what becomes of the item if it is valid already.
  virtual void fetch(Store& store, Reporter& reporter, Existing existing) const = 0;
};

using SubstituteMap = std::map<StorePath, std::shared_ptr<const Substitute>>;

/// Finds those of some paths that somebody offers. Thread-safe.
using FindSubstitutes = std::function<SubstituteMap(const StorePathSet& paths)>;

/// Finds those of `paths` that the servers at `urls` (tried in this order) offer and that this
/// store would take. Servers that don't answer are a warning. Thread-safe.
using FindServerSubstitutes =
    std::function<SubstituteMap(const LocalStore& store, const StorePathSet& paths,
                                const std::vector<std::string>& urls, Reporter& reporter)>;

/// Registers what finds substitutes. Called from main only (see cli/main.cpp), before any build;
/// without it there are none.
void register_substituter(FindServerSubstitutes find);
SubstituteMap find_substitutes(const LocalStore& store, const StorePathSet& paths,
                               const std::vector<std::string>& urls, Reporter& reporter);

}  // namespace nacre
