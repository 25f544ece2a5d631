// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compression/shared_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.hpp"

namespace nacre {

SharedMemory::SharedMemory(std::size_t size)
    : file_(memfd_create("nacre-blocks", MFD_CLOEXEC | MFD_ALLOW_SEALING)), size_(size) {
  if (!file_) throw_errno("memfd_create");
  if (ftruncate(file_.get(), static_cast<off_t>(size)) < 0)
    throw_errno("getting memory for blocks to compress");
  fcntl(file_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL);
  void* mapping = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
  if (mapping == MAP_FAILED) throw_errno("mmap");
  data_ = static_cast<char*>(mapping);
  madvise(data_, size, MADV_HUGEPAGE);  // without it, it works as well
}

SharedMemory::~SharedMemory() {
  munmap(data_, size_);
}

}  // namespace nacre
