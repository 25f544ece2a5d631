// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/layers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace nacre {
namespace {

using ::testing::ElementsAre;

LayerItem item(const std::string& name, std::uint64_t size, std::size_t popularity) {
  Hash hash = hash_bytes(HashAlgorithm::sha256, name);
  return {make_store_path("output:out", hash, name), size, popularity, hash};
}

/// "a|b c": layers between bars, items between spaces.
std::string text(const std::vector<Layer>& layers) {
  std::string text;
  for (const Layer& layer : layers) {
    if (!text.empty()) text += "|";
    for (const LayerItem& item : layer)
      text += (&item == &layer.front() ? "" : " ") + std::string(item.path.name());
  }
  return text;
}

constexpr std::uint64_t mebibyte = 1 << 20;

TEST(Layers, BigItemsGetTheirOwnAndSmallOnesShareTheLast) {
  EXPECT_EQ(text(plan_layers({item("gcc-lib", 7 * mebibyte, 3), item("tiny", 5000, 9),
                              item("glibc", 40 * mebibyte, 9), item("small", 90'000, 2)},
                             100)),
            "glibc|gcc-lib|tiny small");
}

TEST(Layers, TheBiggestKeepTheirOwnWhenThereAreTooFew) {
  std::vector<LayerItem> items{item("a", 9 * mebibyte, 1), item("b", 5 * mebibyte, 5),
                               item("c", 8 * mebibyte, 4), item("d", 2 * mebibyte, 9)};
  EXPECT_EQ(text(plan_layers(items, 4)), "d|b|c|a");
  EXPECT_EQ(text(plan_layers(items, 3)), "c|a|d b");
  EXPECT_EQ(text(plan_layers(items, 1)), "d b c a");
}

TEST(Layers, DoNotDependOnTheOrderOfTheItems) {
  std::vector<LayerItem> items;
  for (int i = 0; i < 40; ++i)
    items.push_back(item("i" + std::to_string(i), mebibyte * (1 + i % 3), i % 4));
  std::string expected = text(plan_layers(items, 20));
  std::mt19937 random(1);
  for (int i = 0; i < 10; ++i) {
    std::shuffle(items.begin(), items.end(), random);
    EXPECT_EQ(text(plan_layers(items, 20)), expected);
  }
}

TEST(Layers, OfNothingAreNone) {
  EXPECT_TRUE(plan_layers({}, 5).empty());
}

}  // namespace
}  // namespace nacre
