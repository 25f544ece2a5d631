// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "base/hash.hpp"

namespace nacre {

/// Hashes blocks in a thread of its own while the caller fills the next one. What fits in one
/// block is hashed without any thread, as is all where the system gives none. To be used from one
/// thread.
class BlockHasher {
 public:
  BlockHasher(HashAlgorithm algorithm, std::size_t block_size);
  ~BlockHasher();
  BlockHasher(const BlockHasher&) = delete;
  BlockHasher& operator=(const BlockHasher&) = delete;

  /// Takes the first `used` bytes of `block`, and leaves another block in its place.
  void hash_block(std::string& block, std::size_t used);
  std::uint64_t size() const { return size_; }  ///< bytes so far
  Hash finish();

 private:
  struct Slot {
    std::string block;
    std::size_t used = 0;  ///< 0: free
  };

  void run();
  void stop();

  std::size_t block_size_;
  HashSink sink_;  ///< the thread's, while it runs
  std::uint64_t size_ = 0;
  std::array<Slot, 4> slots_;
  std::size_t next_ = 0;  ///< the slot that the caller fills next
  bool ended_ = false;
  std::mutex mutex_;  ///< over each slot's `used`, and `ended_`
  std::condition_variable changed_;
  std::thread thread_;
};

}  // namespace nacre
