// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <utility>

#include "base/files.hpp"

namespace nacre {

/// Memory that another process can map, too, zero until it is written. It takes room as it is
/// written, in huge pages where the kernel has them. It cannot be made shorter, by nobody.
class SharedMemory {
 public:
  explicit SharedMemory(std::size_t size);  ///< SystemError if there is not so much
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory();
  char* data() const { return data_; }
  std::size_t size() const { return size_; }
  /// What the other process maps; borrowed.
  int descriptor() const { return file_.get(); }

 private:
  UniqueFd file_;
  std::size_t size_;
  char* data_ = nullptr;
};

}  // namespace nacre
