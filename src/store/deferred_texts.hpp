// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "store/store.hpp"

namespace nacre {

class Database;
class TempRoots;

/// Texts on their way into a store, which `flush` writes in one transaction: thousands of
/// derivations cost one, not thousands. A part of LocalStore, which flushes before it answers
/// anything. What has piled up is written by a thread meanwhile. Thread-safe.
class DeferredTexts {
 public:
  using Write = std::function<void(const std::vector<Store::Text>& texts)>;
  /// All are borrowed; `write` adds texts to the store, and may ask the store meanwhile.
  DeferredTexts(Database& database, TempRoots& temp_roots, Write write)
      : database_(database), temp_roots_(temp_roots), write_(std::move(write)) {}
  ~DeferredTexts();
  DeferredTexts(const DeferredTexts&) = delete;
  DeferredTexts& operator=(const DeferredTexts&) = delete;

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
  void write(const std::vector<Store::Text>& texts);
  void finish_writing();
  void join();
  void forget_parents_thread();

  Database& database_;
  TempRoots& temp_roots_;
  Write write_;
  std::mutex mutex_;
  std::vector<Store::Text> texts_;
  std::future<void> writing_;  ///< of texts that came before those
  std::unique_ptr<std::thread> thread_;
  pid_t writer_ = 0;                     ///< the process whose thread that is
  std::unordered_set<StorePath> known_;  ///< valid and rooted by us, or in `texts_`
  std::size_t size_ = 0;                 ///< bytes of the texts
};

}  // namespace nacre
