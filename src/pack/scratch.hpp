// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "pack/huge_memory.hpp"

namespace nacre {

/// Room for what a worker makes of one block after the other, which nothing clears.
class Scratch {
 public:
  /// `size` bytes at least, of any value; what was there is lost.
  char* reserve(std::size_t size) {
    if (size > capacity_) {
      memory_ = HugeMemory(size);
      capacity_ = size;
    }
    return memory_.data();
  }

 private:
  HugeMemory memory_;
  std::size_t capacity_ = 0;
};

}  // namespace nacre
