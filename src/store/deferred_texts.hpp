// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "store/store.hpp"

namespace nacre {

/// Texts on their way into a store, which `flush` adds in one transaction: thousands of derivations
/// cost one, not thousands. Whoever lets anybody see a path that `add` returned, or asks the store
/// anything, flushes first; a process that is killed before leaves the store as it was.
/// Thread-safe.
class DeferredTexts {
 public:
  explicit DeferredTexts(std::shared_ptr<Store> store) : store_(std::move(store)) {}

  /// The path that the text will have; its references must be valid or deferred themselves.
  /// Flushes when there is much to hold. Error as Store::add_texts.
  StorePath add(Store::Text text);
  /// Adds what there is. When that fails, it is forgotten.
  void flush();
  /// Flushes, and looks again at whatever it is given from now on: things may leave the store.
  void forget();

 private:
  void require(const StorePath& reference, const StorePath& referrer);
  void flush_locked();

  std::shared_ptr<Store> store_;
  std::mutex mutex_;
  std::vector<Store::Text> texts_;
  std::unordered_set<StorePath> known_;  ///< valid and rooted by us, or in `texts_`
  std::size_t size_ = 0;                 ///< bytes of the texts
};

}  // namespace nacre
