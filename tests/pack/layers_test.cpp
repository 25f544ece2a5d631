// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/layers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "store/store_fixture.hpp"

namespace nacre {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

LayerItem item(const std::string& name, std::uint64_t size, std::size_t popularity,
               std::size_t height = 0, const std::string& salt = "") {
  Hash hash = hash_bytes(HashAlgorithm::sha256, name + salt);
  return {make_store_path("output:out", hash, name), size, popularity, height, hash};
}

/// "a|b c": layers between bars, items, sorted by name, between spaces.
std::string text(const std::vector<Layer>& layers) {
  std::string text;
  for (const Layer& layer : layers) {
    std::set<std::string> names;
    for (const LayerItem& item : layer) names.emplace(item.path.name());
    text += fmt::format("{}{}", text.empty() ? "" : "|", fmt::join(names, " "));
  }
  return text;
}

TEST(Layers, BigItemsGetTheirOwnAndSmallOnesOfAHeightShareOne) {
  EXPECT_EQ(text(plan_layers({item("gcc-lib", 7 * mebibyte, 3, 1), item("tiny", 5000, 8, 1),
                              item("glibc", 40 * mebibyte, 9), item("small", 90'000, 7, 1),
                              item("script", 3000, 1, 5), item("tool", 8000, 1, 4)},
                             100)),
            "glibc|small tiny|gcc-lib|script tool");
}

TEST(Layers, TheBiggestKeepTheirOwnWhenThereAreTooFew) {
  std::vector<LayerItem> items{item("a", 9 * mebibyte, 1), item("b", 5 * mebibyte, 5),
                               item("c", 8 * mebibyte, 4), item("d", 2 * mebibyte, 9)};
  EXPECT_EQ(text(plan_layers(items, 4)), "d|b|c|a");
  EXPECT_EQ(text(plan_layers(items, 3)), "b d|c|a");
  EXPECT_EQ(text(plan_layers(items, 1)), "a b c d");
}

TEST(Layers, OfNothingAreNone) {
  EXPECT_TRUE(plan_layers({}, 5).empty());
}

/// A graph of packages: each needs some of those before it. Nothing else needs a leaf.
class Graph {
 public:
  explicit Graph(unsigned seed) : random_(seed) {
    const unsigned count = 5 + random_() % 200;
    for (unsigned i = 0; i < count; ++i) add(random_size());
  }

  void add(std::uint64_t size) {
    Node node{"package-" + std::to_string(nodes_.size()), "", size, {}};
    for (unsigned i = nodes_.empty() ? 0 : random_() % 5; i > 0; --i)
      node.needs.insert(random_() % nodes_.size());
    nodes_.push_back(std::move(node));
  }
  void remove_leaf() { nodes_.pop_back(); }
  void change_leaf(std::uint64_t size) {
    nodes_.back().salt += "x";
    nodes_.back().size = size;
  }
  std::uint64_t leaf_size() const { return nodes_.back().size; }
  std::string leaf() const { return nodes_.back().name; }
  /// Mostly small, some big.
  std::uint64_t random_size() {
    return random_() % 4 == 0 ? random_() % (20 * mebibyte) : random_() % (mebibyte / 2);
  }

  std::vector<LayerItem> items() const {
    std::vector<std::set<std::size_t>> closures;
    std::vector<LayerItem> items;
    for (const Node& node : nodes_) {
      std::set<std::size_t> closure = node.needs;
      std::size_t height = 0;
      for (std::size_t needed : node.needs) {
        closure.insert(closures[needed].begin(), closures[needed].end());
        height = std::max(height, items[needed].height + 1);
      }
      for (std::size_t needed : closure) ++items[needed].popularity;
      items.push_back(item(node.name, node.size, 0, height, node.salt));
      closures.push_back(std::move(closure));
    }
    return items;
  }

 private:
  struct Node {
    std::string name, salt;
    std::uint64_t size;
    std::set<std::size_t> needs;
  };
  std::mt19937 random_;
  std::vector<Node> nodes_;
};

/// What decides a layer's bytes: paths in their order.
using Contents = std::vector<std::string>;

std::set<Contents> contents(const std::vector<Layer>& layers) {
  std::set<Contents> all;
  for (const Layer& layer : layers) {
    Contents paths;
    for (const LayerItem& item : layer) paths.push_back(item.path.text());
    all.insert(std::move(paths));
  }
  return all;
}

/// The layers of `before` that `after` has not.
std::set<Contents> lost(const std::vector<Layer>& before, const std::vector<Layer>& after) {
  const auto one = contents(before);
  const auto other = contents(after);
  std::set<Contents> lost;
  std::set_difference(one.begin(), one.end(), other.begin(), other.end(),
                      std::inserter(lost, lost.end()));
  return lost;
}

constexpr std::size_t plenty = 1000;

TEST(Layers, OfRandomGraphsHoldEachItemOnceWithinTheLimit) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Graph graph(seed);
    for (std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{30}}) {
      std::multiset<std::string> dealt, expected;
      for (const LayerItem& item : graph.items()) expected.insert(item.path.text());
      const auto layers = plan_layers(graph.items(), count);
      EXPECT_LE(layers.size(), count);
      for (const Layer& layer : layers) {
        EXPECT_FALSE(layer.empty());
        for (const LayerItem& item : layer) dealt.insert(item.path.text());
      }
      EXPECT_EQ(dealt, expected);
    }
  }
}

TEST(Layers, DoNotDependOnTheOrderOfTheItems) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    auto items = Graph(seed).items();
    const std::string expected = text(plan_layers(items, 20));
    std::mt19937 random(seed);
    std::shuffle(items.begin(), items.end(), random);
    EXPECT_EQ(text(plan_layers(items, 20)), expected);
  }
}

TEST(Layers, AChangedLeafChangesTheLayerThatHoldsItAlone) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    for (std::size_t count : {std::size_t{1}, std::size_t{5}, std::size_t{40}, plenty}) {
      Graph graph(seed);
      const auto before = plan_layers(graph.items(), count);
      graph.change_leaf(graph.leaf_size());
      const auto gone = lost(before, plan_layers(graph.items(), count));
      ASSERT_EQ(gone.size(), 1u) << seed << " in " << count;
      EXPECT_TRUE(std::any_of(gone.begin()->begin(), gone.begin()->end(), [&](const auto& path) {
        return StorePath(path).name() == graph.leaf();
      }));
    }
  }
}

TEST(Layers, ALeafOfAnotherSizeOrANewOneOrOneLessChangesOneOfTheOldLayersAtMost) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    Graph graph(seed);
    const auto before = plan_layers(graph.items(), plenty);
    graph.add(graph.random_size());
    const auto more = plan_layers(graph.items(), plenty);
    EXPECT_LE(lost(before, more).size(), 1u) << seed;
    graph.change_leaf(mebibyte / 3);
    const auto smaller = plan_layers(graph.items(), plenty);
    EXPECT_LE(lost(before, smaller).size(), 1u) << seed;
    graph.remove_leaf();
    const auto after = plan_layers(graph.items(), plenty);
    EXPECT_EQ(text(after), text(before));
  }
}

TEST(Layers, ASmallItemCostsFourMebibytesAtMost) {
  for (unsigned seed = 0; seed < 50; ++seed)
    for (const Layer& layer : plan_layers(Graph(seed).items(), plenty)) {
      std::uint64_t size = 0;
      for (const LayerItem& item : layer) size += item.size;
      EXPECT_TRUE(layer.size() == 1 || size <= 4 * mebibyte);
    }
}

TEST(ImageLayers, TheLastHasTheProfileAndWhatIsSmallAndNeededByNothingElse) {
  const LayerItem profile = item("profile", 5000, 0, 9);
  const std::vector<LayerItem> items{item("glibc", 40 * mebibyte, 9), item("leaf", 9000, 1, 2),
                                     item("program", 8 * mebibyte, 1, 2), profile,
                                     item("shared", 9000, 2, 2)};
  EXPECT_EQ(text(plan_image_layers(items, profile.path, 100)), "glibc|shared|program|leaf profile");
  EXPECT_EQ(text(plan_image_layers(items, profile.path, 2)), "glibc program shared|leaf profile");
  EXPECT_EQ(text(plan_image_layers(items, profile.path, 1)), "glibc leaf profile program shared");
}

TEST(ImageLayers, TheLastIsOfFourMebibytesAtMostBesidesTheProfile) {
  const LayerItem profile = item("profile", 9 * mebibyte, 0, 9);
  std::vector<LayerItem> items{profile, item("a", 100, 1)};
  for (const char* name : {"b", "c", "d", "e", "f"}) items.push_back(item(name, mebibyte - 1, 1));
  EXPECT_EQ(text(plan_image_layers(items, profile.path, 100)), "b c|a d e f profile");
}

TEST(ImageLayers, AChangeOfASmallLeafChangesTheLastLayerOnly) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    Graph graph(seed);
    graph.add(100);
    auto with_profile = [&](const std::string& salt) {
      auto items = graph.items();
      for (LayerItem& each : items) ++each.popularity;
      items.push_back(item("profile", 5000, 0, 99, salt));
      const StorePath profile = items.back().path;
      return plan_image_layers(std::move(items), profile, plenty);
    };
    const auto before = with_profile("before");
    graph.change_leaf(graph.leaf_size());
    const auto gone = lost(before, with_profile("after"));
    ASSERT_EQ(gone.size(), 1u) << seed;
    EXPECT_EQ(*gone.begin(), *contents({before.back()}).begin());
  }
}

class LayerItemsTest : public StoreTest {};

TEST_F(LayerItemsTest, KnowHowManyNeedThemAndHowHighTheyAre) {
  auto store = open();
  const StorePath base = store->add_text("base", "b");
  const StorePath tool = store->add_text("tool", "t", {base});
  const StorePath other = store->add_text("other", "o", {base});
  const StorePath top = store->add_text("top", "p", {tool, other, base});
  std::map<std::string, std::pair<std::size_t, std::size_t>> known;
  for (const LayerItem& item : layer_items(*store, store->requisites({top})))
    known[std::string(item.path.name())] = {item.popularity, item.height};
  EXPECT_EQ(known["base"], std::pair(std::size_t{3}, std::size_t{0}));
  EXPECT_EQ(known["tool"], std::pair(std::size_t{1}, std::size_t{1}));
  EXPECT_EQ(known["other"], std::pair(std::size_t{1}, std::size_t{1}));
  EXPECT_EQ(known["top"], std::pair(std::size_t{0}, std::size_t{2}));
}

}  // namespace
}  // namespace nacre
