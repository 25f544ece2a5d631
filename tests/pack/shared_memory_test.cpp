// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compression/shared_memory.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <limits>

#include "base/error.hpp"

namespace nacre {
namespace {

TEST(SharedMemory, IsZeroAndCanBeWrittenToItsLastByte) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{5} << 20}) {
    const SharedMemory memory(size);
    EXPECT_EQ(memory.data()[0], 0);
    EXPECT_EQ(memory.data()[size - 1], 0);
    std::memset(memory.data(), 'x', size);
  }
}

TEST(SharedMemory, HasTheSameBytesWhereItIsMappedAgain) {
  const SharedMemory memory(100);
  std::strcpy(memory.data(), "contents");
  void* other = mmap(nullptr, 100, PROT_READ, MAP_SHARED, memory.descriptor(), 0);
  ASSERT_NE(other, MAP_FAILED);
  EXPECT_STREQ(static_cast<const char*>(other), "contents");
  munmap(other, 100);
}

TEST(SharedMemory, CannotBeMadeShorter) {
  const SharedMemory memory(100);
  EXPECT_NE(ftruncate(memory.descriptor(), 0), 0);
}

TEST(SharedMemory, ThatThereIsNotIsAnError) {
  EXPECT_THROW(SharedMemory(std::numeric_limits<std::size_t>::max() / 4), SystemError);
}

}  // namespace
}  // namespace nacre
