// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/hash.hpp"
#include "base/sink.hpp"

namespace nacre {

/// Reads from `next`, which it borrows, and hashes what it hands out.
class HashingSource : public Source {
 public:
  HashingSource(Source& next, HashAlgorithm algorithm) : next_(next), hash_(algorithm) {}
  std::size_t read(char* buffer, std::size_t size) override {
    std::size_t count = next_.read(buffer, size);
    hash_.write({buffer, count});
    return count;
  }
  HashSink& hash() { return hash_; }

 private:
  Source& next_;
  HashSink hash_;
};

}  // namespace nacre
