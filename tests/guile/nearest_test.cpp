// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/nearest.hpp"

#include <gtest/gtest.h>

namespace nacre::guile {
namespace {

TEST(NearestName, IsTheOneWithFewestEdits) {
  EXPECT_EQ(nearest_name("helo", {"help-me", "hello", "held-up"}), "hello");
  EXPECT_EQ(nearest_name("phyton", {"perl", "python", "pypy"}), "python");
  EXPECT_EQ(nearest_name("gcc-toolchan", {"gcc", "gcc-toolchain"}), "gcc-toolchain");
}

TEST(NearestName, IsTheFirstByBytesOfSeveral) {
  EXPECT_EQ(nearest_name("cat", {"hat", "bat"}), "bat");
}

TEST(NearestName, IsNothingWhenAllAreTooFar) {
  EXPECT_EQ(nearest_name("nonexistent", {"hello", "python", "numpy"}), std::nullopt);
  EXPECT_EQ(nearest_name("x", {}), std::nullopt);
}

}  // namespace
}  // namespace nacre::guile
