// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <future>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "store/store.hpp"

namespace nacre {

/// Texts on their way into a store, which `flush` adds in one transaction: thousands of derivations
/// cost one, not thousands. Whoever lets anybody see a path that `add` returned, or asks the store
/// anything, flushes first; a process that is killed before leaves the store as it was.
/// What has piled up is written by a thread meanwhile. Thread-safe.
class DeferredTexts {
 public:
  explicit DeferredTexts(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  ~DeferredTexts();

  /// The path that the text will have; its references must be valid or deferred themselves. Error
  /// as Store::add_texts, of this text or of those before.
  StorePath add(Store::Text text);
  /// Returns when all is in the store. When that fails, what is not is forgotten.
  void flush();
  /// Flushes, and looks again at whatever it is given from now on: things may leave the store.
  void forget();

 private:
  void require(const StorePath& reference, const StorePath& referrer);
  bool is_idle() const;
  void start_writing();
  void finish_writing();
  void forget_parents_thread();

  std::shared_ptr<Store> store_;
  std::mutex mutex_;
  std::vector<Store::Text> texts_;
  std::future<void> writing_;            ///< of texts that came before those
  pid_t writer_ = 0;                     ///< the process whose thread that is
  std::unordered_set<StorePath> known_;  ///< valid and rooted by us, or in `texts_`
  std::size_t size_ = 0;                 ///< bytes of the texts
};

}  // namespace nacre
