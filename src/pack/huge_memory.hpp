// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <utility>

namespace nacre {

/// Memory for large buffers, zero until it is written. It takes room as it is written, in huge
/// pages where the kernel has them: a page of 4 KiB costs a virtual machine microseconds.
class HugeMemory {
 public:
  HugeMemory() = default;
  explicit HugeMemory(std::size_t size);  ///< SystemError if there is not so much
  HugeMemory(HugeMemory&& other) noexcept { *this = std::move(other); }
  HugeMemory& operator=(HugeMemory&& other) noexcept;
  ~HugeMemory();
  char* data() const { return data_; }

 private:
  void* mapping_ = nullptr;
  std::size_t mapped_size_ = 0;
  char* data_ = nullptr;
};

}  // namespace nacre
