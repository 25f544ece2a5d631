// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/nearest.hpp"

#include <gtest/gtest.h>

namespace nacre {
namespace {

std::optional<std::string> likely(std::string_view name, const std::vector<std::string>& names) {
  return nearest_name(name, names, likely_edits(name));
}

TEST(NearestName, IsTheOneWithFewestEdits) {
  EXPECT_EQ(likely("helo", {"help-me", "hello", "held-up"}), "hello");
  EXPECT_EQ(likely("phyton", {"perl", "python", "pypy"}), "python");
  EXPECT_EQ(likely("gcc-toolchan", {"gcc", "gcc-toolchain"}), "gcc-toolchain");
}

TEST(NearestName, IsTheShortestThatHasItAsAPart) {
  EXPECT_EQ(likely("numpy", {"python-numpy-extras", "python-numpy", "nump"}), "python-numpy");
  EXPECT_EQ(likely("gtk-doc", {"perl-gtk-doc-b", "perl-gtk-doc-a"}), "perl-gtk-doc-a");
  EXPECT_EQ(likely("umpy", {"python-numpy"}), std::nullopt);
  EXPECT_EQ(likely("", {"a--b"}), std::nullopt);
}

TEST(NearestName, IsTheFirstByBytesOfSeveral) {
  EXPECT_EQ(likely("cat", {"hat", "bat"}), "bat");
}

TEST(NearestName, IsNothingWhenAllAreTooFar) {
  EXPECT_EQ(likely("nonexistent", {"hello", "python", "numpy"}), std::nullopt);
  EXPECT_EQ(likely("x", {}), std::nullopt);
}

TEST(NearestName, MayBeAsFarAsTheLimit) {
  EXPECT_EQ(nearest_name("nonexistent", {"hello", "consistent"}, 100), "consistent");
}

}  // namespace
}  // namespace nacre
