// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/block_hasher.hpp"

#include <utility>

#include "base/thread.hpp"

namespace nacre {
BlockHasher::BlockHasher(HashAlgorithm algorithm, std::size_t block_size)
    : block_size_(block_size), sink_(algorithm) {}

BlockHasher::~BlockHasher() {
  stop();
}

void BlockHasher::hash_block(std::string& block, std::size_t used) {
  size_ += used;
  if (used < block_size_ && !thread_.joinable()) return sink_.write({block.data(), used});
  if (!thread_.joinable()) {
    auto thread = try_start_thread([this] { run(); });
    if (!thread) return sink_.write({block.data(), used});
    thread_ = std::move(*thread);
  }

  Slot& slot = slots_[next_];
  next_ = (next_ + 1) % slots_.size();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return slot.used == 0; });
  slot.block.resize(block_size_);
  slot.block.swap(block);
  slot.used = used;
  changed_.notify_all();
}

Hash BlockHasher::finish() {
  stop();
  return sink_.finish();
}

void BlockHasher::run() {
  for (std::size_t current = 0;; current = (current + 1) % slots_.size()) {
    Slot& slot = slots_[current];
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return slot.used != 0 || ended_; });
    if (slot.used == 0) return;
    lock.unlock();
    sink_.write({slot.block.data(), slot.used});
    lock.lock();
    slot.used = 0;
    changed_.notify_all();
  }
}

void BlockHasher::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

}  // namespace nacre
