// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>

namespace nacre {

/// Room for what a worker makes of one block after the other, which nothing clears.
class Scratch {
 public:
  /// `size` bytes at least, of any value; what was there is lost.
  char* reserve(std::size_t size) {
    if (size <= capacity_) return bytes_.get();
    bytes_ = std::make_unique_for_overwrite<char[]>(size);
    capacity_ = size;
    return bytes_.get();
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
};

}  // namespace nacre
