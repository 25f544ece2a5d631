// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/huge_memory.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "pack/scratch.hpp"

namespace nacre {
namespace {

TEST(HugeMemory, IsZeroAndCanBeWrittenToItsLastByte) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{5} << 20}) {
    const HugeMemory memory(size);
    EXPECT_EQ(memory.data()[0], 0);
    EXPECT_EQ(memory.data()[size - 1], 0);
    std::memset(memory.data(), 'x', size);
  }
}

TEST(HugeMemory, MovesWithWhatItHolds) {
  HugeMemory one(10);
  std::strcpy(one.data(), "contents");
  HugeMemory other(std::move(one));
  HugeMemory last;
  last = std::move(other);
  EXPECT_STREQ(last.data(), "contents");
}

TEST(HugeMemory, ThatThereIsNotIsAnError) {
  EXPECT_THROW(HugeMemory(std::numeric_limits<std::size_t>::max() / 4), SystemError);
}

TEST(Scratch, StaysWhereItIsUntilItIsTooSmall) {
  Scratch scratch;
  char* const first = scratch.reserve(100);
  EXPECT_EQ(scratch.reserve(50), first);
  std::memset(scratch.reserve(std::size_t{3} << 20), 'x', std::size_t{3} << 20);
}

}  // namespace
}  // namespace nacre
