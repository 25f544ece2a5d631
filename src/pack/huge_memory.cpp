// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/huge_memory.hpp"

#include <sys/mman.h>

#include <memory>

#include "base/error.hpp"

namespace nacre {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

}  // namespace

HugeMemory::HugeMemory(std::size_t size) : mapped_size_(size + huge_page) {
  mapping_ = mmap(nullptr, mapped_size_, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping_ == MAP_FAILED) throw_errno("mmap");
  void* begin = mapping_;
  std::size_t room = mapped_size_;
  data_ = static_cast<char*>(std::align(huge_page, size, begin, room));
  madvise(data_, size, MADV_HUGEPAGE);  // without it, it works as well
}

HugeMemory& HugeMemory::operator=(HugeMemory&& other) noexcept {
  std::swap(mapping_, other.mapping_);
  std::swap(mapped_size_, other.mapped_size_);
  std::swap(data_, other.data_);
  return *this;
}

HugeMemory::~HugeMemory() {
  if (mapping_) munmap(mapping_, mapped_size_);
}

}  // namespace nacre
